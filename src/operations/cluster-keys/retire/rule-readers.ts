import type { BoundCluster } from '../bound-cluster.ts';
import { holdsUsable, usableKeys } from '../holds.ts';
import type { KeySecret } from '../key-secret.ts';
import type { ReadCluster } from './ground.ts';
import { secretUsed } from './live-use.ts';
import type { RuleReader } from './naming-rules.ts';
import { readHere } from './read-here.ts';
import { isSameRef, type RetireTarget, usableBy } from './target.ts';

/** What decrypts where the old identity is: each Secret that holds it, without it. Where none does, all that clusters have. */
export async function ruleReaders(
  targets: readonly RetireTarget[],
  clusters: readonly ReadCluster[],
): Promise<readonly RuleReader[]> {
  const readers: RuleReader[] = [];
  for (const { bound, holdings, uses } of targets)
    for (const { secret, after } of holdings) {
      const global = uses.some((use) => use.global && isSameRef(use.secret, secret.ref));
      readers.push(await readerOf(bound, after, global));
    }
  if (readers.length > 0) return readers;
  for (const { bound, secrets } of clusters) {
    for (const secret of secrets) readers.push(await readerOf(bound, secret, false));
    if (secrets.length === 0) readers.push(await readerOf(bound, null, false));
  }
  return readers;
}

/** Files of Kustomizations that decrypt with nothing yet count for each Secret. */
async function readerOf(
  { model, controller }: BoundCluster,
  secret: KeySecret | null,
  global: boolean,
): Promise<RuleReader> {
  const reads = await readHere(model === null ? [] : [model], ({ node, provider, secret: named }) => {
    const ref = named ?? secretUsed(node.kustomization, controller)?.ref ?? null;
    return provider !== 'sops' || ref === null || secret === null || isSameRef(ref, secret.ref);
  });
  const secrets = secret === null ? [] : [secret];
  const options = { ...usableBy(global), pastProblems: true };
  const recipients = usableKeys(secrets, options).flatMap(({ recipient }) => recipient ?? []);
  return { reads, holds: holdsUsable(secrets, options), recipients };
}
