import { describe, expect, it } from 'vitest';
import type { ClusterEvent } from '../../../src/cluster/cluster.ts';
import { composeStory, type StoryFacts } from '../../../src/operations/flux-doctor/compose-story.ts';
import { eventsAbout, fallenWith, lastDeletion } from '../../../src/operations/flux-doctor/read-events.ts';
import type { LiveFacts, RepositoryFacts } from '../../../src/operations/flux-doctor/story.ts';

const object = { kind: 'ConfigMap', namespace: 'apps', name: 'x' };
const commit = 'b'.repeat(40);

function event(by: string, message: string, revision: string, second: number): ClusterEvent {
  const [namespace = '', name = ''] = by.split('/');
  return {
    time: new Date(Date.UTC(2026, 0, 1, 12, 0, second)),
    type: 'Normal',
    reason: 'Progressing',
    message,
    reporter: 'kustomize-controller',
    object: { kind: 'Kustomization', namespace, name },
    annotations: new Map([['kustomize.toolkit.fluxcd.io/revision', revision]]),
  };
}

function facts(more: Partial<StoryFacts>): StoryFacts {
  return {
    ...object,
    live: null,
    liveUnread: null,
    owners: [],
    events: [],
    deletion: null,
    repository: null,
    problems: [],
    unread: [],
    flags: '',
    names: new Set(['Kustomization/flux-system/apps']),
    ...more,
  };
}

const live: LiveFacts = {
  created: new Date('2026-01-01T12:00:10Z'),
  uid: 'u',
  deleting: null,
  finalizers: [],
  owner: 'flux-system/apps',
  ownerIsThere: true,
  ownerPrunes: false,
  ownerIsSettled: true,
  labelledBy: null,
  pruneDisabled: false,
  release: null,
  managers: ['kustomize-controller'],
};

describe('events', () => {
  const all = [
    event('flux-system/old', 'ConfigMap/apps/x created\nConfigMap/apps/xy created', 'main@sha1:a', 1),
    event('flux-system/flux-system', 'Kustomization/flux-system/old deleted', `main@sha1:${commit}`, 5),
    event('flux-system/old', '(combined from similar events): ConfigMap/apps/x deleted', 'main@sha1:a', 6),
    event('flux-system/new', 'ConfigMap/apps/x created\nNamespace/apps configured', `main@sha1:${commit}`, 9),
  ];

  it('are those of the object, and of no other', () => {
    expect(eventsAbout(object, all).map(({ action, by }) => [action, by])).toEqual([
      ['created', 'Kustomization/flux-system/old'],
      ['deleted', 'Kustomization/flux-system/old'],
      ['created', 'Kustomization/flux-system/new'],
    ]);
    expect(eventsAbout({ kind: 'Namespace', namespace: '', name: 'apps' }, all).length).toBe(1);
  });

  it('keep the revision of the first only, where equal ones are counted', () => {
    const firstTime = new Date('2026-01-01T12:00:02Z');
    const twice = {
      ...event('flux-system/old', 'ConfigMap/apps/x deleted', 'main@sha1:a', 30),
      firstTime,
      count: 2,
    };
    expect(
      eventsAbout(object, [twice]).map(({ time, revision }) => [time.getUTCSeconds(), revision]),
    ).toEqual([
      [2, 'main@sha1:a'],
      [30, null],
    ]);
    const alike = { ...twice, message: `(combined from similar events): ${twice.message}` };
    expect(eventsAbout(object, [alike]).map(({ revision }) => revision)).toEqual([null]);
    expect(lastDeletion(eventsAbout(object, [twice]), [twice])?.revision).toBeNull();
  });

  it('tell why a Kustomization deleted what it had', () => {
    expect(lastDeletion(eventsAbout(object, all), all)).toMatchObject({
      by: 'Kustomization/flux-system/old',
      because: { by: 'Kustomization/flux-system/flux-system', revision: `main@sha1:${commit}` },
    });
    expect(lastDeletion([], all)).toBeNull();
  });

  it('tell what an object fell with', () => {
    const fell = [
      event('flux-system/apps', 'Namespace/apps deleted', 'main@sha1:c', 1),
      event('flux-system/crds', 'CustomResourceDefinition/widgets.example.com deleted', 'main@sha1:d', 2),
    ];
    expect(fallenWith(object, fell)).toMatchObject({ through: 'Namespace apps', revision: 'main@sha1:c' });
    const widget = { kind: 'Widget', namespace: 'other', name: 'x' };
    expect(fallenWith(widget, fell)?.through).toBe('CustomResourceDefinition widgets.example.com');
    expect(fallenWith({ ...object, namespace: 'other' }, fell)).toBeNull();
    const { answer } = composeStory(facts({ deletion: fallenWith(object, fell) }));
    expect(answer[1]).toContain('It fell with Namespace apps. Kustomization flux-system/apps deleted');
  });
});

const asked: RepositoryFacts = {
  holders: [],
  removed: null,
  unpushed: false,
  limits: [],
  looked: 1,
  unknown: '',
};

