import { SopskitError } from '../../../errors/sopskit-error.ts';
import { Secret } from '../../../secret/secret.ts';
import type { Interruption } from '../../watch/interruption.ts';
import type { Narrator } from '../../watch/narrator.ts';
import { entryNameFor } from '../entry-name.ts';
import { leavesEntries } from '../keeper.ts';
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
  /** Where it is saved, for messages; `null`: nowhere, it only stands for one that is yet to be made. */
  readonly place: string | null;
}

export interface AddOptions {
  readonly tell: Narrator;
  readonly interruption: Interruption;
  /** The recipient that is replaced. */
  readonly old: string;
  readonly forceConflicts: boolean;
  /** Whether the servers are only asked what they would do. */
  readonly dryRun: boolean;
  /** Whether Secrets that others keep are passed over: where they say it is put cannot be said before it is made. */
  readonly passKept?: boolean;
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
    if (isKept(target)) {
      if (options.passKept !== true) throw kept(target, identity);
      continue;
    }
    await put(target, identity, options, true);
  }
  if (!options.dryRun)
    for (const target of adding) {
      options.interruption.check();
      await put(target, identity, options, false);
      options.tell.say(`added the new identity to ${shown(target)}`);
      if (target.secret.keeper !== null) options.tell.say(besideGit(target.secret.keeper));
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
  { forceConflicts, old }: AddOptions,
  dryRun: boolean,
): Promise<void> {
  // a run on another machine, or without the key file, knows by the comment which rotation it is of
  const head = Buffer.from(`# public key: ${recipient}\n# replaces: ${old}\n`);
  const value = await text.lend((bytes) => new Secret(Buffer.concat([head, bytes, Buffer.from('\n')])));
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
      beside: true,
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

/** What Flux applies from git keeps an entry that is not in git. */
function isKept({ secret }: OverlapTarget): boolean {
  return secret.keeper !== null && !leavesEntries(secret.manifest);
}

function kept(target: OverlapTarget, { recipient, place }: FreshIdentity): SopskitError {
  const { keeper, entries } = target.secret;
  const entry = entryNameFor(
    recipient,
    entries.map(({ name }) => name),
  );
  const hint =
    place === null
      ? 'Without --dry-run a new identity is made and saved, and the command stops there, with nothing else changed. Put the identity where that takes the Secret from, and run the command again.'
      : `Put it where that takes the Secret from, beside the old one, as the entry ${entry} (it stands in ${place}, with the public key ${recipient}); but into no file that the old key opens, in git least of all: who has the old key would read the new one. When the cluster has it, run the same command again, which goes on.`;
  return new SopskitError(
    'cluster-key.refused',
    `${shown(target)} is kept by ${keeper}, which would take the new identity out again`,
    { hint },
  );
}

function besideGit(keeper: string): string {
  return `${keeper} applies this Secret from git, and leaves the new entry there. Put the new identity into git only when the rotation is done: in a file that the old key opens it is worth nothing`;
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
