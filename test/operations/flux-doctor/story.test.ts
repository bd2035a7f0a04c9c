import { describe, expect, it } from 'vitest';
import type { ClusterEvent } from '../../../src/cluster/cluster.ts';
import { composeStory, type StoryFacts } from '../../../src/operations/flux-doctor/compose-story.ts';
import { eventsAbout, fallenWith, lastDeletion } from '../../../src/operations/flux-doctor/read-events.ts';
import type { LiveFacts } from '../../../src/operations/flux-doctor/story.ts';

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

  it('says what it does not know', () => {
    const nothing = composeStory(facts({}));
    expect([nothing.restore, nothing.answer.at(-1)]).toEqual([
      [],
      expect.stringContaining('events are kept for an hour'),
    ]);
    const looked = { holders: [], removed: null, looked: 7, unknown: 'a base lies elsewhere' };
    expect(composeStory(facts({ repository: looked })).answer.slice(1)).toEqual([
      'None of the last 7 commits of the repository has it.',
      'The repository cannot tell all: a base lies elsewhere.',
    ]);
  });
});
