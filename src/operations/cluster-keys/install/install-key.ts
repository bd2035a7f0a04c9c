import type { Cluster } from '../../../cluster/cluster.ts';
import { shellWord } from '../../../cluster/doing.ts';
import { textMapIn } from '../../../cluster/fields.ts';
import type { KustomizationDecryption, SecretRef } from '../../../flux/decryption/decryption.ts';
import type { Snapshot } from '../../../repository/snapshot.ts';
import type { System } from '../../../system/system.ts';
import type { Mapping } from '../../../tree/value.ts';
import type { BoundCluster, FluxController, KeyTarget } from '../bound-cluster.ts';
import { holdsUsable } from '../holds.ts';
import { namespaceManifest, requireLasting, withNamespaceFirst } from '../key-namespace.ts';
import type { KeySecret } from '../key-secret.ts';
import { keySecretManifest, watchLabel } from '../key-secret-manifest.ts';
import { keyTargets } from '../key-targets.ts';
import { readKeySecret } from '../read-key-secret.ts';
import { changeKeySecret } from '../write-key-secret.ts';
import { type ChoiceGround, holdsKeys, namedKeys, opensAll } from './choose-keys.ts';
import { chooseUsable } from './choose-usable.ts';
import { type Coverage, coverageOf, filesOf, type SecretUser } from './coverage.ts';
import { afterPut, heldRecipients, newEntries } from './entries.ts';
import type { InstallAnswer, InstalledKey } from './install-answer.ts';
import { refuseHybrid, refuseNotRead, refuseUnopened } from './install-refusal.ts';
import { warningsOf } from './install-warnings.ts';
import type { LocalKey, LocalKeys } from './local-key.ts';
import { openedElsewhere, otherClusters, refuseWrongCluster } from './other-clusters.ts';
import { namesOfRecipients, ruledRecipients } from './ruled-recipients.ts';
import { type NamedSecret, secretFlags, type TargetSecret, targetSecret, textOf } from './target-secret.ts';

/** What an installation is made from. */
export interface InstallScene {
  /** `null`: no cluster is asked, and nothing written. */
  readonly cluster: Cluster | null;
  /** Which of the repository's clusters is meant; `null`: there is no repository, or none for it. */
  readonly model: { readonly name: string; readonly by: BoundCluster['by'] } | null;
  /** What is started there: of the cluster, else as the repository says; `null`: not known. */
  readonly controller: FluxController | null;
  /** Every Kustomization of all the repository's clusters. */
  readonly decryptions: readonly KustomizationDecryption[];
  /** The repository; `null`: there is none. */
  readonly snapshot: Snapshot | null;
  /** Why nothing can be checked; `null`: it can. */
  readonly unchecked: string | null;
}

export interface InstallWishes {
  readonly secret: NamedSecret;
  /** Public halves of the keys to install; empty: those that open the files. */
  readonly recipients: readonly string[];
  /** File to take keys from (`-`: standard input); `null`: where sops finds them. */
  readonly identityFile: string | null;
  readonly createNamespace: boolean;
  readonly partial: boolean;
  readonly forceConflicts: boolean;
  readonly dryRun: boolean;
}

/** What is to be written, before it is. Holds what is new of the Secret until it is wiped. */
export interface PreparedInstall {
  readonly answer: InstallAnswer;
  /** Writes it, and reads it back. Nothing where there is nothing to change, or no cluster. */
  write(): Promise<void>;
  /** The manifests of the Secret as a new one, and of its namespace where that is to be made: hold the keys in base64. */
  manifests(): readonly Mapping[];
  wipe(): void;
}

/**
 * Prepares the Secret that Flux decrypts with: chooses the keys of this machine, checks what they open, and what is in the
 * cluster already. Nothing is written yet. Throws `cluster-key.refused` where the user must choose, or for the key of
 * another cluster; `cluster-key.missing`, `identity.missing` for no key; `cluster-key.unopened` where it opens not all
 * files; `cluster.*`, `file.*`.
 */
