import type { Place } from '../errors/sopskit-error.ts';
import { printablePath } from '../system/path-text.ts';

/** `file:line:column`, as editors and terminals open it. `file` is what to show for the place's file. */
export function placeText({ line, column }: Place, file: string): string {
  const position = line === undefined ? '' : `:${line}${column === undefined ? '' : `:${column}`}`;
  return printablePath(file) + position;
}

/** A tree path as sops' `--extract` takes it, `["data"]["list"][0]`; empty for none. */
export function treePathText(path: Place['path']): string {
  const steps = (path ?? []).map((step) =>
    typeof step === 'number' ? `[${step}]` : `[${JSON.stringify(step)}]`,
  );
  return printablePath(steps.join(''));
}
