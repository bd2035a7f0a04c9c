import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { encrypt, generateIdentity } from '../../src/index.ts';
import { type Ran, type RunHow, sopskit } from './command-line.ts';
import type { Json } from './control-plane.ts';
import { canary } from './doctor-scene.ts';
import type { FluxScene } from './flux-scene.ts';

/** A TEST identity, made for one run. */
export interface TestKey {
  readonly recipient: string;
  /** `AGE-SECRET-KEY-1…` and a line end. */
  readonly text: string;
}

export async function testKey(): Promise<TestKey> {
  const { recipient, keyFile } = await generateIdentity();
  return { recipient, text: `${/AGE-SECRET-KEY-\w+/.exec(String(keyFile))?.[0] ?? ''}\n` };
}

/** An encrypted Secret whose password is the canary. */
export async function sealedSecret(
  name: string,
  namespace: string,
  recipients: readonly string[],
  field: 'data' | 'stringData' = 'data',
): Promise<string> {
  const value = field === 'data' ? Buffer.from(canary).toString('base64') : canary;
  const manifest = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\n  labels: {of: test}\n${field}:\n  password: ${value}\n`;
  return String(
    await encrypt(manifest, {
      format: 'yaml',
      recipients: { age: recipients },
      select: { encrypted_regex: '^(data|stringData)$' },
    }),
  );
}

/** What `keys doctor` said: its document, and how it ended. */
export interface Doctored extends Ran {
  readonly json: Json;
  readonly findings: readonly Json[];
}

/** Runs the built `keys doctor` in a scene, and sees that no key and no value is in what it prints. */
export class KeysDoctor {
  readonly #scene: FluxScene;
  readonly #keys: readonly TestKey[];

  constructor(scene: FluxScene, keys: readonly TestKey[]) {
    this.#scene = scene;
    this.#keys = keys;
  }

  async run(args: readonly string[], how: RunHow = {}): Promise<Ran> {
    const ran = await sopskit(this.#scene, ['keys', 'doctor', ...args], how);
    this.#refuseSecrets(ran);
    return ran;
  }

  /** With `--json` as one document, and as text in the same way. */
  async look(args: readonly string[], how: RunHow = {}): Promise<Doctored> {
    const ran = await this.run([...args, '--json'], how);
    const json = JSON.parse(ran.stdout);
    return { ...ran, json, findings: json.flux?.findings ?? [] };
  }

  /** The cluster, of the scene's namespace only: others work in the same one. */
  async live(how: RunHow = {}, ...more: readonly string[]): Promise<Doctored> {
    return await this.look(['--cluster', '-n', this.#scene.namespace, ...more], how);
  }

  #refuseSecrets({ stdout, stderr }: Ran): void {
    for (const secret of [canary, ...this.#keys.map(({ text }) => text.trim())]) {
      for (const spelling of [
        secret,
        secret.toLowerCase(),
        Buffer.from(secret).toString('base64').slice(0, 24),
      ])
        expect(`${stdout}${stderr}`).not.toContain(spelling);
    }
  }
}

const bin = fileURLToPath(new URL('../../bin/sopskit.js', import.meta.url));

/** Types a command as a user would, into a shell that has kubectl and sopskit. */
export function type(scene: FluxScene, command: string, env: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sopskit-typed-'));
  try {
    const program = `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`;
    writeFileSync(path.join(folder, 'sopskit'), program, { mode: 0o755 });
    const kubectl = path.dirname(scene.controlPlane.address.binaries.kubectl);
    return execFileSync('/bin/sh', ['-c', command], {
      cwd: scene.folder,
      env: { ...scene.env, ...env, PATH: [folder, kubectl, scene.env['PATH']].join(path.delimiter) },
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Types all that a finding says mends it. */
export function mend(
  scene: FluxScene,
  { mend: commands }: Json,
  env: Readonly<Record<string, string>> = {},
): void {
  expect(commands.length).toBeGreaterThan(0);
  for (const command of commands) type(scene, command, env);
}

/** The finding with this code about a Kustomization (`name`), or the first; all codes are told where there is none. */
export function finding({ findings }: Pick<Doctored, 'findings'>, code: string, name?: string): Json {
  const found = findings.find(
    (one) =>
      one.code === code &&
      (name === undefined || one.kustomizations.some((key: string) => key.endsWith(`/${name}`))),
  );
  expect(
    found?.code,
    JSON.stringify(
      findings.map((one) => [one.code, one.kustomizations]),
      null,
      1,
    ),
  ).toBe(code);
  return found;
}

export function codes({ findings }: Pick<Doctored, 'findings'>, name: string): readonly string[] {
  return findings
    .filter((one) => one.kustomizations.some((key: string) => key.endsWith(`/${name}`)))
    .map((one) => one.code);
}

export function verdict({ json }: Doctored, name: string): string {
  const all: readonly Json[] = json.flux.clusters.flatMap((one: Json) => one.kustomizations);
  return all.find(({ key }) => key.endsWith(`/${name}`))?.verdict;
}
