import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import type { System } from '../../system/system.ts';
import type { FluxKustomization } from '../kustomization.ts';
import { keyOf } from '../kustomization.ts';
import type { Unknown } from '../unknown.ts';
import { Artifact } from './artifact.ts';
import { AtOnce } from './at-once.ts';
import type { Build, Builder, ClusterObjects } from './build.ts';
import { decryptSources } from './decrypt-sources.ts';
import { eitherBuild } from './either-build.ts';
import type { FailedBuild } from './failed-fix.ts';
import { finish } from './finish.ts';
import { FinishedBuilds } from './finished-builds.ts';
import { type Generated, generate } from './generate.ts';
import { jsonText } from './json-text.ts';
import { KeptBuilds } from './kept-builds.ts';
import {
  findKustomize,
  type Kustomize,
  type KustomizeOutput,
  type NoKustomize,
  runKustomize,
} from './kustomize.ts';
import { kustomizationParts } from './kustomize-parts.ts';
import {
  inSubmodule,
  noFolder,
  noKustomize,
  notBuilt,
  type Obstacle,
  obstacleOf,
  unknown,
  unreadable,
} from './obstacle.ts';
import { Opener } from './opened.ts';
import { plainSecrets } from './plain-secrets.ts';
import { reach } from './reach.ts';
import { redact } from './redact.ts';
import { Running } from './running.ts';
import type { SourceTree } from './source-tree.ts';
import { type Stage, writeStage } from './stage.ts';

/**
 * Makes a builder that builds Kustomizations as kustomize-controller 1.9 does, with the program `kustomize` (or
 * `kubectl`) on PATH and the identities of this machine. Builds run at once, as many as there are processors. What
 * kustomize made of the same files is kept: in this process, and in the user's cache folder where nothing was decrypted.
 */
export function openBuilder(system: System, options: { readonly remoteBases: boolean }): Builder {
  return new KustomizeBuilder(system, options.remoteBases);
}

/** What kustomize made, before the controller's own steps. */
type Rendered =
  | {
      readonly kind: 'rendered';
      readonly text: string;
      /** Of all it was made from. */
      readonly key: string;
      readonly opened: readonly string[];
      readonly unknowns: readonly Unknown[];
    }
  | Obstacle;

class KustomizeBuilder implements Builder {
  readonly #system: System;
  readonly #remoteBases: boolean;
  readonly #opener: Opener;
  readonly #kept: KeptBuilds;
  readonly #atOnce = new AtOnce(parallel());
  readonly #artifacts = new WeakMap<SourceTree, Artifact>();
  readonly #rendered = new Map<string, Promise<Rendered>>();
  readonly #finished = new FinishedBuilds();
  readonly #stages = new Set<Stage>();
  readonly #running = new Running();
  #program: Promise<Kustomize | NoKustomize> | null = null;

  constructor(system: System, remoteBases: boolean) {
    this.#system = system;
    this.#remoteBases = remoteBases;
    this.#opener = new Opener(system);
    this.#kept = new KeptBuilds(system);
  }

  async build(kustomization: FluxKustomization, tree: SourceTree, cluster: ClusterObjects): Promise<Build> {
    const { alternative } = kustomization;
    const one = await this.#build(kustomization, tree, cluster);
    if (alternative === undefined) return one;
    const other = isOfOneSource(kustomization, alternative)
      ? await this.#build(alternative, tree, cluster)
      : null;
    return eitherBuild(keyOf(kustomization), one, other);
  }

  async #build(kustomization: FluxKustomization, tree: SourceTree, cluster: ClusterObjects): Promise<Build> {
    const rendered = await this.#render(kustomization, tree);
    if (rendered.kind !== 'rendered') return rendered;
    const { text, key, opened, unknowns } = rendered;
    return this.#finished.get(key, kustomization, cluster, (asked) =>
      finish(text, { kustomization, cluster: asked, opener: this.#opener, opened, unknowns }),
    );
  }

  close(): Promise<void> {
    this.#running.end();
    for (const stage of this.#stages) stage.remove();
    this.#stages.clear();
    this.#rendered.clear();
    this.#finished.clear();
    return Promise.resolve();
  }

  #artifact(tree: SourceTree): Artifact {
    const known = this.#artifacts.get(tree);
    if (known !== undefined) return known;
    const artifact = new Artifact(tree);
    this.#artifacts.set(tree, artifact);
    return artifact;
  }

