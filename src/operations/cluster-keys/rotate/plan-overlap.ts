import { textIn } from '../../../cluster/fields.ts';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { KustomizationDecryption, SealedFileUse } from '../../../flux/decryption/decryption.ts';
import { isSameRepository } from '../../../flux/source/repository-url.ts';
import { comparableRecipient } from '../../../keys/age/recipient-text.ts';
import { opensWith } from '../../../sops/opens-with.ts';
import { printablePath } from '../../../system/path-text.ts';
import { keyOfLive } from '../../restructure/live-object.ts';
import type { BoundCluster } from '../bound-cluster.ts';
import { holdsUsable, usableKeys } from '../holds.ts';
import type { KeySecret } from '../key-secret.ts';
import { readKeySecret } from '../read-key-secret.ts';
import { wipeKeySecret } from '../wipe-key-secret.ts';
import { gitRepositories } from './decrypting-view.ts';
import type { OverlapRequest, OverlapTarget } from './overlap.ts';
import { isAffected, type SecretUse, secretUses } from './overlap-uses.ts';

/**
 * Finds every Secret that the new identity has to be in beside the old one, and refuses what cannot be rotated before
 * anything is done: a cluster that is not reached, a Secret that is missing, or that opens the files already not. Throws
 * `cluster-key.refused`, `cluster-key.missing`, `cluster-key.unopened`, `cluster.*`.
 */
export async function planOverlap(request: OverlapRequest): Promise<readonly OverlapTarget[]> {
  requireReached(request);
  const affects = isAffected([request.old, request.fresh]);
  const targets: OverlapTarget[] = [];
  for (const cluster of request.clusters) {
    const foreign = await foreignKustomizations(cluster.bound);
    const { uses, without } = secretUses(cluster, affects, (key) => foreign.has(key));
    for (const one of without) refuseWithout(one, cluster.bound, affects);
    for (const use of uses) {
      const target = await judgeUse(use, cluster.bound, request);
      if (target !== null) targets.push(target);
    }
  }
  return targets;
}

/** A cluster that decrypts a file that is re-keyed, and does not get the new identity, decrypts no more. */
function requireReached({ models, clusters, skipped, old, fresh }: OverlapRequest): void {
  const affects = isAffected([old, fresh]);
  const names = models.map(({ model }) => model.name);
  const isNamed = (name: string, typed: string): boolean =>
    name === typed || name.split('/').at(-1) === typed;
  for (const typed of skipped)
    if (!names.some((name) => isNamed(name, typed)))
      throw new SopskitError(
        'cluster-key.refused',
        `the repository has no cluster ${JSON.stringify(typed)}`,
        {
          hint: `It has ${names.join(', ')}.`,
        },
      );
  const reached = new Set(clusters.flatMap(({ bound }) => bound.model?.name ?? []));
  const left = models.filter(
    ({ model: { name } }) => !reached.has(name) && !skipped.some((typed) => isNamed(name, typed)),
  );
  const reasons = left.flatMap(({ model, decryptions }) => {
    const why = whyNeeded(decryptions, affects);
    return why === null ? [] : [`${model.name} (${why})`];
  });
  if (reasons.length === 0) return;
  const [first = ''] = reasons;
  const name = first.slice(0, first.indexOf(' ('));
  throw new SopskitError(
    'cluster-key.refused',
    `the new identity has to be in every cluster before a file is re-keyed, and no context was given for ${reasons.join(', ')}`,
    {
      hint: `Give each cluster's context, with --context once for each; or say that it gets the identity by other means: --skip-cluster ${name}.`,
    },
  );
}

function whyNeeded(
  decryptions: readonly KustomizationDecryption[],
  affects: (file: SealedFileUse) => boolean,
): string | null {
  for (const { key, provider, sealed, unknowns } of decryptions) {
    if (provider !== 'sops') continue;
    const file = sealed.find(affects);
    if (file !== undefined) return `its Kustomization ${key} decrypts ${printablePath(file.path)}`;
    const [unknown] = unknowns;
    if (unknown !== undefined) return `its Kustomization ${key} may decrypt such a file: ${unknown.message}`;
  }
  return null;
}

