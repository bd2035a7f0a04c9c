import { SopskitError } from '../errors/sopskit-error.ts';
import { textOf } from '../manifests/secret-manifest.ts';
import {
  bytesOf,
  entryFor,
  type SecretEntry,
  type SecretObject,
  secretEntries,
  titleOf,
} from '../manifests/secret-manifest-read.ts';
import { checkKey } from '../manifests/secret-manifest-rules.ts';
import type { OpenFile } from '../sops/open-file.ts';
import { mappingOf } from '../tree/mapping.ts';
import { nodeAt } from '../tree/node-at.ts';
import type { Mapping, Value } from '../tree/value.ts';
import type { CommandContext } from './command.ts';
import type { Reveal, SecretShowRequest } from './commands/secret-show.ts';
import { oneSecret } from './secret-choice.ts';

/**
 * Prints one value as a container would see it, with nothing added; or all of them as a YAML map of key and value. `open`
 * is `null` for a file in clear. Throws `document.path-not-found`, `manifest.invalid`, and what `open` throws.
 */
export async function revealSecret(
  request: SecretShowRequest & { readonly reveal: Reveal },
  open: (() => Promise<OpenFile>) | null,
  branches: readonly Mapping[],
  { terminal }: CommandContext,
): Promise<number> {
  const { reveal, file } = request;
  if (reveal.key !== null) checkKey(reveal.key);
  const secret = oneSecret(branches, request, file);
  if (reveal.key !== null && entryFor(secret, reveal.key) === null) throw noKey(file, secret);
  const opened = open === null ? null : await open();
  const plain = opened === null ? secret : inClear(secret, opened);
  opened?.dataKey.wipe();
  if (reveal.key === null) terminal.write(await allText(plain, file));
  else terminal.write(bytesIn(entryFor(plain, reveal.key) as SecretEntry, file));
  return 0;
}

/** The Secret with the values of a file that was opened. */
export function inClear(secret: SecretObject, open: OpenFile): SecretObject {
  return { ...secret, manifest: nodeAt(open.branches[secret.branch], secret.path) as Mapping };
}

/** What is no text is `!!binary`, as YAML has it. */
async function allText(secret: SecretObject, file: string): Promise<Uint8Array> {
  const { formatNamed } = await import('../formats/registry.ts');
  const values = new Map<string, Value>();
  for (const { key } of secretEntries(secret)) {
    const bytes = bytesIn(entryFor(secret, key) as SecretEntry, file);
    const text = textOf(bytes);
    values.set(key, text === null ? { kind: 'bytes', value: bytes } : { kind: 'string', value: text });
  }
  return (await formatNamed('yaml')).emit([mappingOf([...values])], { indent: 2 });
}

function bytesIn(entry: SecretEntry, file: string): Uint8Array {
  const bytes = bytesOf(entry);
  if (bytes !== null) return bytes;
  throw new SopskitError(
    'manifest.invalid',
    `the value of ${entry.key} is not base64, as data must have it`,
    {
      place: { file },
      hint: '`sopskit decrypt` shows it as it is.',
    },
  );
}

function noKey(file: string, secret: SecretObject): SopskitError {
  const keys = secretEntries(secret).map(({ key }) => key);
  const has = keys.length === 0 ? 'it has none' : `it has ${keys.join(', ')}`;
  return new SopskitError('document.path-not-found', `${titleOf(secret)} has no such key; ${has}`, {
    place: { file },
  });
}
