import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generateIdentity } from '../../src/keys/age/generate.ts';
import { nodeSystem } from '../../src/system/node/node-system.ts';
import { type Ran, type RunHow, sopskit } from './command-line.ts';
import type { ControlPlane, Json } from './control-plane.ts';
import { conditionOf, type FluxScene, startScene } from './flux-scene.ts';

/** A part of the repository: a Kustomization that decrypts one Secret. */
export interface Part {
  readonly name: string;
  /** Namespace of the Kustomization and of its key. */
  readonly namespace: string;
  /** Lines for its `spec`, two spaces deep. */
  readonly spec?: string;
  /** Its source; default: the scene's. */
  readonly sourceRef?: string;
}

/** A scene whose Kustomizations decrypt with a key that was made for it: nobody else has it. */
export class RotateScene {
  readonly flux: FluxScene;
  readonly parts: readonly Part[];
  /** The recipient at the beginning. */
  readonly old: string;
  /** All that commands have printed. */
  readonly outputs: string[] = [];

  constructor(flux: FluxScene, parts: readonly Part[], old: string) {
    this.flux = flux;
    this.parts = parts;
    this.old = old;
  }

  get keyFile(): string {
    return path.join(this.flux.env['HOME'] ?? '', '.config/sops/age/keys.txt');
  }

