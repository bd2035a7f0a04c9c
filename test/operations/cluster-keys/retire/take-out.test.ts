import { expect, it } from 'vitest';
import type { BoundCluster } from '../../../../src/operations/cluster-keys/bound-cluster.ts';
import { holdingOf } from '../../../../src/operations/cluster-keys/retire/holding.ts';
import { takeOut } from '../../../../src/operations/cluster-keys/retire/take-out.ts';
import type { RetireTarget } from '../../../../src/operations/cluster-keys/retire/target.ts';
import { fakeCluster } from '../fake-cluster.ts';
import { makeKey, secretWith } from './made-keys.ts';

const old = await makeKey();

async function taking(manager: string, forceConflicts: boolean): Promise<void> {
  const secret = await secretWith({ 'age.agekey': old.key });
  const managers = new Map([['age.agekey', [manager]]]);
  const holding = await holdingOf({ ...secret, managers }, old.recipient, null);
  if (holding === null) return expect.unreachable();
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: secret.ref.namespace } };
  const cluster = fakeCluster({
    objects: [{ ...namespace, metadata: { ...namespace.metadata, namespace: '' } }],
  });
  const bound = { cluster } as BoundCluster;
  const target = { bound, holdings: [holding] } as unknown as RetireTarget;
  return takeOut(target, { dryRun: true, forceConflicts });
}

it('leaves the entry of another field manager, unless it is told to take it over', async () => {
  await expect(taking('terraform', false)).rejects.toMatchObject({ code: 'cluster.conflict' });
  await expect(taking('terraform', false)).rejects.toThrow('terraform');
  await expect(taking('terraform', true)).rejects.toThrow('this cluster takes no changes');
  await expect(taking('kubectl-create', false)).rejects.toThrow('this cluster takes no changes');
});