/** Kustomizations whose source is a git repository that is not the one that the entry follows. */
async function foreignKustomizations({ cluster, model, live }: BoundCluster): Promise<ReadonlySet<string>> {
  if (model === null || !(await cluster.serves(gitRepositories))) return new Set();
  const listed = await cluster.list(gitRepositories, null);
  const urls = new Map(listed.map((one) => [keyOfLive(one), textIn(one, 'spec', 'url')]));
  const urlOf = (key: string): string | null => {
    const ref = live.get(key)?.kustomization.spec.sourceRef;
    return ref?.kind === 'GitRepository' ? (urls.get(`${ref.namespace}/${ref.name}`) ?? null) : null;
  };
  const own = urlOf(model.entry.kustomization);
  if (own === null) return new Set();
  return new Set(
    [...live.keys()].filter((key) => {
      const url = urlOf(key);
      return url !== null && !isSameRepository(url, own);
    }),
  );
}

/** `null`: the rotation has nothing to do with it. */
async function judgeUse(
  use: SecretUse,
  bound: BoundCluster,
  { old, fresh }: OverlapRequest,
): Promise<OverlapTarget | null> {
  const { ref, global, kustomizations, affected } = use;
  const secret = await readKeySecret(bound.cluster, ref, bound.controller);
  if (secret === null) {
    if (affected.length === 0) return null;
    throw missing(use, bound);
  }
  const target = { bound, ref, global, kustomizations, secret };
  const has = holder(secret, global);
  if (fresh !== null && has(fresh)) return { ...target, state: 'there' };
  if (has(old)) return { ...target, state: 'add' };
  if (affected.length === 0) {
    wipeKeySecret(secret);
    return null;
  }
  const holds = holdsUsable([secret], { ageOnly: global });
  const closed = affected.find(({ metadata }) => !opensWith(metadata, holds));
  if (closed !== undefined) {
    wipeKeySecret(secret);
    throw unopened(use, secret, closed, bound);
  }
  return { ...target, state: 'other' };
}

/** Tells whether the controller can use the identity of a recipient out of a Secret. */
export function holder(secret: KeySecret, global: boolean): (recipient: string) => boolean {
  const held = usableKeys([secret], { ageOnly: global }).flatMap(({ recipient }) => recipient ?? []);
  const comparable = new Set(held.map(comparableRecipient));
  return (recipient) => comparable.has(comparableRecipient(recipient));
}

function missing(
  { ref, kustomizations, affected }: SecretUse,
  { cluster, by, model }: BoundCluster,
): SopskitError {
  const [file] = affected;
  const install = `sopskit keys install${cluster.flags} -n ${ref.namespace} --secret-name ${ref.name} --create-namespace`;
  const doubt =
    by === 'live' || model === null ? '' : `Is it the right one? Flux does not apply ${model.name} there. `;
  return new SopskitError(
    'cluster-key.missing',
    `the cluster of the context ${cluster.context} has no Secret ${ref.namespace}/${ref.name}, with which ${list(kustomizations)} decrypts ${printablePath(file?.path ?? '')}`,
    { hint: `${doubt}Install the present key first: ${install}` },
  );
}

function unopened(
  { ref, kustomizations }: SecretUse,
  secret: KeySecret,
  file: SealedFileUse,
  { cluster }: BoundCluster,
): SopskitError {
  const broken = secret.entries.find(({ problem }) => problem !== null);
  const why = broken === undefined ? '' : ` (${broken.name}: ${broken.problem})`;
  return new SopskitError(
    'cluster-key.unopened',
    `the Secret ${ref.namespace}/${ref.name} of the context ${cluster.context} does not open ${printablePath(file.path)}, which ${list(kustomizations)} decrypts with it${why}: that fails already`,
    { hint: `See what is wrong with it: sopskit keys doctor --cluster${cluster.flags}` },
  );
}

function refuseWithout(
  { key, sealed }: KustomizationDecryption,
  { cluster, controller }: BoundCluster,
  affects: (file: SealedFileUse) => boolean,
): void {
  const file = sealed
    .filter(affects)
    .find(({ metadata }) => metadata.keyGroups.every((group) => group.every((one) => one.source === 'age')));
  if (file === undefined) return;
  const own =
    controller === null
      ? 'and what its kustomize-controller is started with cannot be told'
      : 'and its kustomize-controller has no Secret of its own (--sops-age-secret)';
  throw new SopskitError(
    'cluster-key.refused',
    `Kustomization ${key} of the context ${cluster.context} decrypts ${printablePath(file.path)} without a secretRef, ${own}: where its identity is, is not known`,
    { hint: 'Name its Secret in git (spec.decryption.secretRef), push that, and run the command again.' },
  );
}

function list(kustomizations: readonly string[]): string {
  const shown = kustomizations.slice(0, 3).join(', ');
  const more = kustomizations.length > 3 ? ` and ${kustomizations.length - 3} more` : '';
  return `Kustomization ${shown}${more}`;
}
