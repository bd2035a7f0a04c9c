import { expect } from 'vitest';
import type { ControlPlane, Json } from './control-plane.ts';
import { type DoctorRun, runDoctor } from './doctor-run.ts';
import { type FluxScene, type SceneOptions, startScene } from './flux-scene.ts';

/** A value that must never be printed. */
export const canary = 'canary-secret-71c0';

export function configMap(name: string, value = 'x', namespace = '$NS'): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\ndata:\n  key: ${value}\n`;
}

/** A Kustomization over the folder of its name. `more`: lines of its spec, two spaces deep. */
export function kustomization(name: string, more = ''): string {
  return `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: ${name}
  namespace: $NS
spec:
  interval: 10m
  retryInterval: 2s
  path: ./${name}
  prune: true
  timeout: 30s
${/sourceRef/.test(more) ? '' : '  sourceRef: {kind: GitRepository, name: flux-system}\n'}${more}`;
}

export const decryption = (secret: string): string =>
  `  decryption:\n    provider: sops\n    secretRef: {name: ${secret}}\n`;

/** Runs the doctor on a scene; what it prints must not have the canary. */
export async function run(scene: FluxScene, ...args: string[]): Promise<DoctorRun> {
  const done = await runDoctor(args, { folder: scene.folder, env: scene.env });
  expect(`${done.output}${done.errors}`).not.toContain(canary);
  return done;
}

export async function problems(scene: FluxScene): Promise<readonly Json[]> {
  return JSON.parse((await run(scene, '-n', scene.namespace, '--json')).output).problems;
}

/** What the doctor tells of one object. */
export async function story(scene: FluxScene, ...args: string[]): Promise<Json> {
  const { output, errors } = await run(scene, ...args, '--json');
  expect(errors).toBe('');
  return JSON.parse(output);
}

/** The problem with this name and code; the others of that name are in the message where there is none. */
export function of(found: readonly Json[], name: string, code: string): Json {
  const one = found.find(({ object, code: had }) => object.name === name && had === code);
  const others = found.filter(({ object }) => object.name === name);
  expect(one?.code, JSON.stringify(others, null, 1)).toBe(code);
  return one;
}

/** Scenes that are removed together. */
export class Scenes {
  readonly #controlPlane: ControlPlane;
  readonly #all: FluxScene[] = [];

  constructor(controlPlane: ControlPlane) {
    this.#controlPlane = controlPlane;
  }

  async open(options: SceneOptions): Promise<FluxScene> {
    const scene = await startScene(this.#controlPlane, options);
    this.#all.push(scene);
    return scene;
  }

  async remove(): Promise<void> {
    for (const scene of this.#all) await scene.remove();
  }
}
