import type { PrivateKey } from 'openpgp';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { summarise } from '../../../keys/pgp/gpg-failure.ts';
import { namedKeyFiles } from '../../../keys/pgp/key-files.ts';
import { readKeyFile } from '../../../keys/pgp/open-pgp.ts';
import { Secret } from '../../../secret/secret.ts';
import type { System } from '../../../system/system.ts';
import { readPgpEntry } from '../pgp-entry.ts';
import type { LocalKey } from './local-key.ts';

/**
 * Exports a PGP private key as an entry of a Secret holds it: from the files of `SOPSKIT_PGP_KEY_FILES`, else by the
 * user's own gpg, which is told to ask nobody. Throws `cluster-key.refused` for one behind a passphrase or on a card,
 * `process.failed`.
 */
export async function exportPgpKey(system: System, fingerprint: string): Promise<Secret> {
  const named = await namedKeyFiles(system).findPrivate([fingerprint.slice(-16)]);
  const [inFile] = named ?? [];
  if (inFile !== undefined) return await usable(armored(inFile), fingerprint);
  const program = system.env.get('SOPS_GPG_EXEC') || 'gpg';
  const args = ['--batch', '--pinentry-mode', 'error', '--armor', '--export-secret-keys', fingerprint];
  const { status, stdout, stderr } = await system.processes.run(program, args);
  if (status === 0 && stdout.length > 0) return await usable(new Secret(stdout), fingerprint);
  stdout.fill(0);
  const said = new TextDecoder().decode(stderr);
  if (/pinentry|passphrase|cancel/i.test(said)) throw locked(fingerprint, 'it is behind a passphrase');
  throw new SopskitError('process.failed', `gpg did not export PGP key ${fingerprint}: ${summarise(said)}`, {
    hint: `Try it by hand: (umask 077; gpg --armor --export-secret-keys ${fingerprint} > FILE); then sopskit keys install --identity-file FILE.`,
  });
}

/** The private PGP keys of a text; none where it is something else. */
export async function pgpKeysIn(bytes: Uint8Array, place: string): Promise<readonly LocalKey[]> {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!start.includes('-----BEGIN PGP ')) return [];
  const keys = (await readKeyFile(bytes, place)).filter((key): key is PrivateKey => key.isPrivate());
  return keys.map((key) => {
    const recipient = key.getFingerprint().toUpperCase();
    return {
      ...{ kind: 'pgp', recipient, place },
      keyIds: key.getKeyIDs().map((id) => id.toHex().toUpperCase()),
      text: () => usable(armored(key), recipient),
    };
  });
}

function armored(key: PrivateKey): Secret {
  return Secret.fromText(key.armor());
}

async function usable(text: Secret, fingerprint: string): Promise<Secret> {
  const { holds } = await text.lend((bytes) => readPgpEntry(bytes));
  const why = holds.find(({ unusable }) => unusable !== null)?.unusable;
  if (holds.length > 0 && why == null) return text;
  text.wipe();
  throw locked(fingerprint, why ?? 'it cannot be read');
}

function locked(fingerprint: string, why: string): SopskitError {
  return new SopskitError('cluster-key.refused', `Flux cannot use PGP key ${fingerprint}: ${why}`, {
    hint: `Give the cluster a key of its own (sopskit keys generate, and its recipient in .sops.yaml). Or take the passphrase off a copy: in an empty GNUPGHOME, gpg --import FILE, gpg --passwd ${fingerprint}, (umask 077; gpg --armor --export-secret-keys ${fingerprint} > COPY); then sopskit keys install --identity-file COPY.`,
  });
}
