import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { Secret } from '../../../secret/secret.ts';
import type { KeySecret } from '../key-secret.ts';
import { readKeySecret } from '../read-key-secret.ts';
import { changeKeySecret } from '../write-key-secret.ts';
import type { Holding } from './holding.ts';
import type { RetireTarget } from './target.ts';

export interface TakeOutOptions {
  readonly dryRun: boolean;
  readonly forceConflicts: boolean;
}

/** Takes the identity out of the Secrets of a cluster, each only as it was read. Throws as `changeKeySecret`. */
export async function takeOut({ bound, holdings }: RetireTarget, options: TakeOutOptions): Promise<void> {
  for (const holding of holdings) {
    const { secret, change } = holding;
    if (!options.forceConflicts) refuseForeign(bound.cluster.context, holding);
    await changeKeySecret(bound.cluster, secret.ref, secret, change, {
      dryRun: options.dryRun,
      createNamespace: false,
      forceConflicts: options.forceConflicts || writtenByHand(holding),
    });
  }
}

/** What kubectl wrote nobody writes again by itself: to shorten such an entry takes nothing from anybody. */
function writtenByHand({ secret, change }: Holding): boolean {
  return [...change.put.keys()].every((name) => strangersOf(secret, name).length === 0);
}

function strangersOf({ managers }: KeySecret, entry: string): readonly string[] {
  return (managers.get(entry) ?? []).filter(
    (manager) => !/^(?:kubectl|before-first-apply|sopskit)/.test(manager),
  );
}

/** A removal is no conflict for the server, but its manager would put the entry back. */
function refuseForeign(context: string, { secret, change }: Holding): void {
  for (const entry of change.remove) {
    const [manager] = strangersOf(secret, entry);
    if (manager === undefined) continue;
    const { namespace, name } = secret.ref;
    throw new SopskitError(
      'cluster.conflict',
      `the entry ${entry} of Secret ${namespace}/${name} (context ${context}) is of the field manager ${manager}, which may put it back`,
      {
        hint: 'Take the identity out there, or take the entry over with --force-conflicts, where it is yours to change.',
      },
    );
  }
}

/** Puts the entries back as they were. Throws `cluster-key.refused` with what the user has to do where that fails. */
export async function putBack({ bound, holdings }: RetireTarget, archived: string | null): Promise<void> {
  for (const { secret, entries } of holdings) {
    const names = new Set(entries.map(({ name }) => name));
    const put = new Map<string, Secret>(
      secret.entries.filter(({ name }) => names.has(name)).map(({ name, value }) => [name, value]),
    );
    if (put.size === 0) continue;
    try {
      const now = await readKeySecret(bound.cluster, secret.ref, bound.controller);
      const options = { dryRun: false, createNamespace: false, forceConflicts: true };
      await changeKeySecret(bound.cluster, secret.ref, now, { put, remove: [] }, options);
    } catch (error) {
      if (!(error instanceof SopskitError)) throw error;
      const { namespace, name } = secret.ref;
      throw new SopskitError(
        'cluster-key.refused',
        `Kustomizations cannot decrypt without the old identity, and it could not be put back into Secret ${namespace}/${name}: ${error.message}`,
        {
          hint: `Put it back by hand: sopskit keys install${bound.cluster.flags} -n ${namespace} --secret-name ${name}${archived === null ? '' : ` --identity-file ${archived}`} --partial`,
          cause: error,
        },
      );
    }
  }
}
