import { SopskitError } from '../../errors/sopskit-error.ts';
import { parseNativeIdentity } from '../../keys/age/identity-line.ts';
import { pluginOfIdentity } from '../../keys/age/plugin/plugin-name.ts';
import type { FluxController } from './bound-cluster.ts';
import type { EntryContent } from './key-entry.ts';
import type { HeldKey } from './key-secret.ts';

/** Lines from this length on end what Go's bufio.Scanner reads, without an error. */
const longestLine = 65_536;

/**
 * Reads an age key file as the controller's sops does (age/keysource.go, parseIdentities): an identity a line, nothing
 * around it; empty lines and those that begin with `#` are passed over; one line that is anything else fails all.
 */
export async function readAgeEntry(
  bytes: Uint8Array,
  controller: FluxController | null,
): Promise<EntryContent> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const holds: HeldKey[] = [];
  let problem: string | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    const word = line.replace(/\r$/, '');
    if (Buffer.byteLength(line) >= longestLine) break;
    if (word === '' || word.startsWith('#')) continue;
    const read = await readLine(word, controller);
    if (typeof read !== 'string') holds.push(read);
    const why = typeof read === 'string' ? read : failsOn(read);
    if (why !== null) problem ??= `line ${index + 1} ${why}`;
  }
  return { holds, problem };
}

/** An identity; else what the line is instead. */
async function readLine(word: string, controller: FluxController | null): Promise<HeldKey | string> {
  try {
    if (word.startsWith('AGE-PLUGIN-')) return pluginKey(pluginOfIdentity(word));
    const identity = parseNativeIdentity(word);
    if (identity === null) return describe(word);
    const recipient = await identity.publicHalf();
    const hybrid = identity.prefix === 'age1pq1';
    const unusable =
      hybrid && controller?.readsHybrid === false
        ? 'it is a post-quantum key, which Flux reads since 2.9'
        : null;
    return { kind: hybrid ? 'hybrid' : 'x25519', recipient, keyIds: [], unusable };
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    return `is a damaged identity: ${error.message}`;
  }
}

function pluginKey(plugin: string): HeldKey {
  return {
    ...{ kind: 'plugin', recipient: null, keyIds: [] },
    unusable: `it is of the age plugin ${plugin}, and the controller has no plugins`,
  };
}

/** A release that does not know the kind takes it for garbage. */
function failsOn({ kind, unusable }: HeldKey): string | null {
  return kind === 'hybrid' && unusable !== null
    ? 'is a post-quantum identity, which Flux reads since 2.9'
    : null;
}

/** Says what stands where an identity should, without quoting it. */
function describe(word: string): string {
  if (/^\ufeff/.test(word)) return 'begins with a byte order mark, which is no part of an identity';
  if (/^(?:age1|ssh-)/.test(word)) return 'is a public key, not an identity';
  if (/^-----BEGIN AGE ENCRYPTED FILE/.test(word) || word.startsWith('age-encryption.org/'))
    return 'begins an encrypted identity file, and the controller has no passphrase';
  if (/^-----BEGIN PGP /.test(word)) return 'begins a PGP key, which belongs into an entry named *.asc';
  if (/^-----BEGIN /.test(word)) return 'begins an SSH or PEM key, which Flux does not read';
  if (/^\s+AGE-(?:SECRET-KEY|PLUGIN)-/.test(word)) return 'has white space before the identity';
  if (/^age-(?:secret-key|plugin)-/.test(word)) return 'is an identity in lower case, which is not read';
  return 'is not an age identity';
}
