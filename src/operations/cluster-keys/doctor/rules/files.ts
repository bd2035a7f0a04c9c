import type { RuleInfo } from '../../../../findings/finding.ts';
import type { SealedFileUse } from '../../../../flux/decryption/decryption.ts';
import { comparableRecipient } from '../../../../keys/age/recipient-text.ts';
import { holdsKeys, holdsRecipients, usableKeys } from '../../holds.ts';
import type { HeldKey, KeyEntry, KeySecret } from '../../key-secret.ts';
import { filesAlone, filesOf } from '../cluster-files.ts';
import { type ClusterKeys, clusterKeys, noKeys, otherOwner } from '../cluster-recipients.ts';
import { install, removeEntry, takeOut } from '../commands.ts';
import { giveKey, type Mended } from '../give-key.ts';
import type { KeyRule } from '../key-rule.ts';
import { keysText, listed, opens, opensIn, recipientsOf } from '../opened.ts';
import {
  type KeyedKustomization,
  type KeyScene,
  type LiveSide,
  type SceneCluster,
  secretText,
  usersOf,
} from '../scene.ts';

const unopened: RuleInfo = {
  code: 'cluster-key.unopened-file',
  level: 'error',
  title: 'an encrypted file that no entry of the Secret opens',
  about:
    'None of the keys that Flux can use in the Secret is one that the file is encrypted for: the Kustomization fails ("cannot get sops data key"), and applies nothing. Install a key that opens it, or add the cluster’s recipient to the rule in .sops.yaml and run sopskit updatekeys.',
};
const idle: RuleInfo = {
  code: 'cluster-key.idle-entry',
  level: 'warning',
  title: 'a key in the Secret that opens no file',
  about:
    'What Flux applies is not encrypted for it: mostly the old key of a rotation. Whoever reads the Secret can open old commits with it. sopskit keys retire looks whether anything still needs it, and takes it out.',
};

/** Files against the keys of the Secret: what opens nothing, and what nothing opens. */
export const filesRule: KeyRule = {
  infos: [unopened, idle],
  async look(scene) {
    const keys = await clusterKeys(scene);
    for (const cluster of scene.clusters) {
      const { live } = cluster;
      for (const one of cluster.kustomizations) {
        const seen = one.secret === null ? undefined : live?.secrets.get(secretText(one.secret));
        if (live !== null && seen?.kind === 'found')
          await tellUnopened(scene, cluster, { one, live, keys, secret: seen.secret });
        else await tellShut(scene, cluster, one, keys);
      }
      for (const seen of live?.secrets.values() ?? [])
        if (live !== null && seen.kind === 'found')
          tellIdle(scene, cluster, live, { secret: seen.secret, keys });
    }
  },
};

type Keys = ReadonlyMap<string, ClusterKeys>;

interface Unopened {
  readonly one: KeyedKustomization;
  readonly live: LiveSide;
  readonly secret: KeySecret;
  readonly keys: Keys;
}

async function tellUnopened(scene: KeyScene, cluster: SceneCluster, around: Unopened): Promise<void> {
  const { one, live, secret } = around;
  const files = (one.decryption?.sealed ?? []).filter((file) => opensIn(one, live, file) === false);
  const [first] = files;
  if (first === undefined) return;
  scene.tell(unopened, {
    ...{ cluster, kustomizations: [one.key], secret: secret.ref, place: { file: first.path } },
    message: `no key that Flux can use in Secret ${secretText(secret.ref)} opens ${pathsText(files)}: Kustomization ${one.key} fails. What would: the key of ${readersText(scene, files)}`,
    ...(await mendUnopened(scene, cluster, around, files)),
  });
}

