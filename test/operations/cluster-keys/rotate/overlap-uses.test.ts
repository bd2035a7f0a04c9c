import { describe, expect, it } from 'vitest';
import type { KustomizationDecryption, SealedFileUse } from '../../../../src/flux/decryption/decryption.ts';
import type { LiveKustomization } from '../../../../src/flux/plan/change.ts';
import type { BoundCluster, FluxController } from '../../../../src/operations/cluster-keys/bound-cluster.ts';
import { isAffected, secretUses } from '../../../../src/operations/cluster-keys/rotate/overlap-uses.ts';
import { liveKustomization } from '../../../../src/operations/live-state.ts';
import { live } from '../../restructure/live-yaml.ts';

const old = `age1${'q'.repeat(58)}`;
const fresh = `age1${'p'.repeat(58)}`;
const other = `age1${'z'.repeat(58)}`;

function file(path: string, ...recipients: readonly string[]): SealedFileUse {
  const keyGroups = [recipients.map((id) => ({ source: 'age', id, fields: [], enc: null }))];
  return { path, titles: [], values: [], metadata: { keyGroups } } as unknown as SealedFileUse;
}

function decryption(
  key: string,
  secret: string | null,
  sealed: readonly SealedFileUse[],
  more: Partial<KustomizationDecryption> = {},
): KustomizationDecryption {
  const [namespace = ''] = key.split('/');
  return {
    ...{ cluster: 'clusters/home', key, provider: 'sops', sealed, broken: [], unknowns: [] },
    secret: secret === null ? null : { namespace, name: secret },
    ...more,
  } as unknown as KustomizationDecryption;
}

function liveOf(key: string, secret: string | null): readonly [string, LiveKustomization] {
  const [namespace = '', name = ''] = key.split('/');
  const ref = secret === null ? '' : `, secretRef: { name: ${secret} }`;
  const made = liveKustomization(
    live(`apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  interval: 10m
  path: ./${name}
  prune: true
  sourceRef: { kind: GitRepository, name: flux-system }
  decryption: { provider: sops${ref} }
`),
  );
  if (made === null) throw new Error('no Kustomization');
  return [key, made];
}

const own: FluxController = {
  ...{ namespace: 'flux-system', version: 'v2.9.4', readsHybrid: true },
  sopsAgeSecret: 'global',
};

function uses(
  decryptions: readonly KustomizationDecryption[],
  {
    lives = [],
    controller = null,
    foreign = '',
  }: {
    readonly lives?: readonly (readonly [string, LiveKustomization])[];
    readonly controller?: FluxController | null;
    readonly foreign?: string;
  } = {},
) {
  const bound = {
    ...{ model: { name: 'clusters/home' }, by: 'live', live: new Map(lives), controller },
  } as unknown as BoundCluster;
  const found = secretUses({ bound, decryptions }, isAffected([old, fresh]), (key) => key === foreign);
  return {
    without: found.without.map(({ key }) => key),
    uses: found.uses.map(({ ref, global, kustomizations, affected }) =>
      [
        `${ref.namespace}/${ref.name}${global ? ' (global)' : ''}`,
        kustomizations.join(),
        affected.map(({ path }) => path).join(),
      ].join(' | '),
    ),
  };
}

describe('what a rotation touches', () => {
  it.each([
    ['names the old recipient', [old], true],
    ['names the new one, of a run that was stopped', [other, fresh], true],
    ['names neither', [other], false],
  ])('is a file that %s: %s', (_, recipients, is) => {
    expect(isAffected([old, fresh])(file('a', ...recipients))).toBe(is);
    expect(isAffected([old, null])(file('a', old))).toBe(true);
  });
});

describe('the Secrets of a cluster that decrypt', () => {
  it('are listed once, with their Kustomizations and files', () => {
    const a = decryption('apps/a', 'sops-age', [file('a.yaml', old), file('x.yaml', other)]);
    const b = decryption('apps/b', 'sops-age', [file('a.yaml', old), file('b.yaml', fresh)]);
    const c = decryption('jobs/c', 'sops-age', [file('c.yaml', other)]);
    expect(uses([a, b, c]).uses).toEqual([
      'apps/sops-age | apps/a,apps/b | a.yaml,b.yaml',
      'jobs/sops-age | jobs/c | ',
    ]);
  });

  it('are not those of another cluster, nor of what decrypts nothing', () => {
    const plain = decryption('apps/a', 'sops-age', [file('a.yaml', old)], { provider: null });
    const office = decryption('apps/b', 'sops-age', [file('b.yaml', old)], { cluster: 'clusters/office' });
    expect(uses([plain, office]).uses).toEqual([]);
  });

  it('are those that live Kustomizations name, too', () => {
    const lives = [liveOf('apps/a', 'renamed'), liveOf('apps/by-hand', 'sops-age')];
    expect(uses([decryption('apps/a', 'sops-age', [file('a.yaml', old)])], { lives }).uses).toEqual([
      'apps/sops-age | apps/a,apps/by-hand | a.yaml',
      'apps/renamed | apps/a | a.yaml',
    ]);
  });

  it('are not those of another repository', () => {
    const lives = [liveOf('team/foreign', 'sops-age')];
    expect(uses([], { lives, foreign: 'team/foreign' }).uses).toEqual([]);
    expect(uses([], { lives }).uses).toEqual(['team/sops-age | team/foreign | ']);
  });

  it("count the controller's own, for those without a secretRef", () => {
    const none = decryption('apps/a', null, [file('a.yaml', old)]);
    expect(uses([none], { controller: own })).toEqual({
      uses: ['flux-system/global (global) | apps/a | a.yaml'],
      without: [],
    });
    expect(uses([none])).toEqual({ uses: [], without: ['apps/a'] });
    expect(uses([none], { controller: own, lives: [liveOf('apps/b', null)] }).uses).toEqual([
      'flux-system/global (global) | apps/a,apps/b | a.yaml',
    ]);
  });

  it('miss nothing where a Kustomization without a Secret has no such file', () => {
    expect(uses([decryption('apps/a', null, [file('a.yaml', other)])]).without).toEqual([]);
  });
});
