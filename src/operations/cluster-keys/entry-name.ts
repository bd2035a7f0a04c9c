/** Suffix of the entries that kustomize-controller reads age identities from. */
export const ageSuffix = '.agekey';

const tailLength = 8;

/**
 * Names the entry of a Secret's `data` that an age identity is put in: `age.agekey` where that is free, else
 * `age-<last 8 characters of the recipient>.agekey`, with a number behind where even that is taken.
 */
export function entryNameFor(recipient: string, taken: Iterable<string>): string {
  const names = new Set(taken);
  const own = `age-${recipient.slice(-tailLength)}`;
  for (let count = 0; ; count++) {
    const name = `${['age', own][count] ?? `${own}-${count}`}${ageSuffix}`;
    if (!names.has(name)) return name;
  }
}
