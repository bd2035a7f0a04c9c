import { SopskitError } from '../../../errors/sopskit-error.ts';
import { Secret } from '../../../secret/secret.ts';
import type { Interruption } from '../../watch/interruption.ts';
import type { Narrator } from '../../watch/narrator.ts';
import { entryNameFor } from '../entry-name.ts';
import type { KeySecret } from '../key-secret.ts';
import { readKeySecret } from '../read-key-secret.ts';
import { wipeKeySecret } from '../wipe-key-secret.ts';
import { changeKeySecret } from '../write-key-secret.ts';
import type { OverlapTarget } from './overlap.ts';
import { holder } from './plan-overlap.ts';

export type { OverlapRequest, OverlapTarget } from './overlap.ts';
export { planOverlap } from './plan-overlap.ts';

/** The new identity. */
export interface FreshIdentity {
  readonly recipient: string;
  /** `AGE-SECRET-KEY-1…` without a line end. */
  readonly text: Secret;
  /** Where it is saved, for messages. */
  readonly place: string;
}

export interface AddOptions {
  readonly tell: Narrator;
  readonly interruption: Interruption;
  /** The recipient that is replaced. */
  readonly old: string;
  readonly forceConflicts: boolean;
  /** Whether the servers are only asked what they would do. */
  readonly dryRun: boolean;
  now(): Date;
}

/** What became of a Secret. */
export interface Added {
  readonly context: string;
  /** `namespace/name`. */
  readonly secret: string;
  /** The entry that the new identity stands in; `null`: it needs none. */
  readonly entry: string | null;
  readonly state: OverlapTarget['state'];
}

/** How long the API server may take until it shows what it took: with several servers one may be behind. */
const settleMs = 10_000;
const pauseMs = 200;

/**
 * Adds the new identity beside the old one in each Secret, and waits until the API servers have both in all of them.
 * Nothing is written before every server has said that it would take it. Throws `cluster-key.refused`, `cluster.*`,
 * `interrupted`.
 */
export async function addToClusters(
  targets: readonly OverlapTarget[],
  identity: FreshIdentity,
  options: AddOptions,
): Promise<readonly Added[]> {
  const adding = once(targets.filter(({ state }) => state === 'add'));
  for (const target of adding) {
    refuseKept(target, identity);
    await put(target, identity, options, true);
  }
  if (!options.dryRun)
    for (const target of adding) {
      options.interruption.check();
      await put(target, identity, options, false);
      options.tell.say(`added the new identity to ${shown(target)}`);
    }
  const added: Added[] = [];
  for (const target of targets) {
    const secret = options.dryRun ? target.secret : await settled(target, identity, options);
    if (secret !== target.secret) wipeKeySecret(secret);
    added.push({
      context: target.bound.cluster.context,
      secret: `${target.ref.namespace}/${target.ref.name}`,
      entry: target.state === 'other' ? null : entryOf(secret, target, identity.recipient),
      state: target.state,
    });
  }
  return added;
}

/** One Secret may be that of secretRefs and the controller's own: it is written once. */
function once(targets: readonly OverlapTarget[]): readonly OverlapTarget[] {
  return targets.filter(
    (one, index) =>
      targets.findIndex(
        ({ bound, ref }) =>
          bound === one.bound && ref.namespace === one.ref.namespace && ref.name === one.ref.name,
      ) === index,
  );
}

async function put(
  { bound, ref, secret }: OverlapTarget,
  { recipient, text }: FreshIdentity,
  { forceConflicts }: AddOptions,
  dryRun: boolean,
): Promise<void> {
  const value = await text.lend(
    (bytes) =>
      new Secret(Buffer.concat([Buffer.from(`# public key: ${recipient}\n`), bytes, Buffer.from('\n')])),
  );
  try {
    const name = entryNameFor(
      recipient,
      secret.entries.map((entry) => entry.name),
    );
    const change = { put: new Map([[name, value]]), remove: [] };
    const written = await changeKeySecret(bound.cluster, ref, secret, change, {
      dryRun,
      createNamespace: false,
      forceConflicts,
    });
    wipeKeySecret(written);
  } finally {
    value.wipe();
  }
}

/** Both have to be there: an apply that took the old one away would stop what is not re-keyed yet. */
async function settled(
  target: OverlapTarget,
  { recipient }: FreshIdentity,
  { old, now, interruption }: AddOptions,
): Promise<KeySecret> {
  const { bound, ref, global, secret: before, state } = target;
  if (state === 'other') return before;
  const hadOld = holder(before, global)(old);
  const start = now().getTime();
  for (;;) {
    const secret = await readKeySecret(bound.cluster, ref, bound.controller);
    const has = secret === null ? null : holder(secret, global);
    if (secret !== null && has?.(recipient) === true && (!hadOld || has(old))) return secret;
    if (secret !== null) wipeKeySecret(secret);
    interruption.check();
    if (now().getTime() - start > settleMs)
      throw overwritten(target, has?.(recipient) === true ? old : recipient);
    await interruption.pause(pauseMs);
  }
}

function entryOf(secret: KeySecret, { state }: OverlapTarget, recipient: string): string | null {
  const found = secret.entries.find(
    ({ use, holds }) => use === 'age' && holds.some((one) => one.recipient === recipient),
  );
  if (found !== undefined) return found.name;
  return state === 'add'
    ? entryNameFor(
        recipient,
        secret.entries.map(({ name }) => name),
      )
    : null;
}

function refuseKept(target: OverlapTarget, { recipient, place }: FreshIdentity): void {
  const { keeper, entries } = target.secret;
  if (keeper === null) return;
  const entry = entryNameFor(
    recipient,
    entries.map(({ name }) => name),
  );
  throw new SopskitError(
    'cluster-key.refused',
    `${shown(target)} is kept by ${keeper}, which would take the new identity out again`,
    {
      hint: `Put it there beside the old one, as the entry ${entry} (it stands in ${place}, with the public key ${recipient}). When the cluster has it, run the same command again, which goes on.`,
    },
  );
}

function overwritten(target: OverlapTarget, lacks: string): SopskitError {
  return new SopskitError(
    'cluster-key.refused',
    `${shown(target)} does not hold the identity of ${lacks}, though the API server took it: somebody else writes this Secret`,
    {
      hint: `Find out who: kubectl${target.bound.cluster.flags} get secret ${target.ref.name} -n ${target.ref.namespace} --show-managed-fields -o jsonpath='{.metadata.managedFields[*].manager}'`,
    },
  );
}

function shown({ ref, bound }: OverlapTarget): string {
  return `the Secret ${ref.namespace}/${ref.name} of the context ${bound.cluster.context}`;
}
