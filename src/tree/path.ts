/** A place in a tree: map keys and list indexes, outermost first. Indexes count comments, as sops' do. */
export type Path = readonly (string | number)[];

/** Prints a path the way sops' `--extract` takes it: `["data"]["list"][0]`. */
export function printPath(path: Path): string {
  return path.map((step) => (typeof step === 'number' ? `[${step}]` : `[${JSON.stringify(step)}]`)).join('');
}
