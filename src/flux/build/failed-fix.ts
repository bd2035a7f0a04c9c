import { printablePath } from '../../system/path-text.ts';
import type { KustomizationSpec } from '../kustomization.ts';
import { linkFix } from './links.ts';
import type { Reach } from './reach.ts';
import type { SourceTree } from './source-tree.ts';

/** A build that kustomize failed on. */
export interface FailedBuild {
  /** From the artifact's root. */
  readonly folder: string;
  readonly spec: KustomizationSpec;
  readonly tree: SourceTree;
  /** Whether the folder's kustomization was made, of the manifests below it. */
  readonly isMade: boolean;
  readonly reached: Reach;
}

/** What to do where kustomize fails, one sentence. The command to try is named only where it fails on its own too. */
export function failedFix({ folder, spec, tree, isMade, reached }: FailedBuild): string {
  for (const place of reached.absent) {
    const fix = linkFix(tree, place);
    if (fix !== null) return fix;
  }
  const bare = [...reached.folders].find((one) => !reached.kustomizations.has(one));
  if (bare !== undefined)
    return `Add a kustomization.yaml to the folder ${printablePath(bare)}, or name the files in it one by one.`;
  const shown = folder === '' ? 'the top folder' : printablePath(folder);
  const place = isMade ? `in the manifests below ${shown}` : `in ${shown}`;
  const fields = settings.filter((field) => {
    const value = spec[field];
    return value !== null && value !== '' && value.length > 0;
  });
  if (fields.length > 0)
    return `Correct what the message names ${place}, or in ${listed(fields)} of the Kustomization, which kustomize alone does not know of.`;
  if (isMade) return `Correct what the message names ${place}.`;
  return `Try it: kustomize build ${folder === '' ? '.' : folder} --load-restrictor LoadRestrictionsNone`;
}

const settings = ['patches', 'components', 'images', 'targetNamespace', 'namePrefix', 'nameSuffix'] as const;

function listed(fields: readonly string[]): string {
  const all = fields.map((field) => `spec.${field}`);
  const last = all.at(-1) ?? '';
  return all.length < 2 ? last : `${all.slice(0, -1).join(', ')} or ${last}`;
}
