import type { Deletion, RepositoryFacts, Story } from './story.ts';

/** What is known of an object, before it is put into words. */
export interface StoryFacts extends Omit<Story, 'answer' | 'restore' | 'healthy'> {
  readonly flags: string;
  /** Keys of the Kustomizations that are there. */
  readonly names: ReadonlySet<string>;
}

/** Puts the facts into an answer, and finds what brings the object back. */
export function composeStory({ flags, names, ...facts }: StoryFacts): Story {
  const { live, problems } = facts;
  const told = live === null ? absent({ ...facts, flags, names }) : present({ ...facts, flags, names });
  const broken = problems.some(({ level }) => level !== 'note');
  return {
    ...facts,
    ...told,
    healthy: live !== null && live.deleting === null && !broken && told.restore.length === 0,
  };
}

type Told = Pick<Story, 'answer' | 'restore'>;

function present(facts: StoryFacts): Told {
  const { live, owners, deletion, flags } = facts;
  if (live === null) return { answer: [], restore: [] };
  const answer = [owner(facts)];
  const others = owners.filter((name) => name !== live.owner);
  if (others.length > 0 && owners.length > 1)
    answer.push(`It is in the inventories of ${owners.join(' and ')}: they apply over each other.`);
  const isAnew =
    deletion !== null &&
    live.created !== null &&
    live.created >= floor(deletion.time) &&
    live.deleting === null;
  if (isAnew && live.created !== null)
    answer.push(
      ...deleted(deletion),
      `It was made anew at ${stamp(live.created)}: what it held, or ran, before is gone.`,
    );
  if (live.deleting === null) return { answer, restore: orphan(facts) };
  answer.push(
    `It is being deleted since ${stamp(live.deleting)}${live.finalizers.length === 0 ? '' : `, and held by ${live.finalizers.join(', ')}`}. Nothing takes a deletion back; it can only be made anew afterwards.`,
    ...(deletion === null ? [] : deleted(deletion)),
  );
  const by = owners[0] ?? null;
  return { answer, restore: by === null ? [] : [reconcile(by, flags)] };
}

/** Events have whole seconds. */
function floor(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}

function owner({ live, owners, kind }: StoryFacts): string {
  if (live?.owner != null) {
    if (!live.ownerIsThere)
      return `Its labels name Kustomization ${live.owner}, which is gone: nothing keeps it up to date, and nothing prunes it.`;
    return owners.includes(live.owner)
      ? `Kustomization ${live.owner} owns it.`
      : `Its labels name Kustomization ${live.owner}, which does not have it in its inventory: it was let go of with pruning off.`;
  }
  if (live?.release != null) return `HelmRelease ${live.release} owns it.`;
  const by = live?.managers.length ? ` (written by ${live.managers.join(', ')})` : '';
  return owners.length > 0
    ? `Kustomization ${owners.join(', ')} has it in its inventory, but it does not carry its labels${by}.`
    : `No Kustomization and no HelmRelease owns this ${kind}${by}.`;
}

function orphan({ live, owners, flags, kind, namespace, name }: StoryFacts): readonly string[] {
  if (live?.owner == null || (live.ownerIsThere && owners.length > 0)) return [];
  return [
    'a manifest of it in Git    # the Kustomization that builds it takes it over at its next run',
    `or: kubectl${flags} delete ${kind.toLowerCase()} ${name}${namespace === '' ? '' : ` -n ${namespace}`}    # where it is not wanted any more`,
  ];
}

function absent(facts: StoryFacts): Told {
  const { deletion, owners, repository, flags } = facts;
  const answer = ['It is not in the cluster.'];
  const [holder] = owners;
  if (holder !== undefined) {
    answer.push(
      ...(deletion === null ? [] : deleted(deletion)),
      `Kustomization ${holder} has it in its inventory${deletion === null ? ', and no event of Flux says that it was deleted: somebody, or something, else did it' : ''}. It is made anew at the next run.`,
    );
    return { answer, restore: [reconcile(holder, flags)] };
  }
  if (deletion !== null) answer.push(...deleted(deletion));
  if (repository !== null) answer.push(...fromRepository(repository, deletion));
  if (deletion === null && repository === null)
    answer.push(
      'No inventory has it, and no event tells of it: events are kept for an hour. In the repository’s folder, its history is asked too.',
    );
  return { answer, restore: restoring(facts) };
}

function deleted({ by, revision, time, through, because }: Deletion): readonly string[] {
  const what = through === null ? 'it' : `${through}, and with it all that was in it,`;
  const fell = through === null ? '' : `It fell with ${through}. `;
  const at = revision === null ? '' : ` at ${revision}`;
  if (because === null)
    return [`${fell}${said(by)} deleted ${what} at ${stamp(time)}: it was no longer in what it builds${at}.`];
  const then = because.revision === null ? '' : ` at ${because.revision}`;
  return [
    `${fell}${said(by)} deleted ${what} at ${stamp(time)}, because it was itself deleted: ${said(because.by)} no longer had it${then}, and with prune: true all that it had applied goes with it${revision === null ? '' : ` (it had applied ${revision})`}.`,
  ];
}

function fromRepository(
  { holders, removed, looked, unknown }: RepositoryFacts,
  deletion: Deletion | null,
): readonly string[] {
  const lines: string[] = [];
  if (holders.length > 0)
    lines.push(
      `In the repository, Kustomization ${holders.join(', ')} has it at HEAD: it is not applied yet.`,
    );
  else if (removed !== null)
    lines.push(
      `In the repository, commit ${removed.commit.slice(0, 12)} (${removed.subject}) took it out of Kustomization ${removed.from.join(', ')}${removed.cause === '' ? '' : `: ${removed.cause}`}.`,
    );
  else if (looked > 0 && deletion === null)
    lines.push(`None of the last ${looked} commits of the repository has it.`);
  if (unknown !== '') lines.push(`The repository cannot tell all: ${unknown}.`);
  return lines;
}

/** What brings back an object that no inventory has. */
function restoring({ deletion, repository, names, flags }: StoryFacts): readonly string[] {
  if (repository !== null && repository.holders.length > 0)
    return repository.holders.map((name) =>
      names.has(`Kustomization/${name}`)
        ? reconcile(name, flags)
        : `git push    # Kustomization ${name} is not in the cluster yet`,
    );
  const commit =
    repository?.removed?.commit ?? commitOf(deletion?.because?.revision ?? deletion?.revision ?? null);
  if (commit === null) return [];
  const top = deletion?.because?.by ?? deletion?.by ?? null;
  const name = repository?.removed?.from[0] ?? (top === null ? null : top.slice(top.indexOf('/') + 1));
  return [
    `git revert --no-edit ${commit}    # or put back only its manifest: git checkout ${commit}^ -- PATH`,
    'sopskit flux plan HEAD~1..HEAD    # what the revert does to the cluster',
    'git push',
    ...(name === null || !names.has(`Kustomization/${name}`) ? [] : [reconcile(name, flags)]),
  ];
}

/** `main@sha1:0123…` */
function commitOf(revision: string | null): string | null {
  return /[:/]([0-9a-f]{40,64})$/.exec(revision ?? '')?.[1] ?? null;
}

function reconcile(name: string, flags: string): string {
  const [namespace, own] = [name.slice(0, name.indexOf('/')), name.slice(name.indexOf('/') + 1)];
  return `flux${flags} reconcile kustomization ${own} -n ${namespace} --with-source`;
}

function said(key: string): string {
  return key.replace('/', ' ');
}

export function stamp(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
