import type { Report } from '../../../src/findings/report.ts';
import type { Build, Builder, BuiltObject } from '../../../src/flux/build/build.ts';
import type { SourceTree } from '../../../src/flux/build/source-tree.ts';
import { type FluxKustomization, keyOf } from '../../../src/flux/kustomization.ts';
import { lintModel } from '../../../src/flux/lint/lint.ts';
import { LintFiles } from '../../../src/flux/lint/lint-files.ts';
import { fromFile } from '../../../src/flux/lint/lint-object.ts';
import { reachOf } from '../../../src/flux/lint/reach.ts';
import { readModel } from '../../../src/flux/model/read-model.ts';
import { encrypt } from '../../../src/index.ts';
import { testKey } from '../../cli/world.ts';
import { fakeSystem } from '../../system/fake-system.ts';
import { memorySnapshot, type Odd } from '../memory-snapshot.ts';
import { fluxKustomization, fluxSystem } from '../repositories.ts';

export type Contents = Readonly<Record<string, string | Uint8Array | Odd | null>>;

export interface LintOptions {
  /** Kustomizations whose build is not made, with what it is instead. */
  readonly builds?: Readonly<Record<string, Build>>;
  /** As `flux lint PATH…`, from the top. */
  readonly paths?: readonly string[];
}

/** Lints a repository of one cluster, `clusters/test`; `null` takes a file of `flux bootstrap` out. */
export async function lint(
  contents: Contents,
  { builds = {}, paths = [] }: LintOptions = {},
): Promise<Report> {
  const files = new Map<string, string | Uint8Array | Odd>(fluxSystem('clusters/test', false, 'main'));
  for (const [path, content] of Object.entries(contents)) {
    if (content === null) files.delete(path);
    else files.set(path, content);
  }
  const snapshot = memorySnapshot(files);
  const model = await readModel(fakeSystem(), snapshot, fileBuilder(builds), {
    git: null,
    paths: [],
    clusters: [],
    remotes: [],
  });
  return lintModel(model, snapshot, { paths, now: new Date('2026-01-02T00:00:00Z') });
}

/** `level code file:line`, of all findings. */
export async function findingsOf(contents: Contents, options?: LintOptions): Promise<string[]> {
  const { findings } = await lint(contents, options);
  return findings.map(
    ({ level, rule, place }) => `${level} ${rule.code} ${place.file ?? '-'}:${place.line ?? '-'}`,
  );
}

/** The findings of one code, `level file:line message`. */
export async function toldOf(code: string, contents: Contents, options?: LintOptions): Promise<string[]> {
  const { findings } = await lint(contents, options);
  return findings
    .filter(({ rule }) => rule.code === code)
    .map(({ level, place, message }) => `${level} ${place.file ?? '-'}:${place.line ?? '-'} ${message}`);
}

/** A repository with one more Kustomization, `app` over the folder `app`; `more`: lines of its spec. */
export function app(contents: Contents, more = ''): Contents {
  return {
    'clusters/test/app.yaml': fluxKustomization('app', 'app', more),
    ...Object.fromEntries(Object.entries(contents).map(([path, content]) => [`app/${path}`, content])),
  };
}

export const decryption: string = '  decryption:\n    provider: sops\n    secretRef:\n      name: sops-age\n';

/** Encrypts a YAML text for the test key. */
export function sealed(
  text: string,
  select: Parameters<typeof encrypt>[1]['select'] = { encrypted_regex: '^(data|stringData)$' },
  recipient: string = testKey.recipient,
): Promise<string> {
  const settings = { format: 'yaml', recipients: { age: [recipient] }, allowPlaintext: true } as const;
  return encrypt(text, select === undefined ? settings : { ...settings, select });
}

export function secret(name = 'app', values = 'stringData:\n  password: canary-password\n'): string {
  return `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\n  namespace: app\n${values}`;
}

export function configMap(name = 'app', values = 'data:\n  key: value\n'): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: app\n${values}`;
}

export function kustomization(...lines: readonly string[]): string {
  return `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${lines.join('\n')}\n`;
}

export function object(apiVersion: string, kind: string, name: string, more = ''): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: ${name}\n  namespace: app\n${more}`;
}

/** Builds what the kustomizations name, without patches and the like: enough for rules, and needs no kustomize. */
export function fileBuilder(builds: Readonly<Record<string, Build>>): Builder {
  const files = new LintFiles();
  return {
    async build(kustomization: FluxKustomization, tree: SourceTree): Promise<Build> {
      const instead = builds[keyOf(kustomization)];
      if (instead !== undefined) return instead;
      const { path, components, targetNamespace } = kustomization.spec;
      const reach = await reachOf(files, tree, path, components);
      const objects: BuiltObject[] = [];
      for (const { path: file, role } of reach.files) {
        const subject = role === 'resource' ? await files.subject(tree, file) : null;
        for (const one of (await subject?.objects()) ?? [])
          if (one.name !== '') objects.push({ ...fromFile(one, targetNamespace), digest: '' });
      }
      return { kind: 'built', objects, unknowns: [] };
    },
    close: async () => {},
  };
}
