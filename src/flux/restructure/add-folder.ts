import { SopskitError } from '../../errors/sopskit-error.ts';
import { nearest } from '../../errors/suggestion.ts';
import { keyOf } from '../kustomization.ts';
import type { Draft } from './draft.ts';
import { type Ground, isFromHere } from './ground.ts';
import { folderOf } from './place-path.ts';
import { reachOf } from './references.ts';
import { looksSealed } from './resealing.ts';

/** What a new Kustomization is to build. */
export interface NewFolder {
  readonly path: string;
  readonly sealed: boolean;
  /** Whether a manifest has `${…}` in it. */
  readonly variables: boolean;
  readonly remarks: readonly string[];
}

/**
 * Looks at a folder that is to get a Kustomization. Throws `flux.not-found` where it is not there or has no manifests,
 * `restructure.refused` where a Kustomization builds it, or a part of it, already.
 */
export async function checkFolder(ground: Ground, draft: Draft, path: string): Promise<NewFolder> {
  const files = await draft.below(path);
  if (path === '' || files.length === 0) throw await noFolder(draft, path);
  const reach = await reachOf(draft, path);
  if (reach.manifests.size === 0 && reach.others.size === 0)
    throw new SopskitError('flux.not-found', `there is no manifest in ${path}`, {
      hint: 'Put one in first: a Kustomization over nothing prunes everything it had.',
    });
  for (const node of ground.cluster.kustomizations.values()) {
    if (!isFromHere(ground.cluster, node)) continue;
    const other = await reachOf(draft, node.kustomization.spec.path);
    const twice = [...reach.manifests.keys()].find((file) => other.manifests.has(file));
    if (twice !== undefined)
      throw builtAlready(keyOf(node.kustomization), node.kustomization.name, path, twice);
  }
  const read = [...reach.manifests.keys(), ...reach.others];
  let [sealed, variables] = [false, false];
  for (const file of read) {
    const bytes = await draft.read(file);
    if (bytes === null) continue;
    sealed ||= looksSealed(bytes);
    variables ||= /\$\{[_a-zA-Z]/.test(Buffer.from(bytes).toString('latin1'));
  }
  return { path, sealed, variables, remarks: [] };
}

function builtAlready(key: string, name: string, path: string, file: string): SopskitError {
  return new SopskitError(
    'restructure.refused',
    `${key} applies ${file} already: ${path} would have two owners, which take the objects from each other`,
    {
      hint: `Give ${path} to a Kustomization without losing it: \`sopskit restructure split ${name} …\`, or \`sopskit restructure move ${path} --from ${name} --to KUSTOMIZATION\`.`,
    },
  );
}

async function noFolder(draft: Draft, path: string): Promise<SopskitError> {
  const folders = new Set((await draft.paths()).map(folderOf));
  const near = nearest(path, folders);
  return new SopskitError(
    'flux.not-found',
    path === ''
      ? 'the top of the repository cannot be added'
      : `there is no folder ${path} in the repository`,
    {
      hint: near === null ? 'Name a folder from the repository’s top.' : `Did you mean ${near}?`,
    },
  );
}