describe('the answer', () => {
  const deletion = {
    time: new Date('2026-01-01T12:00:06Z'),
    by: 'Kustomization/flux-system/apps',
    revision: `main@sha1:${commit}`,
    through: null,
    because: null,
  };

  it('names the owner of what is there', () => {
    const { answer, restore, healthy } = composeStory(facts({ live, owners: ['flux-system/apps'] }));
    expect([answer, restore, healthy]).toEqual([['Kustomization flux-system/apps owns it.'], [], true]);
  });

  it('says that what was made anew is not what it was', () => {
    const { answer } = composeStory(facts({ live, owners: ['flux-system/apps'], deletion }));
    expect(answer.join(' ')).toContain('It was made anew at 2026-01-01T12:00:10Z');
    const before = { ...deletion, time: new Date('2026-01-01T12:00:30Z') };
    expect(composeStory(facts({ live, owners: ['flux-system/apps'], deletion: before })).answer.length).toBe(
      1,
    );
  });

  it('knows orphans', () => {
    const gone = composeStory(facts({ live: { ...live, ownerIsThere: false } }));
    expect([gone.answer[0], gone.healthy]).toEqual([expect.stringContaining('which is gone'), false]);
    expect(composeStory(facts({ live })).answer[0]).toContain('does not have it in its inventory');
    expect(composeStory(facts({ live: { ...live, owner: null } })).answer[0]).toContain('No Kustomization');
  });

  it('brings back what was deleted by the commit that took it out', () => {
    const { restore } = composeStory(facts({ deletion }));
    expect(restore).toEqual([
      expect.stringContaining(`git revert --no-edit ${commit}`),
      expect.stringContaining('sopskit flux plan'),
      'git push',
      'flux reconcile kustomization apps -n flux-system --with-source',
    ]);
  });

  it('has the owner make anew what somebody else deleted', () => {
    const { restore } = composeStory(facts({ owners: ['flux-system/apps'], flags: ' --context c' }));
    expect(restore).toEqual(['flux --context c reconcile kustomization apps -n flux-system --with-source']);
  });

  const has = { ...asked, holders: ['flux-system/apps'] };
  const textOf = (more: Partial<StoryFacts>): string => {
    const { answer, restore } = composeStory(facts(more));
    return [...answer, ...restore].join('\n');
  };

  it('never has deleted what git has, what is being applied, what Flux lets be, and what was relabelled', () => {
    const relabelled = {
      ...live,
      owner: 'flux-system/other',
      ownerIsThere: false,
      labelledBy: 'kubectl-label',
    };
    const kept: readonly Partial<StoryFacts>[] = [
      { live, repository: has },
      { live: { ...live, ownerIsSettled: false }, repository: asked },
      { live: { ...live, pruneDisabled: true }, repository: asked },
      { live: relabelled, repository: asked },
      { live },
      { live, repository: { ...asked, limits: ['the clone is shallow'] } },
      { live, repository: asked, kind: 'Namespace', namespace: '', name: 'apps' },
    ];
    for (const one of kept) expect(textOf(one)).not.toContain('kubectl delete');
    expect(textOf({ live, repository: has })).toContain('has it at HEAD');
    expect(textOf({ live: relabelled })).not.toContain('is gone');
    expect(textOf({ live: relabelled, owners: ['flux-system/apps'] })).toContain('puts its own labels on it');
    expect(textOf({ live: { ...live, ownerIsSettled: false } })).toContain('only after a run that succeeds');
    expect(textOf({ live, repository: asked })).toContain('kubectl delete configmap x -n apps');
    expect(textOf({ live: { ...live, ownerPrunes: true }, repository: asked })).not.toContain(
      'with pruning off',
    );
  });

  it('pushes first what no remote branch has', () => {
    const { restore } = composeStory(facts({ repository: { ...has, unpushed: true } }));
    expect(restore).toEqual([
      expect.stringContaining('git push'),
      'flux reconcile kustomization apps -n flux-system --with-source',
    ]);
    expect(composeStory(facts({ repository: has })).restore.length).toBe(1);
  });

  it('says that something else deleted what was applied before it was made', () => {
    const created = (minute: number) => ({
      ...{ action: 'created', by: 'Kustomization/flux-system/apps', revision: null },
      time: new Date(Date.UTC(2026, 0, 1, 11, minute, 0)),
    });
    const told = (minute: number): string =>
      textOf({
        live: { ...live, created: created(30).time },
        owners: ['flux-system/apps'],
        events: [created(minute)],
      });
    expect(told(10)).toContain('It was made anew at 2026-01-01T11:30:00Z');
    expect(told(30)).not.toContain('made anew');
  });

  it('tells of one that may not be read what inventories tell', () => {
    const told = textOf({ liveUnread: 'User guest may not get secrets x', owners: ['flux-system/apps'] });
    expect(told).toContain('not known: User guest may not get secrets x.');
    expect(told).toContain('flux-system/apps has it in its inventory');
    expect(told).not.toContain('It is not in the cluster');
  });

  it('names no revision, and no commit, for what an event no longer tells', () => {
    const unknown = { ...deletion, revision: null };
    const { answer, restore } = composeStory(facts({ deletion: unknown }));
    expect(answer.join(' ')).toContain('at which revision, its events no longer tell');
    expect(restore).toEqual([]);
    const because = { by: 'Kustomization/flux-system/flux-system', revision: null, time: deletion.time };
    expect(composeStory(facts({ deletion: { ...deletion, because } })).restore).toEqual([]);
  });

  it('says what the repository cannot know', () => {
    expect(textOf({ repository: { ...asked, limits: ['the clone is shallow'] } })).toContain(
      'The repository may not know: the clone is shallow.',
    );
  });

  it('says what it does not know', () => {
    const nothing = composeStory(facts({}));
    expect([nothing.restore, nothing.answer.at(-1)]).toEqual([
      [],
      expect.stringContaining('events are kept for an hour'),
    ]);
    const looked = { ...asked, looked: 7, unknown: 'a base lies elsewhere' };
    expect(composeStory(facts({ repository: looked })).answer.slice(1)).toEqual([
      'None of the last 7 commits of the repository has it.',
      'The repository cannot tell all: a base lies elsewhere.',
    ]);
  });
});