  async #render(kustomization: FluxKustomization, tree: SourceTree): Promise<Rendered> {
    const artifact = this.#artifact(tree);
    const { spec } = kustomization;
    const subject = keyOf(kustomization);
    const folder = path.posix.join('/', spec.path).slice(1).replace(/\/+$/, '');
    if (artifact.isForeign(folder)) return unknown(inSubmodule(subject, `the path ${folder} lies`));
    if (!artifact.isFolder(folder)) return noFolder(subject, folder, artifact, tree);
    const generated = await generate(artifact, folder, spec);
    if (generated.kind === 'failed') return generated;
    const reached = await reach(artifact, { folder, ...generated });
    const obstacle = obstacleOf(subject, reached, this.#remoteBases);
    if (obstacle !== null) return obstacle;
    const { isMade } = generated;
    const decrypts = spec.decryption?.provider === 'sops';
    const task: Task = { subject, folder, spec, tree, artifact, generated, isMade, reached, decrypts };
    this.#program ??= findKustomize(this.#system);
    const program = await this.#program;
    if (program.program === null) return unknown(noKustomize(subject, program.message));
    const key = await keyOfTask(task);
    // what is taken for empty above may be anything
    const unread = artifact.unreadable(reached.files);
    if (unread !== null) return unknown(unreadable(subject, unread));
    const known = this.#rendered.get(key);
    if (known !== undefined) return known;
    const rendering = this.#atOnce.run(() => this.#run(program, task, key));
    this.#rendered.set(key, rendering);
    return rendering;
  }

  async #run(program: Kustomize, task: Task, contentKey: string): Promise<Rendered> {
    const { artifact, reached, generated } = task;
    const sources = task.decrypts
      ? await decryptSources(artifact, reached, this.#opener)
      : ({ kind: 'decrypted', files: new Map<string, Uint8Array>(), values: [], unknowns: [] } as const);
    if (sources.kind !== 'decrypted') return sources;
    const { values: opened, unknowns } = sources;
    const rendered = { kind: 'rendered', key: contentKey, opened, unknowns } as const;
    const keeps = sources.files.size === 0 && reached.remotes.length === 0;
    const key = createHash('sha256').update(`${program.version}\n${contentKey}`).digest('hex');
    const kept = keeps ? this.#kept.get(key) : null;
    if (kept !== null) return { ...rendered, text: kept };
    const over = new Map(sources.files);
    over.set(generated.file, Buffer.from(jsonText(generated.kustomization), 'utf8'));
    const output = await this.#kustomize(program, task, over);
    if (output.kind !== 'built') {
      // with ciphertext in the place of what it cannot open here, it may fail where the controller does not
      if (unknowns.length > 0) return { kind: 'unknown', unknowns };
      const values = [...opened, ...(await plainSecrets(artifact, reached))];
      return notBuilt(task, redact(output.message, values), output.kind);
    }
    if (keeps) this.#kept.put(key, output.text);
    return { ...rendered, text: output.text };
  }

  async #kustomize(
    program: Kustomize,
    task: Task,
    over: ReadonlyMap<string, Uint8Array>,
  ): Promise<KustomizeOutput> {
    const stage = await writeStage(this.#system, task.artifact, task.reached, over);
    this.#stages.add(stage);
    try {
      const far = task.reached.remotes.length > 0;
      const parts = far ? null : kustomizationParts(task.generated.kustomization, `../source/${task.folder}`);
      const folders = parts?.map((part) => stage.addPart(jsonText(part))) ?? [
        path.join(stage.top, task.folder),
      ];
      return await this.#runAll(program, stage, { folders, far });
    } finally {
      this.#stages.delete(stage);
      stage.remove();
    }
  }

  async #runAll(
    program: Kustomize,
    stage: Stage,
    { folders, far }: { readonly folders: readonly string[]; readonly far: boolean },
  ): Promise<KustomizeOutput> {
    const atOnce = new AtOnce(parallel());
    const outputs = await Promise.all(
      folders.map((folder) =>
        atOnce.run(() => runKustomize(this.#system, program, { ...stage, folder, far }, this.#running)),
      ),
    );
    const texts: string[] = [];
    for (const output of outputs) {
      if (output.kind !== 'built') return output;
      if (output.text !== '') texts.push(output.text);
    }
    return { kind: 'built', text: texts.join('---\n') };
  }
}

interface Task extends FailedBuild {
  readonly subject: string;
  readonly artifact: Artifact;
  readonly generated: Extract<Generated, { kind: 'generated' }>;
  readonly decrypts: boolean;
}

function isOfOneSource(
  { spec: { sourceRef: one } }: FluxKustomization,
  other: FluxKustomization | null,
): other is FluxKustomization {
  if (other === null) return false;
  const { kind, namespace, name } = other.spec.sourceRef;
  return one.kind === kind && one.namespace === namespace && one.name === name;
}

function parallel(): number {
  return Math.max(2, os.availableParallelism());
}

/** A digest of all that decides what kustomize makes of it. */
async function keyOfTask({ artifact, folder, generated, reached, decrypts }: Task): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([1, folder, decrypts, generated.file, jsonText(generated.kustomization)]));
  for (const file of [...reached.files].sort())
    hash.update(JSON.stringify([file, await artifact.digest(file)]));
  // a folder without a kustomization fails with another message than none
  hash.update(JSON.stringify([...reached.folders].sort()));
  return hash.digest('hex');
}
