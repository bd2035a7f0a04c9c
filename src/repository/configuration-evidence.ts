import { type Evidence, encryptedKind } from '../config/lint/lint-rule.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { System } from '../system/system.ts';
import type { Git } from './git/git.ts';
import { workSnapshot } from './snapshots.ts';

/** So many files are read at most to see what objects they hold; of the others nothing is known. */
const maxRead = 5000;

/** The files of the working tree that go by the configuration in `folder` (absolute), and not by one further down. */
export async function evidenceOf(system: System, folder: string, git: Git | null): Promise<Evidence> {
  const snapshot = workSnapshot(system, folder, git);
  const all = (await snapshot.list()).filter(({ kind }) => kind === 'file').map(({ path }) => path);
  const nearer = all
    .filter((file) => file.endsWith('/.sops.yaml'))
    .map((file) => file.slice(0, -'.sops.yaml'.length));
  const files = all.filter((file) => !nearer.some((prefix) => file.startsWith(prefix)));
  const known = new Map<string, readonly string[]>();
  const keys = new Map<string, Promise<readonly (readonly string[])[]>>();
  return {
    files,
    async kinds(file) {
      let kinds = known.get(file);
      if (kinds === undefined) {
        const mayHold = /\.(?:ya?ml|json)$/.test(file) && known.size < maxRead;
        kinds = mayHold ? kindsIn(await readable(() => snapshot.read(file))) : [];
        known.set(file, kinds);
      }
      return kinds;
    },
    secretKeys(file) {
      const reading =
        keys.get(file) ?? readable(() => snapshot.read(file)).then((bytes) => secretKeysIn(file, bytes));
      keys.set(file, reading);
      return reading;
    },
  };
}

/** Placeholders, certificates and the like may stay readable: they are left out. */
async function secretKeysIn(file: string, bytes: Uint8Array): Promise<readonly (readonly string[])[]> {
  const { formatForPath } = await import('../formats/registry.ts');
  const { objectsOf } = await import('../manifests/kubernetes-object.ts');
  const { isSecretObject, sealedValues, tellingValues } = await import('../manifests/secret-object.ts');
  try {
    const format = await formatForPath(file);
    const secrets = format
      .parse(bytes)
      .branches.flatMap((branch) => objectsOf(branch).filter(isSecretObject));
    const values = secrets.flatMap((secret) => [
      ...tellingValues(secret).filter(({ doubtful }) => !doubtful),
      ...sealedValues(secret),
    ]);
    return values.map(({ path }) => path.filter((step) => typeof step === 'string'));
  } catch (error) {
    if (error instanceof SopskitError) return [];
    throw error;
  }
}

/** A file that cannot be read is no evidence. */
async function readable(read: () => Promise<Uint8Array | null>): Promise<Uint8Array> {
  try {
    return (await read()) ?? new Uint8Array();
  } catch {
    return new Uint8Array();
  }
}

/**
 * The kinds of the Kubernetes objects in a file, by its lines: documents of YAML, items of a List in the usual layout,
 * JSON objects. Of a kind that is encrypted this is `ENC`.
 */
function kindsIn(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (text.includes('{{')) return []; // a template, of Helm or another
  if (!/^(?: *- )?"?apiVersion"?:|^ *"apiVersion":/m.test(text)) return [];
  const kind =
    /^(?:"?kind"?| *"kind"|( *)- apiVersion: \S+\r?\n\1 {2}kind): *["']?([A-Za-z]+)(?:\[.*|["']?,? *(?:#.*)?\r?)$/gm;
  const kinds = [...text.matchAll(kind)].map((match) => match[2] ?? '');
  // a kubeconfig has an apiVersion too
  return /^ *"?metadata"?:/m.test(text) ? kinds : kinds.filter((name) => name !== encryptedKind);
}
