import { describe, expect, it } from 'vitest';
import type { ClusterPlan, ObjectChange, Plan } from '../../../src/flux/plan/plan.ts';
import { longestComment } from '../../../src/flux/plan/print-markdown.ts';
import { printPlan, statusOf } from '../../../src/flux/plan/print-plan.ts';

const options = { colour: false, all: false, version: '0.0.0-test' };

function change(name: string, more: Partial<ObjectChange> = {}): ObjectChange {
  return {
    id: `apps_${name}__ConfigMap`,
    object: { namespace: 'apps', name, group: '', kind: 'ConfigMap' },
    kind: 'deleted',
    from: ['flux-system/apps'],
    to: [],
    risk: 'certain',
    orders: [{ events: ['`apps` prunes it'], ends: 'gone' }],
    cause: 'it leaves `apps`, which prunes',
    falls: [],
    procedure: { name: 'P5 keep an object', steps: ['keep it'] },
    ...more,
  };
}

function planOf(objects: readonly ObjectChange[], more: Partial<ClusterPlan> = {}): Plan {
  const cluster: ClusterPlan = {
    cluster: 'clusters/test',
    answer: 'unsafe',
    objects,
    failing: [],
    unknowns: [],
    ...more,
  };
  return { base: 'a'.repeat(40), head: 'the working tree', clusters: [cluster] };
}

const hostile = 'x`@team #1 <img src=x> \u001b[31m\n::error::x\n| a |';

describe('text', () => {
  it('tells of many objects that go for one reason once', () => {
    const text = printPlan(
      planOf(Array.from({ length: 300 }, (_, at) => change(`o-${at}`))),
      'text',
      options,
    );
    expect(text.split('\n').length).toBeLessThan(30);
    expect(text).toContain('300 deleted');
    expect(text).toContain('… and 292 more; --all lists them');
    expect(text.match(/why: /g)).toHaveLength(1);
  });

  it('lists all where it is asked to', () => {
    const plan = planOf(Array.from({ length: 300 }, (_, at) => change(`o-${at}`)));
    expect(printPlan(plan, 'text', { ...options, all: true })).toContain('ConfigMap apps/o-299');
  });

  it('puts what falls first, and what is only created last', () => {
    const created = change('new', { kind: 'created', risk: 'none', orders: [], cause: '', procedure: null });
    const orphaned = change('left', { kind: 'orphaned', risk: 'none', orders: [] });
    const text = printPlan(planOf([created, orphaned, change('gone')]), 'text', options);
    const places = ['\n1 deleted\n', '\n1 left without an owner\n', '\n1 created\n'].map((title) =>
      text.indexOf(title),
    );
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('lets no control character of a name through, and colours only where it may', () => {
    const text = printPlan(planOf([change(hostile)]), 'text', options);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(printPlan(planOf([change('x')]), 'text', { ...options, colour: true })).toContain('\u001b[31m');
  });

  it('says the safe way once, where it is the same', () => {
    const text = printPlan(planOf([change('a'), change('b', { cause: 'another' })]), 'text', options);
    expect(text.match(/keep it/g)).toHaveLength(1);
    expect(text).toContain('P5 keep an object, as above');
  });
});

describe('markdown', () => {
  it('never is longer than a comment may be', () => {
    const objects = Array.from({ length: 5000 }, (_, at) =>
      change(`${'long-'.repeat(20)}${at}`, { cause: `cause ${at}` }),
    );
    const text = printPlan(planOf(objects), 'markdown', options);
    expect(text.length).toBeLessThanOrEqual(longestComment);
    expect(text).toContain('5000 deleted');
  });

  it('cuts lists before it cuts reasons', () => {
    const objects = Array.from({ length: 3000 }, (_, at) => change(`${'long-'.repeat(20)}${at}`));
    const text = printPlan(planOf(objects), 'markdown', options);
    expect(text.length).toBeLessThanOrEqual(longestComment);
    expect(text).toContain('which prunes');
    expect(text).toMatch(/- … and \d+ more/);
  });

  it('makes no markup, mention or link of a name', () => {
    const text = printPlan(
      planOf([change(hostile)], { failing: [{ kustomization: 'flux-system/a', message: hostile, fix: '' }] }),
      'markdown',
      options,
    );
    const outside = text.replace(/`[^`\n]*`/g, '');
    expect(outside).not.toMatch(/(?<!\\)<img|@team|#1/);
    expect(outside.split('\n')).not.toContain('::error::x');
  });
});

describe('github', () => {
  it('puts an annotation on one line, whatever names have', () => {
    const lines = printPlan(planOf([change(hostile)]), 'github', options)
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^::error title=clusters\/test%3A 1 deleted::/);
  });
});

describe('json', () => {
  it('is one document with the answer over all clusters', () => {
    const document = JSON.parse(printPlan(planOf([change('x')]), 'json', options)) as unknown;
    expect(document).toMatchObject({ tool: 'flux plan', version: '0.0.0-test', answer: 'unsafe' });
  });
});

describe('the exit status', () => {
  const failing = { kustomization: 'flux-system/a', message: 'no such file', fix: 'Add it.' };
  it.each([
    ['safe', {}, 0],
    ['unsafe', {}, 1],
    ['unknown', {}, 3],
    ['safe', { failing: [{ ...failing, broken: true }] }, 1],
    ['safe', { failing: [{ ...failing, broken: false }] }, 0],
  ] as const)('of %s with %j is %i', (answer, more, status) => {
    expect(statusOf(planOf([], { answer, ...more }))).toBe(status);
  });

  it('of no cluster at all is 0', () => {
    expect(statusOf({ base: 'a', head: 'b', clusters: [] })).toBe(0);
  });
});
