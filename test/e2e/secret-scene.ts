import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { type Ran, type RunHow, sopskit } from './command-line.ts';
import type { ControlPlane, Json } from './control-plane.ts';
import { decryption, kustomization } from './doctor-scene.ts';
import { type FluxScene, startScene } from './flux-scene.ts';

/** Begins every value that must never be printed, or written, in clear. */
export const canary = 'canary-value-8f21';

/**
 * Makes a scene with a TEST identity that its user has and its cluster has as `sops-age`, a rule for all files, and a
 * Kustomization `apps` over the folder `apps` that decrypts. `files`: besides those.
 */
export async function startSecretScene(
  controlPlane: ControlPlane,
  keygen: string,
  files: Readonly<Record<string, string>> = {},
): Promise<FluxScene> {
  const scene = await startScene(controlPlane, {
    name: 'secrets',
    files: { 'apps/none.yaml': configMap('none'), ...files },
  });
  const keys = path.join(scene.env['HOME'] ?? '', '.config/sops/age');
  mkdirSync(keys, { recursive: true });
  const file = path.join(keys, 'keys.txt');
  execFileSync(keygen, ['-o', file], { stdio: 'pipe' });
  const recipient = /public key: (age1\w+)/.exec(readFileSync(file, 'utf8'))?.[1];
  const ns = scene.namespace;
  controlPlane.kubectl('create', 'secret', 'generic', 'sops-age', '-n', ns, `--from-file=age.agekey=${file}`);
  const rule = `{age: ${recipient}, encrypted_regex: '^(data|stringData)$', path_regex: '\\.yaml$'}`;
  const others = `{age: ${recipient}}`;
  const revision = scene.push({
    '.sops.yaml': `creation_rules: [${rule}, ${others}]\n`,
    'clusters/test/apps.yaml': kustomization('apps', decryption('sops-age')),
  });
  await scene.reconcile(revision, ['flux-system', 'apps']);
  return scene;
}

export function configMap(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: $NS}\ndata: {a: b}\n`;
}

/** A Secret's manifest with text values. `more`: lines of its metadata, two spaces deep. */
export function secret(name: string, values: Readonly<Record<string, string>>, more = ''): string {
  const data = Object.entries(values).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`);
  return `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\n  namespace: $NS\n${more}stringData:\n${data.join('')}`;
}

/** Writes files and encrypts those that are named `*.yaml` with Secrets, or `*.env`, in place. */
export async function writeSealed(scene: FluxScene, files: Readonly<Record<string, string>>): Promise<void> {
  scene.write(files);
  for (const file of Object.keys(files)) await ran(scene, ['encrypt', '-i', file]);
}

/** Runs the command; without `--show-values` and the like, no value may be in what it prints. */
export async function ran(
  scene: FluxScene,
  args: readonly string[],
  status = 0,
  how: RunHow = {},
): Promise<Ran> {
  const done = await sopskit(scene, args, how);
  expect(done.status, `${args.join(' ')}\n${done.stdout}\n${done.stderr}`).toBe(status);
  const base64 = Buffer.from(canary).toString('base64').slice(0, 18);
  for (const value of [canary, base64]) expect(done.stderr).not.toContain(value);
  expect(done.stderr).not.toMatch(/^ {4}at /m);
  if (!args.includes('--show-values') && args[0] !== 'decrypt') {
    expect(done.stdout).not.toContain(canary);
    expect(done.stdout).not.toContain(base64);
  }
  return done;
}

/** Runs `secret diff --json`. */
export async function diffed(
  scene: FluxScene,
  args: readonly string[],
  status: number,
  how: RunHow = {},
): Promise<Json> {
  return JSON.parse((await ran(scene, ['secret', 'diff', '--json', ...args], status, how)).stdout);
}

/** Differences of one Secret as `change field/key`. */
export function changes(answer: Json, name: string): readonly string[] {
  const one = secretIn(answer, name);
  return one.differences.map(
    ({ field, key, change }: Json) => `${change} ${field}${key === null ? '' : `/${key}`}`,
  );
}

export function secretIn(answer: Json, name: string): Json {
  const one = answer.secrets.find((each: Json) => each.name === name);
  expect(one, JSON.stringify(answer, null, 1)).toBeDefined();
  return one;
}
