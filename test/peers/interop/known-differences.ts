import type { SopskitError } from '../../../src/errors/sopskit-error.ts';

/** What sopskit refuses to encrypt although sops takes it: sops loses data there, or writes what it cannot read. */
export const refusals: readonly (readonly [name: string, code: string, message: RegExp])[] = [
  [
    'JSON that ends too early or goes on behind its object',
    'document.syntax',
    /ends too early|behind the top-level/,
  ],
  ['JSON that is not UTF-8', 'document.syntax', /not valid UTF-8/],
  [
    'an INI key set again to nothing, which sops reads as two',
    'document.unsupported',
    /is set again further down/,
  ],
  [
    'a tag in a later document that its value does not fit, which sops makes null',
    'sops.encrypt',
    /does not fit its tag/,
  ],
  ['a merge key over what cannot be merged', 'sops.encrypt', /<</],
];

export function knownRefusal({ code, message }: SopskitError): string | null {
  return refusals.find(([, ofCode, text]) => ofCode === code && text.test(message))?.[0] ?? null;
}

/** A crash of sops: it prints a Go trace and ends with 2. */
export const crash: RegExp = /^panic: |^fatal|goroutine \d+ \[|stack overflow/m;

/** What sopskit refuses to print in another format although sops prints it: the result would say something else. */
export function knownOutputRefusal({ code, message }: SopskitError): string | null {
  if (code !== 'document.not-emittable') return null;
  if (/would have to hold a (map|list)/.test(message)) return 'sops prints a map or list in INI as Go does';
  return /a key holds "=" or a line break/.test(message)
    ? 'sops prints a key in dotenv that reads as another'
    : null;
}

/** Differences between two prints that lose nothing. */
export function sameButForKnown(ours: Uint8Array, theirs: Uint8Array): string | null {
  const [own, other] = [ours, theirs].map((bytes) => Buffer.from(bytes).toString('latin1'));
  const [plain, indented] = [own, other].map((text) => text?.replace(/([|>])\d/g, '$1'));
  if (plain === indented) return 'sops gives a block scalar a wrong indentation';
  if (own?.replaceAll('"<<":', '!!merge <<:') === other) return 'sops prints a merge key that cannot be read';
  return own?.replace(/(^|\n)#[\s\S]*$/, '$1') === other
    ? 'sops loses the comments at the end of an INI file'
    : null;
}
