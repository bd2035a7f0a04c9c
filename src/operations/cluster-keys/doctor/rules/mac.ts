import { SopskitError } from '../../../../errors/sopskit-error.ts';
import type { RuleInfo } from '../../../../findings/finding.ts';
import { keySources } from '../../../../keys/registry.ts';
import type { Keyring } from '../../../../sops/keyring.ts';
import { openFile } from '../../../../sops/open-file.ts';
import { readSealedFile } from '../../../../sops/sealed-file.ts';
import { sealedFormat } from '../../../../sops/sealed-format.ts';
import type { System } from '../../../../system/system.ts';
import { word } from '../commands.ts';
import type { KeyRule } from '../key-rule.ts';
import { openingKeyrings } from '../opening-keyrings.ts';
import { isDecrypting, type KeyScene, type SceneCluster } from '../scene.ts';

const mac: RuleInfo = {
  code: 'cluster-key.mac',
  level: 'error',
  title: 'an encrypted file that was changed after it was encrypted',
  about:
    'The MAC of the file does not fit: a value or name in it was changed, added or taken out without sops. Flux does not check the MAC, applies the file as it is, and says Ready. Look at what was changed, and take the file back from git or encrypt it anew.',
};
const damaged: RuleInfo = {
  code: 'cluster-key.damaged-value',
  level: 'error',
  title: 'an encrypted value that does not open',
  about:
    'The ciphertext is no longer what sops wrote: it was edited, or moved to another key. Flux fails on it ("message authentication failed"), and applies nothing of the Kustomization. Take the file back from git.',
};

interface Used {
  readonly cluster: SceneCluster;
  readonly key: string;
  readonly read: () => Promise<Uint8Array | null>;
}

/** Opens each file that Flux decrypts, with the keys that are here or in the cluster, and checks its MAC. */
export const macRule: KeyRule = {
  infos: [mac, damaged],
  async look(scene) {
    const files = new Map<string, Used[]>();
    for (const cluster of scene.clusters)
      for (const one of cluster.kustomizations) {
        const { key, decryption } = one;
        if (decryption === null || !isDecrypting(one)) continue;
        for (const { path } of decryption.sealed) {
          const read = async () => (await decryption.node.subject(path))?.bytes ?? null;
          const id = `${decryption.node.node.tree?.label ?? ''}\0${path}`;
          files.set(id, [...(files.get(id) ?? []), { cluster, key, read }]);
        }
      }
    if (files.size === 0) return;
    const { system, keyrings } = openingKeyrings(scene);
    for (const [id, uses] of files)
      await check(scene, id.slice(id.indexOf('\0') + 1), uses, { system, keyrings });
  },
};

async function check(
  scene: KeyScene,
  path: string,
  uses: readonly Used[],
  { system, keyrings }: { readonly system: System; readonly keyrings: readonly Keyring[] },
): Promise<void> {
  const bytes = (await uses[0]?.read()) ?? null;
  const found = bytes === null ? 'unchecked' : await stateOf(path, bytes, system, keyrings);
  if (found === 'unchecked') scene.leaveUnchecked(path);
  if (found === 'unchecked' || found === 'fits') return;
  const isMac = found.code === 'sops.mac';
  const [first = null] = uses.map(({ cluster }) => cluster);
  const { path: at = [] } = found.place ?? {};
  scene.tell(isMac ? mac : damaged, {
    cluster: uses.every(({ cluster }) => cluster === first) ? first : null,
    kustomizations: [...new Set(uses.map(({ key }) => key))],
    place: {
      file: path,
      ...(found.place?.line === undefined ? {} : { line: found.place.line }),
      ...(at.length === 0 ? {} : { path: at }),
    },
    message: isMac
      ? 'the MAC of the file does not fit: it was changed after it was encrypted. Flux does not check it, and applies the file as it is'
      : `a value does not open: ${found.message}`,
    fix: isMac
      ? 'Look at what was changed, then take the file back; where the change is right, open and save it: sopskit edit --ignore-mac.'
      : 'Take the file back from the last good commit.',
    mend: [
      `git log -p -- ${word(path)}`,
      ...(isMac ? [`sopskit decrypt --ignore-mac ${word(path)}`] : [`sopskit verify ${word(path)}`]),
    ],
  });
}

async function stateOf(
  path: string,
  bytes: Uint8Array,
  system: System,
  keyrings: readonly Keyring[],
): Promise<'fits' | 'unchecked' | SopskitError> {
  for (const keyring of keyrings) {
    try {
      const sealed = await readSealedFile(await sealedFormat(null, path, bytes), bytes, keySources);
      const open = await openFile(sealed, { system, keyring });
      open.dataKey.wipe();
      return 'fits';
    } catch (error) {
      if (!(error instanceof SopskitError) || error.code === 'interrupted') throw error;
      if (error.code === 'sops.mac' || error.code === 'sops.decrypt' || error.code.startsWith('cipher.'))
        return error;
    }
  }
  return 'unchecked';
}