/** Where no Secret was seen: files that the key which the repository tells to be the cluster's does not open. */
async function tellShut(
  scene: KeyScene,
  cluster: SceneCluster,
  { key, provider, decryption }: KeyedKustomization,
  keys: Keys,
): Promise<void> {
  const { own } = keys.get(cluster.name) ?? noKeys;
  if (own.size === 0 || provider === null) return;
  const files = (decryption?.sealed ?? []).filter((file) => opens(file, holdsRecipients(own)) === false);
  const [first] = files;
  if (first === undefined) return;
  scene.tell(unopened, {
    ...{ cluster, kustomizations: [key], place: { file: first.path }, level: 'warning' },
    message: `the key of ${cluster.name} (${listed([...own])}) does not open ${pathsText(files)}: Kustomization ${key} would fail. What would: the key of ${readersText(scene, files)}`,
    ...(await giveKey(scene, files, { keys: [...own], without: foreignTo(scene, cluster, keys, files) })),
  });
}

/** The Secret gets a key that opens them, from here; else the files get the recipient of the cluster. */
async function mendUnopened(
  scene: KeyScene,
  cluster: SceneCluster,
  { one, secret: { entries, ref }, keys }: Unopened,
  files: readonly SealedFileUse[],
): Promise<Mended> {
  const hidden = entries.find(
    ({ use, holds }) => use === 'ignored' && files.every((file) => opens(file, holdsKeys(holds)) === true),
  );
  if (hidden !== undefined)
    return { fix: `${hidden.name} of the Secret would open them: give it a name that Flux takes.`, mend: [] };
  const own = [...scene.own].find(
    (id) =>
      files.every((file) => opens(file, holdsRecipients([id])) === true) && isFor(scene, cluster, id, keys),
  );
  if (own !== undefined)
    return {
      fix: 'Install the key that opens them, which is on this machine.',
      mend: [install(cluster, ref, ['--recipient', own])],
    };
  const usable = usableKeys([{ entries } as KeySecret], { ageOnly: one.global, pastProblems: true });
  const { foreign, told } = keys.get(cluster.name) ?? noKeys;
  const has = usable.filter(
    ({ recipient }) => recipient !== null && !foreign.has(comparableRecipient(recipient)),
  );
  const gift = { without: foreignTo(scene, cluster, keys, files) };
  const used = [...filesOf(cluster).values()].map(({ file }) => file);
  // the one that is in use, before what a rotation left behind
  const inUse = has.filter((key) => used.some((file) => serves(key, file)));
  const names = [...new Set([...inUse, ...has])].flatMap(({ recipient }) => recipient ?? []);
  if (names.length > 0) return await giveKey(scene, files, { ...gift, keys: names });
  const missing = [...told].find((id) => isOwn(scene, id));
  if (missing !== undefined) {
    const { fix, mend } = await giveKey(scene, files, { ...gift, keys: [missing] });
    const first = install(cluster, ref, ['--recipient', missing, '--partial']);
    return {
      fix: `Install the key of ${cluster.name}, which is on this machine. ${fix}`,
      mend: [first, ...mend],
    };
  }
  return {
    fix: `Install a key that opens them${told.size === 0 ? '' : `, or that of ${cluster.name} (${listed([...told])})`}, from a machine that has it: sopskit keys install.`,
    mend: [],
  };
}

/** Whether a cluster may have a key: it is not another's, and opens no more of others than what all of here has. */
function isFor(scene: KeyScene, cluster: SceneCluster, id: string, keys: Keys): boolean {
  if (otherOwner(keys, cluster, id) !== null) return false;
  const holds = holdsRecipients([id]);
  const opensAll = [...filesOf(cluster).values()].every(({ file }) => opens(file, holds) === true);
  if (opensAll) return true;
  const others = scene.clusters.filter((other) => other !== cluster);
  return !others.some((other) => filesAlone(scene, other).some(({ file }) => opens(file, holds) === true));
}

function isOwn({ own }: KeyScene, id: string): boolean {
  return [...own].some((one) => comparableRecipient(one) === id);
}

