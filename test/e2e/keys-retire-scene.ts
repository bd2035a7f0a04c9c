import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Ran, sopskit } from './command-line.ts';
import type { ControlPlane } from './control-plane.ts';
import { type FluxScene, startScene } from './flux-scene.ts';

/** A TEST identity, made for one test. */
export interface TestIdentity {
  readonly recipient: string;
  /** `AGE-SECRET-KEY-1…`: what no output may have. */
  readonly key: string;
}

export interface RetireTools {
  readonly sops: string;
  readonly 'age-keygen': string;
}

export const plain = (name: string, namespace: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\nstringData:\n  password: from-${name}\n`;

/** A cluster between rotation and retirement: its Secret holds two identities, its files are for the new one. */
export class RetireScene {
  readonly scene: FluxScene;
  readonly old: TestIdentity;
  readonly fresh: TestIdentity;
  readonly #tools: RetireTools;

  private constructor(scene: FluxScene, old: TestIdentity, fresh: TestIdentity, tools: RetireTools) {
    this.scene = scene;
    this.old = old;
    this.fresh = fresh;
    this.#tools = tools;
  }

  /** The first revision is for the old identity, and applied. */
  static async open(controlPlane: ControlPlane, tools: RetireTools): Promise<RetireScene> {
    const [old, fresh] = [makeIdentity(tools), makeIdentity(tools)];
    const decryption = '  decryption:\n    provider: sops\n    secretRef:\n      name: sops-age\n';
    const scene = await startScene(controlPlane, {
      files: { 'clusters/test/none.yaml': configMap('none') },
      name: 'retire',
      spec: decryption,
      wait: false,
    });
    const made = new RetireScene(scene, old, fresh, tools);
    made.makeSecret({ 'age.agekey': `# of the test\n${old.key}\n`, 'age-new.agekey': `${fresh.key}\n` });
    made.writeKeyFile(
      `# created: 2026-01-01\n# public key: ${old.recipient}\n${old.key}\n# replaces: ${old.recipient}\n${fresh.key}\n`,
    );
    await scene.reconcile(scene.push({ 'clusters/test/app.yaml': made.sealed('app', old) }));
    return made;
  }

  get keyFile(): string {
    return path.join(this.scene.env['HOME'] ?? '', '.config', 'sops', 'age', 'keys.txt');
  }

  get archive(): string {
    return path.join(path.dirname(this.keyFile), 'retired');
  }

  writeKeyFile(text: string): void {
    mkdirSync(path.dirname(this.keyFile), { recursive: true });
    writeFileSync(this.keyFile, text, { mode: 0o600 });
  }

  /** As `kubectl apply` makes it, the keys in last-applied-configuration and all. */
  makeSecret(entries: Readonly<Record<string, string>>, namespace = this.scene.namespace): void {
    const data = Object.entries(entries).map(
      ([name, text]) => `  ${name}: ${Buffer.from(text).toString('base64')}\n`,
    );
    const file = path.join(this.scene.env['HOME'] ?? '', 'secret.yaml');
    writeFileSync(
      file,
      `apiVersion: v1\nkind: Secret\nmetadata:\n  name: sops-age\n  namespace: ${namespace}\ndata:\n${data.join('')}`,
    );
    this.scene.controlPlane.kubectl('apply', '-f', file);
  }

  /** A Secret's manifest that real sops has encrypted. */
  sealed(name: string, { recipient }: TestIdentity): string {
    const folder = this.scene.env['HOME'] ?? '';
    const file = path.join(folder, 'plain.yaml');
    writeFileSync(file, plain(name, this.scene.namespace));
    writeFileSync(
      path.join(folder, '.sops.yaml'),
      `creation_rules: [{age: ${recipient}, encrypted_regex: '^(data|stringData)$'}]\n`,
    );
    const env = { PATH: '', HOME: folder };
    return execFileSync(this.#tools.sops, ['--encrypt', file], { encoding: 'utf8', cwd: folder, env });
  }

  run(...args: readonly string[]): Promise<Ran> {
    return sopskit(this.scene, ['keys', 'retire', ...args], { tools: [this.#tools.sops] });
  }

  /** Ends it with SIGKILL as soon as a line of standard error begins with a text. */
  killedAt(text: string, ...args: readonly string[]): Promise<Ran> {
    return sopskit(this.scene, ['keys', 'retire', ...args], {
      tools: [this.#tools.sops],
      onLine(line, process) {
        if (line.startsWith(text)) process.kill('SIGKILL');
      },
    });
  }

  /** The same in another folder. */
  runIn(folder: string, ...args: readonly string[]): Promise<Ran> {
    const scene = { env: this.scene.env, folder } as FluxScene;
    return sopskit(scene, ['keys', 'retire', ...args], { tools: [this.#tools.sops] });
  }

  /** Makes the working copy anew, with the newest commit only. */
  shallow(): void {
    const { folder, url, env } = this.scene;
    rmSync(folder, { recursive: true });
    execFileSync('git', ['clone', '-q', '--depth', '1', url, folder], { env, stdio: 'pipe' });
  }

  /** The live Secret, whole: every text in it decoded too. */
  async live(): Promise<{ readonly entries: readonly string[]; readonly text: string }> {
    const secret = await this.scene.controlPlane.get('secrets', this.scene.namespace, 'sops-age');
    const data: Record<string, string> = secret?.data ?? {};
    const decoded = Object.values(data).map((value) => Buffer.from(value, 'base64').toString());
    const annotations = JSON.stringify(secret?.metadata?.annotations ?? {});
    const inner = [...annotations.matchAll(/[A-Za-z0-9+/=]{60,}/g)].map(([value]) =>
      Buffer.from(value, 'base64').toString(),
    );
    return {
      entries: Object.keys(data).sort(),
      text: [JSON.stringify(secret), ...decoded, ...inner].join('\n'),
    };
  }

  /** Files of the archive: their texts and modes. */
  archived(): readonly { readonly text: string; readonly mode: number }[] {
    if (!existsSync(this.archive)) return [];
    return readdirSync(this.archive).map((name) => {
      const file = path.join(this.archive, name);
      return { text: readFileSync(file, 'utf8'), mode: statSync(file).mode & 0o777 };
    });
  }
}

export function configMap(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: $NS\ndata: {}\n`;
}

/** A child Kustomization with decryption, of a source of the scene. */
export function child(name: string, folder: string, source = 'flux-system'): string {
  return `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: ${name}, namespace: $NS}
spec:
  interval: 10m
  path: ./${folder}
  prune: true
  sourceRef: {kind: GitRepository, name: ${source}}
  decryption: {provider: sops, secretRef: {name: sops-age}}
`;
}

export function source(name: string, url: string, ref: string): string {
  return `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: ${name}, namespace: $NS}
spec: {interval: 10m, url: ${JSON.stringify(url)}, ref: ${ref}}
`;
}

function makeIdentity(tools: RetireTools): TestIdentity {
  const text = execFileSync(tools['age-keygen'], [], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const recipient = /age1[0-9a-z]+/.exec(text)?.[0] ?? '';
  const key = /AGE-SECRET-KEY-1[0-9A-Z]+/.exec(text)?.[0] ?? '';
  return { recipient, key };
}
