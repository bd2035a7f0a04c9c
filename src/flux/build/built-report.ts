import { SopskitError } from '../../errors/sopskit-error.ts';
import { nearest } from '../../errors/suggestion.ts';
import { keyOf } from '../kustomization.ts';
import type { RepositoryModel } from '../model/model.ts';
import type { Workspace } from '../workspace.ts';
import type { Build } from './build.ts';

/** What a revision's Kustomizations would apply. */
export interface BuiltReport {
  /** For messages: `the working tree`, a commit's id. */
  readonly label: string;
  readonly kustomizations: readonly BuiltKustomization[];
}

export interface BuiltKustomization {
  readonly cluster: string;
  /** `namespace/name`. */
  readonly kustomization: string;
  readonly build: Build;
  /** Whether anything is decrypted before it is applied. */
  readonly decrypts: boolean;
}

/**
 * Builds Kustomizations by name (`name`, `namespace/name`; none: all) of a revision or, with `null`, of the working tree.
 * Throws `flux.not-found`, and what reading the model throws.
 */
export async function buildReport(
  workspace: Workspace,
  request: { readonly names: readonly string[]; readonly revision: string | null },
): Promise<BuiltReport> {
  const model = await workspace.model(await workspace.snapshot(request.revision));
  const all = kustomizationsOf(model);
  for (const name of request.names) {
    if (!all.some((one) => isNamed(one, name))) throw notFound(name, all);
  }
  const kustomizations =
    request.names.length === 0 ? all : all.filter((one) => request.names.some((name) => isNamed(one, name)));
  return { label: model.label, kustomizations };
}

function kustomizationsOf(model: RepositoryModel): BuiltKustomization[] {
  return model.clusters.flatMap(({ name, kustomizations }) =>
    [...kustomizations.values()].map(({ kustomization, build }) => ({
      cluster: name,
      kustomization: keyOf(kustomization),
      build,
      decrypts: kustomization.spec.decryption !== null,
    })),
  );
}

function isNamed({ kustomization }: BuiltKustomization, name: string): boolean {
  return kustomization === name || kustomization.slice(kustomization.indexOf('/') + 1) === name;
}

/** Kustomizations that others apply are known only where those could be built. */
function notFound(name: string, all: readonly BuiltKustomization[]): SopskitError {
  const keys = [...new Set(all.map(({ kustomization }) => kustomization))];
  const near = nearest(name, [...keys, ...keys.map((key) => key.slice(key.indexOf('/') + 1))]);
  const list = keys.slice(0, mostNames).join(', ') + (keys.length > mostNames ? ', …' : '');
  const [closed] = all.filter(({ build }) => build.kind !== 'built');
  const why = closed === undefined ? '' : ` among those that are known; ${reasonOf(closed)}`;
  return new SopskitError('flux.not-found', `there is no Kustomization ${JSON.stringify(name)}${why}`, {
    hint: `${near === null ? '' : `Did you mean ${near}? `}There are: ${list}.`,
  });
}

function reasonOf({ kustomization, build }: BuiltKustomization): string {
  if (build.kind === 'failed') return `${kustomization} fails: ${build.message}`;
  return build.kind === 'unknown' ? build.unknowns.map(({ message }) => message).join('; ') : '';
}

const mostNames = 12;
