import type { RuleInfo } from '../../../../findings/finding.ts';
import type { SealedFileUse } from '../../../../flux/decryption/decryption.ts';
import { holdsKeys, holdsRecipients, usableKeys } from '../../holds.ts';
import type { HeldKey, KeyEntry, KeySecret } from '../../key-secret.ts';
import { install, removeEntry, retire, word } from '../commands.ts';
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
  look(scene) {
    for (const cluster of scene.clusters) {
      const { live } = cluster;
      if (live === null) continue;
      for (const one of cluster.kustomizations) tellUnopened(scene, cluster, live, one);
      for (const seen of live.secrets.values())
        if (seen.kind === 'found') tellIdle(scene, cluster, live, seen.secret);
    }
  },
};

function tellUnopened(scene: KeyScene, cluster: SceneCluster, live: LiveSide, one: KeyedKustomization): void {
  const seen = one.secret === null ? undefined : live.secrets.get(secretText(one.secret));
  const files = (one.decryption?.sealed ?? []).filter((file) => opensIn(one, live, file) === false);
  const [first] = files;
  if (first === undefined || seen?.kind !== 'found') return;
  const paths = files.map(({ path }) => path);
  const recipients = [...new Set(files.flatMap(recipientsOf))].map((id) => named(scene, id));
  scene.tell(unopened, {
    ...{ cluster, kustomizations: [one.key], secret: seen.secret.ref, place: { file: first.path } },
    message: `no key that Flux can use in Secret ${secretText(seen.secret.ref)} opens ${listed(paths)}: Kustomization ${one.key} fails. What would: the key of ${listed(recipients)}`,
    ...mendUnopened(scene, cluster, one, files, seen.secret),
  });
}

/** The Secret gets a key that opens them, from here; else the files get the Secret's recipient. */
function mendUnopened(
  scene: KeyScene,
  cluster: SceneCluster,
  { secret, global }: KeyedKustomization,
  files: readonly SealedFileUse[],
  { entries, ref }: KeySecret,
): { readonly fix: string; readonly mend: readonly string[] } {
  const hidden = entries.find(
    ({ use, holds }) => use === 'ignored' && files.every((file) => opens(file, holdsKeys(holds)) === true),
  );
  if (hidden !== undefined)
    return { fix: `${hidden.name} of the Secret would open them: give it a name that Flux takes.`, mend: [] };
  const own = [...scene.own].find((recipient) =>
    files.every((file) => opens(file, holdsRecipients([recipient])) === true),
  );
  if (own !== undefined && secret !== null)
    return {
      fix: 'Install the key that opens them, which is on this machine.',
      mend: [install(cluster, ref, ['--recipient', own])],
    };
  const has = usableKeys([{ entries } as KeySecret], { ageOnly: global, pastProblems: true });
  const names = has.flatMap(({ recipient }) => recipient ?? []);
  if (names.length === 0)
    return {
      fix: 'Install a key that opens them, from a machine that has it: sopskit keys install.',
      mend: [],
    };
  return {
    fix: `Add ${listed(names, 2)} to the rule of the files in .sops.yaml, then give it to the files, commit and push.`,
    mend: [`sopskit updatekeys -y ${files.map(({ path }) => word(path)).join(' ')}`],
  };
}

function tellIdle(scene: KeyScene, cluster: SceneCluster, live: LiveSide, secret: KeySecret): void {
  const users = usersOf(cluster, secret.ref);
  if (cluster.model === null || users.length === 0) return;
  const files = users.flatMap(({ decryption }) => decryption?.sealed ?? []);
  // what may be read beside the files that are known is not known to be opened by others
  const isSure = users.every(({ decryption }) => decryption !== null && decryption.unknowns.length === 0);
  for (const entry of secret.entries) {
    if (entry.problem !== null || (entry.use !== 'age' && entry.use !== 'pgp')) continue;
    if (entry.use === 'pgp' && users.every(({ global }) => global)) continue;
    const keys = entry.holds.filter((key) => key.unusable === null);
    const unused = keys.filter((key) => files.every((file) => !serves(key, file)));
    if (entry.holds.length === 0) tellEmpty(scene, cluster, live, { secret, entry, users });
    for (const key of unused)
      scene.tell(idle, {
        ...{ cluster, kustomizations: users.map((one) => one.key), secret: secret.ref },
        level: isSure && files.length > 0 ? 'warning' : 'note',
        message: `${keysText([key])} in ${entry.name} of Secret ${secretText(secret.ref)} opens ${files.length === 0 ? 'no file, as none is encrypted yet' : 'no file that Flux decrypts with it'}${isSure ? '' : ', of those that are known'}`,
        fix: 'Where a rotation left it behind, retire it: that looks first whether anything still needs it.',
        mend:
          key.kind === 'pgp'
            ? keys.length === 1
              ? [removeEntry(live, secret.ref, entry.name)]
              : []
            : [retire(cluster, secret.ref, key.recipient ?? '')],
      });
  }
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