  /** Recipients of the key file, in its order. */
  recipients(): readonly string[] {
    return [...readFileSync(this.keyFile, 'utf8').matchAll(/^# public key: (age1\S+)/gm)].map(
      ([, recipient = '']) => recipient,
    );
  }

  keyFileMode(): number {
    return statSync(this.keyFile).mode & 0o777;
  }

  async run(args: readonly string[], how: RunHow = {}): Promise<Ran> {
    const ran = await sopskit(this.flux, args, how);
    this.outputs.push(ran.stdout, ran.stderr);
    return ran;
  }

  rotate(args: readonly string[] = [], how: RunHow = {}): Promise<Ran> {
    return this.run(['keys', 'rotate', '--yes', ...args], how);
  }

  file(name: string): string {
    return readFileSync(path.join(this.flux.folder, name), 'utf8');
  }

  /** The entries of a part's key Secret, by name: their texts. */
  async entries(part: Part): Promise<ReadonlyMap<string, string>> {
    const secret = await this.flux.controlPlane.get('secrets', part.namespace, 'sops-age');
    const data: Readonly<Record<string, string>> = secret?.data ?? {};
    return new Map(
      Object.entries(data).map(([name, value]) => [name, Buffer.from(value, 'base64').toString('utf8')]),
    );
  }

  /** What a part's Secret holds in the cluster, decrypted. */
  async password(part: Part): Promise<string | null> {
    const secret = await this.flux.controlPlane.get('secrets', part.namespace, `${part.name}-db`);
    const value = secret?.data?.password;
    return value === undefined ? null : Buffer.from(value, 'base64').toString('utf8');
  }

  /** Has a part act now, and waits for the end of that very run: Ready, or the test fails. */
  async decrypts(part: Part): Promise<Json> {
    const { controlPlane } = this.flux;
    const token = `${Date.now()}-${Math.random()}`;
    const annotations = { 'reconcile.fluxcd.io/requestedAt': token };
    await controlPlane.patch('kustomizations', part.namespace, part.name, { metadata: { annotations } });
    const live = await controlPlane.waitFor(
      `a forced run of ${part.name}`,
      async () => {
        const one = await controlPlane.get('kustomizations', part.namespace, part.name);
        const ready = conditionOf(one, 'Ready');
        return one?.status?.lastHandledReconcileAt === token && ready?.status !== 'Unknown' ? one : null;
      },
      { describe: () => this.flux.status() },
    );
    const ready = conditionOf(live, 'Ready');
    if (ready?.status !== 'True') throw new Error(`${part.name}: ${ready?.reason}: ${ready?.message}`);
    return live;
  }

  /** The commit that a part has applied, as its status says now. */
  async applied(part: Part): Promise<string | null> {
    const one = await this.flux.controlPlane.get('kustomizations', part.namespace, part.name);
    return /[0-9a-f]{40}$/.exec(one?.status?.lastAppliedRevision ?? '')?.[0] ?? null;
  }

  async ready(part: Part, commit: string): Promise<void> {
    await this.flux.controlPlane.waitFor(
      `${part.name} at ${commit}`,
      async () => {
        const one = await this.flux.controlPlane.get('kustomizations', part.namespace, part.name);
        const applied = one?.status?.lastAppliedRevision?.endsWith(commit) === true;
        return applied && conditionOf(one, 'Ready')?.status === 'True';
      },
      { describe: () => this.flux.status() },
    );
  }

  head(): string {
    return this.flux.git('rev-parse', 'HEAD').trim();
  }

  /** The same without running git. */
  localHead(): string {
    return readFileSync(path.join(this.flux.folder, '.git/refs/heads/main'), 'utf8').trim();
  }

  bareHead(): string {
    const { repositories } = this.flux.controlPlane.address;
    return readFileSync(
      path.join(repositories, `${this.flux.namespace}.git`, 'refs/heads/main'),
      'utf8',
    ).trim();
  }

  remoteHead(): string {
    return this.flux.git('ls-remote', 'origin', 'refs/heads/main').slice(0, 40);
  }
}

/** What the Secret of a part holds, encrypted in git. */
export const passwordOf = (name: string): string => `test-password-of-${name}`;

export interface RotateOptions {
  readonly path?: string;
  /** Whether the parts are waited for. Default: yes. */
  readonly wait?: boolean;
  /** More files of the first revision with encrypted files. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * Makes a scene with a key of its own, installed in the namespaces of its parts as `sops-age`, and a Secret `NAME-db`
 * for each part, encrypted for that key. `namespace: '$NS'` is the scene's own.
 */
export async function startRotateScene(
  controlPlane: ControlPlane,
  asked: readonly Part[],
  options: RotateOptions = {},
): Promise<RotateScene> {
  const clusterPath = options.path ?? 'clusters/test';
  const flux = await startScene(controlPlane, {
    name: 'rotate',
    files: { 'README.md': 'a test\n' },
    path: clusterPath,
    wait: false,
  });
  const parts = asked.map((part) => ({
    ...part,
    namespace: part.namespace === '$NS' ? flux.namespace : part.namespace,
  }));
  const { recipient, file } = await generateIdentity(nodeSystem());
  const scene = new RotateScene(flux, parts, recipient);
  const identity = file.lendText((text) => text);
  mkdirSync(path.dirname(scene.keyFile), { recursive: true, mode: 0o700 });
  writeFileSync(scene.keyFile, `# a key of a test: it opens nothing else\n${identity}`, { mode: 0o600 });
  installKey(controlPlane, parts, identity);
  flux.write({ ...contentOf(parts, clusterPath, recipient), ...options.files });
  for (const { name } of parts) {
    const { status, stderr } = await scene.run(['encrypt', '-i', `${name}/secret.yaml`]);
    if (status !== 0) throw new Error(`encrypt: ${stderr}`);
  }
  const commit = flux.push({}, 'encrypted secrets');
  if (options.wait !== false) {
    await flux.reconcile(commit);
    for (const part of parts) await scene.ready(part, commit);
  }
  return scene;
}

export function installKey(controlPlane: ControlPlane, parts: readonly Part[], identity: string): void {
  const data = Buffer.from(identity).toString('base64');
  for (const namespace of new Set(parts.map((part) => part.namespace)))
    controlPlane.apply(
      `apiVersion: v1\nkind: Secret\nmetadata: { name: sops-age, namespace: ${namespace} }\ndata: { age.agekey: ${data} }\n`,
    );
}

function contentOf(parts: readonly Part[], clusterPath: string, recipient: string): Record<string, string> {
  const files: Record<string, string> = {
    '.sops.yaml': `# who may read what
creation_rules:
  - path_regex: \\.yaml$
    encrypted_regex: ^(data|stringData)$
    age: ${recipient} # the cluster
`,
  };
  for (const part of parts) {
    files[`${clusterPath}/${part.name}.yaml`] = kustomizationOf(part);
    files[`${part.name}/secret.yaml`] = secretOf(part);
  }
  return files;
}

export function secretOf({ name, namespace }: Part): string {
  return `apiVersion: v1
kind: Secret
metadata:
  name: ${name}-db
  namespace: ${namespace}
stringData:
  password: ${passwordOf(name)}
`;
}

function kustomizationOf({ name, namespace, spec = '', sourceRef }: Part): string {
  return `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  interval: 10m
  path: ./${name}
  prune: true
  sourceRef: ${sourceRef ?? '{ kind: GitRepository, name: flux-system, namespace: $NS }'}
  decryption:
    provider: sops
    secretRef:
      name: sops-age
${spec}`;
}