export async function prepareInstall(
  system: System,
  scene: InstallScene,
  wishes: InstallWishes,
  local: LocalKeys,
): Promise<PreparedInstall> {
  const own = scene.decryptions.filter(({ cluster }) => cluster === scene.model?.name);
  const targets = keyTargets(own, scene.controller);
  const target = targetSecret(wishes.secret, targets);
  const before =
    scene.cluster === null ? null : await readBefore(scene.cluster, target.ref, scene.controller);
  return await prepare(system, scene, wishes, { own, targets, target, before, local });
}

async function readBefore(
  cluster: Cluster,
  ref: SecretRef,
  controller: FluxController | null,
): Promise<KeySecret | null> {
  try {
    return await readKeySecret(cluster, ref, controller);
  } catch (error) {
    throw await withNamespaceFirst(cluster, ref, error);
  }
}

interface Plan {
  readonly own: readonly KustomizationDecryption[];
  readonly targets: readonly KeyTarget[];
  readonly target: TargetSecret;
  readonly before: KeySecret | null;
  readonly local: LocalKeys;
}

async function prepare(
  system: System,
  scene: InstallScene,
  wishes: InstallWishes,
  { own, targets, target, before, local }: Plan,
): Promise<PreparedInstall> {
  const users = usersOf(targets, target);
  const ground = await groundOf(system, scene, { users, own, before, local });
  const elsewhere = otherClusters(
    scene.decryptions.filter((one) => !own.includes(one)),
    filesOf(own),
  );
  const keys = await choose(scene, wishes, ground, elsewhere);
  if (wishes.recipients.length === 0 && ground.files.length > 0 && keys.length === 0)
    refuseNotRead(ground, { users, before, isGiven: wishes.identityFile !== null });
  refuseHybrid(keys, scene.controller);
  const entries = await newEntries(keys, before);
  const after = await afterPut(before, target.ref, entries.put, scene.controller);
  const coverage = coverageOf(users, after);
  try {
    if (!wishes.partial) refuseUnopened(coverage, after, { ...ground, flags: scene.cluster?.flags ?? '' });
  } catch (error) {
    entries.wipe();
    throw error;
  }
  const isChanged = before === null || entries.put.size > 0 || isUntidy(before);
  const answer: InstallAnswer = {
    state: before === null ? 'created' : isChanged ? 'changed' : 'unchanged',
    dryRun: wishes.dryRun || scene.cluster === null,
    secret: target.ref,
    context: scene.cluster?.context ?? null,
    server: scene.cluster?.server ?? null,
    cluster: scene.model,
    keys: keys.map((key) => installed(key, after, entries.recipients, ground)),
    kustomizations: coverage.map(({ kustomization, opened, unopened }) => ({
      ...{ kustomization, opened },
      unopened: unopened.map(({ path }) => path),
    })),
    unchecked: uncheckedOf(scene, coverage),
    elsewhere: openedElsewhere(elsewhere, holdsKeys(keys)),
    otherSecrets: target.others.map((secret) => ({ secret, flags: flagsFor(secret, scene) })),
    warnings: warningsOf({ scene, target, users, own, before, after, keys, local }),
  };
  const change = { put: entries.put, remove: [] };
  return {
    answer,
    async write() {
      if (scene.cluster === null) return;
      if (before !== null && !isChanged) await requireLasting(scene.cluster, before);
      else await changeKeySecret(scene.cluster, target.ref, before, change, wishes);
    },
    manifests: () => [
      ...(wishes.createNamespace ? [namespaceManifest(target.ref.namespace)] : []),
      keySecretManifest(target.ref, entries.put, null),
    ],
    wipe() {
      entries.wipe();
      for (const { value } of before?.entries ?? []) value.wipe();
    },
  };
}

