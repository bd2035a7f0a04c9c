import { ownerOf, restoreOrphan } from './owner-story.ts';
import { reconcile } from './reconcile.ts';
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
  const all = { ...facts, flags, names };
  const told = facts.liveUnread !== null ? unread(all) : live === null ? absent(all) : present(all);
  const broken = problems.some(({ level }) => level !== 'note');
  return {
    ...facts,
    ...told,
    healthy: live !== null && live.deleting === null && !broken && told.restore.length === 0,
  };
}

/** It may not be read: whether it is there is not known, and nothing is to be done for it. */
function unread({ liveUnread, owners, deletion }: StoryFacts): Told {
  const answer = [`Whether it is there is not known: ${liveUnread}.`];
  if (owners.length > 0) answer.push(`Kustomization ${owners.join(' and ')} has it in its inventory.`);
  else answer.push('No inventory that was read has it.');
  if (deletion !== null) answer.push(...deleted(deletion));
  return { answer, restore: [] };
}

type Told = Pick<Story, 'answer' | 'restore'>;

function present(facts: StoryFacts): Told {
  const { live, owners, deletion, flags } = facts;
  if (live === null) return { answer: [], restore: [] };
  const answer = [ownerOf(facts)];
  const others = owners.filter((name) => name !== live.owner);
  if (others.length > 0 && owners.length > 1)
    answer.push(`It is in the inventories of ${owners.join(' and ')}: they apply over each other.`);
  answer.push(...anew(facts));
  if (live.deleting === null) return { answer, restore: restoreOrphan(facts) };
  answer.push(
    `It is being deleted since ${stamp(live.deleting)}${live.finalizers.length === 0 ? '' : `, and held by ${live.finalizers.join(', ')}`}. Nothing takes a deletion back; it can only be made anew afterwards.`,
    ...(deletion === null ? [] : deleted(deletion)),
  );
  const by = owners[0] ?? null;
  return { answer, restore: by === null ? [] : [reconcile(by, flags)] };
}

/** What was there before under that name: an event tells of its deletion, or only of a life before this one's start. */
function anew({ live, deletion, events }: StoryFacts): readonly string[] {
  const created = live?.created ?? null;
  if (created === null || live?.deleting !== null) return [];
  const since = `It was made anew at ${stamp(created)}: what it held, or ran, before is gone.`;
  if (deletion !== null && created >= floor(deletion.time)) return [...deleted(deletion), since];
  const before = events.some(
    ({ action, time }) =>
      (action === 'created' || action === 'configured') && created.getTime() - floor(time).getTime() >= 2000,
  );
  return before
    ? [`Something else than Flux deleted it, as no event of Flux tells of its deletion. ${since}`]
    : [];
}

/** Events have whole seconds. */
function floor(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
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

/** Equal events are counted in one that keeps the first revision. */
const notKnown = ' (at which revision, its events no longer tell)';

function deleted({ by, revision, time, through, because }: Deletion): readonly string[] {
  const what = through === null ? 'it' : `${through}, and with it all that was in it,`;
  const fell = through === null ? '' : `It fell with ${through}. `;
  const at = revision === null ? notKnown : ` at ${revision}`;
  if (because === null)
    return [`${fell}${said(by)} deleted ${what} at ${stamp(time)}: it was no longer in what it builds${at}.`];
  const then = because.revision === null ? notKnown : ` at ${because.revision}`;
  return [
    `${fell}${said(by)} deleted ${what} at ${stamp(time)}, because it was itself deleted: ${said(because.by)} no longer had it${then}, and with prune: true all that it had applied goes with it${revision === null ? '' : ` (it had applied ${revision})`}.`,
  ];
}

function fromRepository(
  { holders, removed, looked, unknown, unpushed, limits }: RepositoryFacts,
  deletion: Deletion | null,
): readonly string[] {
  const lines: string[] = [];
  if (holders.length > 0)
    lines.push(
      `In the repository, Kustomization ${holders.join(', ')} has it at HEAD: ${unpushed ? 'it is not pushed yet' : 'it is not applied yet'}.`,
    );
  else if (removed !== null)
    lines.push(
      `In the repository, commit ${removed.commit.slice(0, 12)} (${removed.subject}) took it out of Kustomization ${removed.from.join(', ')}${removed.cause === '' ? '' : `: ${removed.cause}`}.`,
    );
  else if (looked > 0 && deletion === null)
    lines.push(`None of the last ${looked} commits of the repository has it.`);
  if (holders.length === 0) for (const limit of limits) lines.push(`The repository may not know: ${limit}.`);
  if (unknown !== '') lines.push(`The repository cannot tell all: ${unknown}.`);
  return lines;
}

/** What brings back an object that no inventory has. */
function restoring({ deletion, repository, names, flags }: StoryFacts): readonly string[] {
  if (repository !== null && repository.holders.length > 0)
    return [
      ...(repository.unpushed ? ['git push    # no remote branch has HEAD'] : []),
      ...repository.holders.flatMap((name) => {
        if (names.has(`Kustomization/${name}`)) return [reconcile(name, flags)];
        return repository.unpushed ? [] : [`git push    # Kustomization ${name} is not in the cluster yet`];
      }),
    ];
  const commit =
    repository?.removed?.commit ??
    commitOf(deletion?.because == null ? (deletion?.revision ?? null) : deletion.because.revision);
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

function said(key: string): string {
  return key.replace('/', ' ');
}

export function stamp(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
