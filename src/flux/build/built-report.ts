import { SopskitError } from '../../errors/sopskit-error.ts';
import { nearest } from '../../errors/suggestion.ts';
import { keyOf } from '../kustomization.ts';
import type { RepositoryModel } from '../model/model.ts';
import type { Unknown } from '../unknown.ts';
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

/** Kustomizations that others apply are known only where those could be built: without kustomize, next to none is. */
function notFound(name: string, all: readonly BuiltKustomization[]): SopskitError {
  const keys = [...new Set(all.map(({ kustomization }) => kustomization))];
  const closed = all.filter(({ build }) => build.kind !== 'built');
  const near = nearest(name, [...keys, ...keys.map((key) => key.slice(key.indexOf('/') + 1))]);
  const meant = near === null ? '' : `Did you mean ${near}? `;
  const program = closed.flatMap(unknownsOf).find(({ reason }) => reason === 'no-kustomize');
  if (program !== undefined) {
    const message = `the Kustomization ${JSON.stringify(name)} cannot be looked up: ${program.message}`;
    return new SopskitError('flux.not-found', message, { hint: `${meant}${program.fix}` });
  }
  const doubt =
    closed.length === 0
      ? ''
      : ` What ${listed([...new Set(closed.map(({ kustomization }) => kustomization))])} would apply is not known: it cannot be built.`;
  return new SopskitError('flux.not-found', `there is no Kustomization ${JSON.stringify(name)}`, {
    hint: `${meant}There are: ${listed(keys)}.${doubt}`,
  });
}

function unknownsOf({ build }: BuiltKustomization): readonly Unknown[] {
  return build.kind === 'unknown' ? build.unknowns : [];
}

function listed(names: readonly string[]): string {
  return names.slice(0, mostNames).join(', ') + (names.length > mostNames ? ', …' : '');
}

const mostNames = 12;
