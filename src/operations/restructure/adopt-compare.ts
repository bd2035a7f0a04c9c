import type { Cluster } from '../../cluster/cluster.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { BuiltObject } from '../../flux/build/build.ts';
import { parseId, showObject } from '../../flux/object-id.ts';
import { differingFields } from '../../flux/restructure/adopt-difference.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import type { AdoptedObjects } from './adopt-objects.ts';
import { withData } from './adopt-secret-data.ts';

/**
 * Asks the server what kustomize-controller's apply would change of the live objects, and refuses where it is anything
 * but the owner's labels. Throws `restructure.refused`, `cluster.*`.
 */
export async function requireNoDifference(
  cluster: Cluster,
  { live, plain }: AdoptedObjects,
  built: ReadonlyMap<string, BuiltObject>,
): Promise<void> {
  const wrong: string[] = [];
  for (const [id, before] of live) {
    const manifest = applied(built.get(id), plain.get(id));
    if (manifest === undefined) continue;
    const options = { fieldManager: 'kustomize-controller', force: true, dryRun: true };
    const after = await cluster.apply(manifest, options);
    const fields = differingFields(before, after);
    if (fields.length > 0) wrong.push(`${showObject(parseId(id))}: ${shownFields(fields)}`);
  }
  if (wrong.length === 0) return;
  throw new SopskitError(
    'restructure.refused',
    `Flux would change what the cluster holds\n${wrong.map((line) => `  - ${line}`).join('\n')}`,
    {
      hint: 'The Kustomization changes the objects that it applies (substitution, patches, commonMetadata, images): adopt into another, with --into.',
    },
  );
}

/**
 * Refuses where the Kustomization would build other content than what is written: `${…}` in values that it substitutes,
 * patches. A Secret that cannot be opened here is not looked at. Throws `restructure.refused`.
 */
export function requireAsWritten(
  plain: ReadonlyMap<string, Mapping>,
  built: ReadonlyMap<string, BuiltObject>,
): void {
  for (const [id, written] of plain) {
    const made = built.get(id);
    if (made === undefined || valueAt(made.manifest, 'sops') !== undefined) continue;
    const fields = differingFields(withData(written), withData(made.manifest));
    const changed = fields.filter((field) => /^(?:spec|data)(?:$|[.[])/.test(field));
    if (changed.length === 0) continue;
    throw new SopskitError(
      'restructure.refused',
      `the Kustomization would change ${showObject(parseId(id))}: ${shownFields(changed)}`,
      { hint: 'It substitutes variables, or patches: adopt into another, with --into.' },
    );
  }
}

/** As it is built; where its Secret cannot be opened here, as it was written before encryption. */
function applied(built: BuiltObject | undefined, plain: Mapping | undefined): Mapping | undefined {
  if (built === undefined || valueAt(built.manifest, 'sops') !== undefined) return plain;
  return built.manifest;
}

export function shownFields(fields: readonly string[]): string {
  const shown = fields.slice(0, 6).join(', ');
  return fields.length > 6 ? `${shown} and ${fields.length - 6} more` : shown;
}