/** Keys of other clusters among the recipients of files that only this one applies. */
function foreignTo(
  scene: KeyScene,
  cluster: SceneCluster,
  keys: Keys,
  files: readonly SealedFileUse[],
): readonly string[] {
  const alone = new Set(filesAlone(scene, cluster).map(({ file }) => file.path));
  if (!files.every(({ path }) => alone.has(path))) return [];
  return [...new Set(files.flatMap(recipientsOf))].filter((id) => otherOwner(keys, cluster, id) !== null);
}

function pathsText(files: readonly SealedFileUse[]): string {
  return listed([...new Set(files.map(({ path }) => path))]);
}

function readersText(scene: KeyScene, files: readonly SealedFileUse[]): string {
  return listed([...new Set(files.flatMap(recipientsOf))].map((id) => named(scene, id)));
}

function tellIdle(
  scene: KeyScene,
  cluster: SceneCluster,
  live: LiveSide,
  { secret, keys: all }: { readonly secret: KeySecret; readonly keys: Keys },
): void {
  const { foreign } = all.get(cluster.name) ?? noKeys;
  const users = usersOf(cluster, secret.ref);
  if (cluster.model === null || users.length === 0) return;
  const files = users.flatMap(({ decryption }) => decryption?.sealed ?? []);
  // what may be read beside the files that are known is not known to be opened by others
  const isSure = users.every(({ decryption }) => decryption !== null && decryption.unknowns.length === 0);
  for (const entry of secret.entries) {
    if (entry.problem !== null || (entry.use !== 'age' && entry.use !== 'pgp')) continue;
    if (entry.use === 'pgp' && users.every(({ global }) => global)) continue;
    const keys = entry.holds.filter((key) => key.unusable === null);
    // that of another cluster is told as such, where it opens something there
    const unused = keys.filter(
      (key) => files.every((file) => !serves(key, file)) && !isTold(scene, foreign, key),
    );
    if (entry.holds.length === 0) tellEmpty(scene, cluster, live, { secret, entry, users });
    for (const key of unused)
      scene.tell(idle, {
        ...{ cluster, kustomizations: users.map((one) => one.key), secret: secret.ref },
        level: isSure && files.length > 0 ? 'warning' : 'note',
        message: `${keysText([key])} in ${entry.name} of Secret ${secretText(secret.ref)} opens ${files.length === 0 ? 'no file, as none is encrypted yet' : 'no file that Flux decrypts with it'}${isSure ? '' : ', of those that are known'}`,
        fix: 'Where a rotation left it behind, retire it: that looks first whether anything still needs it.',
        mend: takeOut(cluster, live, secret, key),
      });
  }
}

function isTold(
  scene: KeyScene,
  foreign: ReadonlyMap<string, string>,
  { recipient, ...key }: HeldKey,
): boolean {
  const name = recipient === null ? undefined : foreign.get(comparableRecipient(recipient));
  const other = scene.clusters.find((one) => one.name === name);
  return (
    other !== undefined &&
    filesAlone(scene, other).some(({ file }) => opens(file, holdsKeys([{ recipient, ...key }])) === true)
  );
}

/** Whether a key is one of a file's, alone or as part of several groups. */
function serves(key: HeldKey, { metadata }: SealedFileUse): boolean {
  const holds = holdsKeys([key]);
  return metadata.keyGroups.some((group) => group.some(holds));
}

function tellEmpty(
  scene: KeyScene,
  cluster: SceneCluster,
  live: LiveSide,
  {
    secret,
    entry,
    users,
  }: {
    readonly secret: KeySecret;
    readonly entry: KeyEntry;
    readonly users: readonly KeyedKustomization[];
  },
): void {
  scene.tell(idle, {
    ...{ cluster, kustomizations: users.map((one) => one.key), secret: secret.ref },
    message: `${entry.name} of Secret ${secretText(secret.ref)} holds no key`,
    fix: 'Take the entry out; sopskit keys install puts in one that serves.',
    mend: [removeEntry(live, secret.ref, entry.name)],
  });
}

function named({ repository }: KeyScene, id: string): string {
  const name = repository?.recipients.nameOf(id) ?? null;
  return name === null ? id : `${id} (${name})`;
}
