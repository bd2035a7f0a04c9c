import { expect, it } from 'vitest';
import type { KustomizationDecryption } from '../../../src/flux/decryption/decryption.ts';
import { keyTargets } from '../../../src/operations/cluster-keys/key-targets.ts';

function decryption(
  key: string,
  secret: string | null,
  provider: string | null = 'sops',
): KustomizationDecryption {
  const [namespace = '', name = ''] = (secret ?? '').split('/');
  return {
    ...{ cluster: 'clusters/test', key, provider, sealed: [], broken: [], passedOver: [], unknowns: [] },
    secret: secret === null ? null : { namespace, name },
    node: null as never,
  };
}

const controller = { namespace: 'flux-system', version: null, readsHybrid: null, sopsAgeSecret: 'sops-age' };

function shown(...[decryptions, own]: Parameters<typeof keyTargets>): string[] {
  return keyTargets(decryptions, own).map(
    ({ ref, global, kustomizations }) =>
      `${ref.namespace}/${ref.name}${global ? ' (global)' : ''}: ${kustomizations.map(({ key }) => key).join(' ')}`,
  );
}

const all = [
  decryption('a/1', 'a/sops-age'),
  decryption('a/2', null),
  decryption('a/3', 'a/sops-age'),
  decryption('b/1', 'b/sops-age'),
  decryption('b/2', null, null),
  decryption('b/3', 'b/other', 'aws'),
  decryption('flux-system/1', 'flux-system/sops-age'),
];

it('are the Secrets that Kustomizations name', () => {
  expect(shown(all, null)).toEqual([
    'a/sops-age: a/1 a/3',
    'b/sops-age: b/1',
    'flux-system/sops-age: flux-system/1',
  ]);
});

it('are the controller’s own too, where it has one', () => {
  expect(shown(all, { ...controller, sopsAgeSecret: null })).toHaveLength(3);
  expect(shown(all, controller)).toEqual([
    'a/sops-age: a/1 a/3',
    'flux-system/sops-age (global): a/2',
    'b/sops-age: b/1',
    'flux-system/sops-age: flux-system/1',
  ]);
});
