import { connect } from '../../src/cluster/connect.ts';
import type { ClusterModel } from '../../src/flux/model/model.ts';
import type { Guard, RestructureStep, Restructuring } from '../../src/flux/restructure/step.ts';
import { applyRestructuring } from '../../src/operations/restructure/apply.ts';
import type { ApplyOptions } from '../../src/operations/restructure/apply-options.ts';
import { Git } from '../../src/repository/git/git.ts';
import type { Environment } from '../../src/system/environment.ts';
import { nodeProcesses } from '../../src/system/node/node-processes.ts';
import { nodeSystem } from '../../src/system/node/node-system.ts';
import { nodeTermination } from '../../src/system/node/termination.ts';
import type { System } from '../../src/system/system.ts';
import type { FluxScene } from './flux-scene.ts';

/** The real system, as a process in the scene's working copy would have it. */
export function systemOf(scene: FluxScene): System {
  const real = nodeSystem();
  const variables = scene.env;
  const env: Environment = { get: (name) => variables[name], all: () => variables };
  const files = { ...real.files, cwd: scene.folder, home: variables['HOME'] ?? null };
  return { ...real, env, files, processes: nodeProcesses(env, nodeTermination()) };
}

/** A model with nothing but the entry: all that applying needs of one. */
export function entryModel(scene: FluxScene): ClusterModel {
  return {
    name: scene.path,
    entry: { kind: 'gotk-sync', file: null, kustomization: `${scene.namespace}/flux-system` },
    kustomizations: new Map(),
    sources: new Map(),
    unknowns: [],
  };
}

/** A step from texts; `$NS` becomes the namespace. */
export function stepOf(
  scene: FluxScene,
  title: string,
  files: Readonly<Record<string, string | null>>,
  more: Partial<RestructureStep> = {},
): RestructureStep {
  const edits = Object.entries(files).map(
    ([name, text]) =>
      [name, text === null ? null : Buffer.from(text.replaceAll('$NS', scene.namespace))] as const,
  );
  return {
    title,
    before: [],
    edits: new Map(edits),
    message: title,
    guards: [],
    after: [],
    plan: null,
    ...more,
  };
}

export function restructuringOf(
  scene: FluxScene,
  id: string,
  steps: readonly RestructureStep[],
): Restructuring {
  return { title: id, id, cluster: scene.path, steps, remarks: [] };
}

export function ready(scene: FluxScene, name: string): Guard {
  return { kind: 'ready', kustomization: `${scene.namespace}/${name}` };
}

export function ownedBy(scene: FluxScene, name: string, ...ids: readonly string[]): Guard[] {
  const kustomization = `${scene.namespace}/${name}`;
  return ids.map((id) => ({ kind: 'owner', id, kustomization }));
}

export interface Told {
  readonly outcome: string;
  readonly lines: readonly string[];
}

/** Applies steps in this process. `onLine` may throw: what happens then is what a crash there leaves. */
export async function applyHere(
  scene: FluxScene,
  restructuring: Restructuring,
  options: Partial<ApplyOptions> & { readonly onLine?: (line: string, index: number) => void } = {},
): Promise<Told> {
  const system = systemOf(scene);
  const git = await Git.open(system, scene.folder);
  if (git === null) throw new Error('the scene has no repository');
  const cluster = await connect(system, { kubeconfig: null, context: null, asUser: null, asGroups: [] });
  const lines: string[] = [];
  try {
    const outcome = await applyRestructuring(
      system,
      restructuring,
      git,
      cluster,
      {
        model: entryModel(scene),
        remote: null,
        timeoutMs: 60_000,
        again: 'sopskit restructure … --apply',
        confirm: async () => true,
        ...options,
      },
      {
        say(line) {
          lines.push(line);
          options.onLine?.(line, lines.length - 1);
        },
        wait() {},
      },
    );
    return { outcome, lines };
  } finally {
    await git.close();
  }
}
