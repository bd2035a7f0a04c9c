import type { RuleInfo } from '../../../../findings/finding.ts';
import { entryNameFor } from '../../entry-name.ts';
import { holdsKeys, usableKeys } from '../../holds.ts';
import type { KeyEntry, KeySecret } from '../../key-secret.ts';
import { removeEntry, renameEntry } from '../commands.ts';
import type { KeyRule } from '../key-rule.ts';
import { keysText, opens } from '../opened.ts';
import {
  type KeyedKustomization,
  type KeyScene,
  type LiveSide,
  type SceneCluster,
  secretText,
  usersOf,
} from '../scene.ts';

const ignored: RuleInfo = {
  code: 'cluster-key.ignored-entry',
  level: 'warning',
  title: 'an entry of the Secret that Flux passes over',
  about:
    'Flux takes *.agekey and *.asc, and the five names of cloud credentials; of the Secret of --sops-age-secret only *.agekey. Every other entry it passes over in silence, and decryption fails as if there were no key. Give the entry a name that Flux takes.',
};
const broken: RuleInfo = {
  code: 'cluster-key.broken-entry',
  level: 'error',
  title: 'an entry of the Secret that Flux cannot parse',
  about:
    'Every *.agekey and *.asc of the Secret is imported, and one that cannot be parsed fails the whole Kustomization ("failed to import"), whatever the others hold. Take it out, or put a key in its place.',
};
const unusable: RuleInfo = {
  code: 'cluster-key.unusable-key',
  level: 'error',
  title: 'a kind of key that Flux cannot use',
  about:
    'kustomize-controller reads X25519 and (since Flux 2.9) post-quantum age identities and PGP keys without a passphrase. SSH keys, identities of age plugins, and keys behind a passphrase it cannot use. Make an age key for the cluster: sopskit keys generate.',
};
const postQuantum: RuleInfo = {
  code: 'cluster-key.post-quantum',
  level: 'error',
  title: 'a post-quantum age identity before Flux 2.9',
  about:
    'kustomize-controller reads AGE-SECRET-KEY-PQ-1… since 1.9 (Flux 2.9); an older one fails on it ("unknown identity type"), and with it the whole Kustomization. Upgrade Flux, or use an X25519 identity.',
};

/** Entries of key Secrets that do not serve. */
export const entriesRule: KeyRule = {
  infos: [ignored, broken, unusable, postQuantum],
  look(scene) {
    for (const cluster of scene.clusters) {
      const { live } = cluster;
      for (const seen of live?.secrets.values() ?? []) {
        if (seen.kind !== 'found' || live === null) continue;
        const users = usersOf(cluster, seen.secret.ref);
        for (const entry of seen.secret.entries)
          lookAt(scene, { cluster, live, users, secret: seen.secret }, entry);
      }
    }
  },
};

interface Around {
  readonly cluster: SceneCluster;
  readonly live: LiveSide;
  readonly secret: KeySecret;
  readonly users: readonly KeyedKustomization[];
}

function lookAt(scene: KeyScene, around: Around, entry: KeyEntry): void {
  if (entry.use === 'ignored' || (entry.use === 'pgp' && around.users.every(({ global }) => global)))
    tellIgnored(scene, around, entry);
  else if (entry.use !== 'cloud') tellProblem(scene, around, entry);
}

function tellProblem(scene: KeyScene, { cluster, live, secret, users }: Around, entry: KeyEntry): void {
  const bad = entry.holds.find((key) => key.unusable !== null);
  if (bad === undefined && entry.problem === null) return;
  const why = entry.problem ?? bad?.unusable ?? '';
  const what = bad === undefined ? '' : `, which holds ${keysText([bad])},`;
  const rule = bad === undefined ? broken : bad.kind === 'hybrid' ? postQuantum : unusable;
  const fails = entry.problem === null ? '' : ': the whole Kustomization fails';
  scene.tell(rule, {
    ...{ cluster, kustomizations: users.map(({ key }) => key), secret: secret.ref },
    level: entry.problem === null ? 'warning' : 'error',
    message: `Flux cannot use ${entry.name} of Secret ${secretText(secret.ref)}${what}${why === '' ? '' : ` (${why})`}${fails}`,
    fix:
      rule === postQuantum
        ? 'Upgrade Flux to 2.9, or take the entry out and install an X25519 identity (sopskit keys install).'
        : 'Take the entry out; sopskit keys install puts in one that serves.',
    mend: [removeEntry(live, secret.ref, entry.name)],
  });
}

function tellIgnored(scene: KeyScene, { cluster, live, secret, users }: Around, entry: KeyEntry): void {
  const rest = usableKeys([secret], { pastProblems: true });
  const keys = entry.holds.filter((key) => key.kind !== 'ssh');
  const isNew = keys.some(
    ({ recipient }) => recipient === null || !rest.some((other) => other.recipient === recipient),
  );
  const files = users.flatMap(({ decryption }) => decryption?.sealed ?? []);
  const [has, would] = [holdsKeys(rest), holdsKeys(keys)];
  const isNeeded = files.some((file) => opens(file, has) === false && opens(file, would) === true);
  const name = isNew ? newName(entry, secret) : null;
  const { ref } = secret;
  scene.tell(ignored, {
    ...{ cluster, kustomizations: users.map(({ key }) => key), secret: ref },
    level: isNeeded ? 'error' : keys.length > 0 ? 'warning' : 'note',
    message: `Flux passes over ${entry.name} of Secret ${secretText(ref)}, which holds ${keysText(entry.holds)}: its name does not end with ${entry.use === 'pgp' ? '.agekey (of the Secret of --sops-age-secret only age keys are taken)' : '.agekey or .asc'}`,
    fix: name === null ? 'Take the entry out, if nothing else uses it.' : 'Give it a name that Flux takes.',
    mend: [name === null ? removeEntry(live, ref, entry.name) : renameEntry(live, ref, entry.name, name)],
  });
}

/** `null`: no name makes Flux use it. */
function newName({ holds, use }: KeyEntry, { entries }: KeySecret): string | null {
  const [first] = holds;
  const taken = entries.map(({ name }) => name);
  if (first === undefined || holds.some((key) => key.unusable !== null) || use === 'pgp') return null;
  if (first.kind !== 'pgp') return entryNameFor(first.recipient ?? '', taken);
  const name = `${first.recipient ?? 'key'}.asc`;
  return taken.includes(name) ? null : name;
}