/** Kustomizations that decrypt with the Secret. */
function usersOf(targets: readonly KeyTarget[], { ref }: TargetSecret): readonly SecretUser[] {
  return targets
    .filter((target) => textOf(target.ref) === textOf(ref))
    .flatMap(({ global, kustomizations }) => kustomizations.map((decryption) => ({ decryption, global })));
}

async function groundOf(
  system: System,
  { snapshot, model }: InstallScene,
  {
    users,
    own,
    before,
    local,
  }: {
    readonly users: readonly SecretUser[];
    readonly own: readonly KustomizationDecryption[];
    readonly before: KeySecret | null;
    readonly local: LocalKeys;
  },
): Promise<ChoiceGround> {
  const files = filesOf(users.map(({ decryption }) => decryption));
  const folders = [model?.name ?? [], own.map(({ node }) => node.spec.path)].flat();
  const isAsked = snapshot !== null && files.length === 0 && model !== null;
  return {
    ...{ local, files },
    held: holdsUsable(before === null ? [] : [before], { pastProblems: true }),
    heldRecipients: heldRecipients(before),
    ruled: isAsked ? await ruledRecipients(system, snapshot, folders) : [],
    names: snapshot === null ? new Map() : await namesOfRecipients(system, snapshot),
  };
}

async function choose(
  { model, cluster }: InstallScene,
  { recipients, identityFile, partial }: InstallWishes,
  ground: ChoiceGround,
  others: Parameters<typeof refuseWrongCluster>[1]['others'],
): Promise<readonly LocalKey[]> {
  const { names, local, files: own } = ground;
  const wrong = { cluster: model?.name ?? '', context: cluster?.context ?? null, own, others, names };
  if (recipients.length > 0) {
    const keys = namedKeys(recipients, ground);
    refuseWrongCluster(keys, wrong);
    return keys;
  }
  const isGiven = identityFile !== null;
  if (isGiven && own.length === 0) return local.keys;
  const keys = await chooseUsable(ground, isGiven);
  const isFit = keys.length > 0 || (!isGiven && opensAll(own, ground.held));
  if (isFit) return keys;
  refuseWrongCluster(local.keys, wrong);
  // the one key that was given is meant, also where it opens nothing
  return isGiven && partial && local.keys.length === 1 ? local.keys : keys;
}

function installed(
  { kind, recipient, place }: LocalKey,
  after: KeySecret,
  put: ReadonlyMap<string, readonly string[]>,
  { names }: ChoiceGround,
): InstalledKey {
  const isNew = [...put.values()].some((recipients) => recipients.includes(recipient));
  const entry = after.entries.find(
    ({ use, holds }) => use !== 'ignored' && holds.some((held) => held.recipient === recipient),
  );
  const name = names.get(recipient) ?? null;
  return { kind, recipient, name, place, entry: entry?.name ?? '', wasThere: !isNew };
}

/** The flags for another Secret of the same cluster: without, they would send a key to that of the current context. */
function flagsFor(secret: SecretRef, { cluster, model }: InstallScene): string {
  const named = model?.by === 'named' ? ` --cluster ${shellWord(model.name)}` : '';
  return `${secretFlags(secret)}${cluster?.flags ?? ''}${named}`;
}

/** Whether the label is missing, or the keys are in an annotation; what cannot be changed stays as it is. */
function isUntidy({ leaked, keeper, immutable, manifest }: KeySecret): boolean {
  const isWatched = textMapIn(manifest, 'metadata', 'labels').has(watchLabel[0]);
  return keeper === null && !immutable && (leaked || !isWatched);
}

function uncheckedOf(scene: InstallScene, coverage: readonly Coverage[]): readonly string[] {
  const unknowns = coverage.flatMap((one) =>
    one.unknowns.map((message) => `${one.kustomization} may read more: ${message}`),
  );
  return [...(scene.unchecked === null ? [] : [scene.unchecked]), ...new Set(unknowns)];
}
