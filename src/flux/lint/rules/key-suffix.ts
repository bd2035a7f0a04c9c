import type { RuleInfo } from '../../../findings/finding.ts';
import { leavesBelow } from '../../../manifests/leaves-below.ts';
import { Subject } from '../../../repository/check/subject.ts';
import { entriesOf } from '../../../tree/mapping.ts';
import type { Mapping } from '../../../tree/value.ts';
import { mappingAt } from '../lint-object.ts';
import type { LintScene } from '../lint-scene.ts';
import { itemsAt } from '../named-files.ts';
import type { FluxRule } from '../rule.ts';

const keySuffixInfo: RuleInfo = {
  code: 'flux.key-suffix',
  level: 'error',
  title: 'a decryption key under a name that Flux passes over',
  about:
    'Of the Secret that spec.decryption.secretRef names Flux takes *.agekey and *.asc, and sops.vault-token, sops.aws-kms, sops.azure-kv, sops.gcp-kms by these names. Every other key is passed over in silence, and decryption fails as if there were none ("failed to load age identities"). Name an age key age.agekey.',
};

const known = /\.(?:agekey|asc)$|^sops\.(?:vault-token|aws-kms|azure-kv|gcp-kms)$/;

/** Decryption Secrets, wherever in the repository they are written, whose keys the controller does not take. */
export const keySuffix: FluxRule = {
  infos: [keySuffixInfo],
  async lint(scene) {
    const names = new Set(
      scene.clusters.flatMap(({ nodes }) => nodes.flatMap(({ spec }) => spec.decryption?.secretName ?? [])),
    );
    if (names.size === 0) return;
    for (const { path, kind } of await scene.snapshot.list()) {
      if (kind !== 'file' || !/\.ya?ml$|\/Kustomization$/.test(path)) continue;
      const bytes = await scene.snapshot.read(path);
      if (bytes === null || ![...names].some((name) => Buffer.from(bytes).includes(name))) continue;
      await lintFile(scene, new Subject(path, bytes), names);
    }
  },
};

async function lintFile(scene: LintScene, subject: Subject, names: ReadonlySet<string>): Promise<void> {
  for (const { kind, name, manifest, path, part } of await subject.objects()) {
    if (kind !== 'Secret' || !names.has(name)) continue;
    const keys = ['data', 'stringData'].flatMap((field) => {
      const values = mappingAt(manifest, field);
      return values === null
        ? []
        : entriesOf(values).map(({ key, value }) => ({ field, key: String(key), line: value.line }));
    });
    const [first] = keys;
    if (first === undefined || keys.some(({ key }) => known.test(key))) continue;
    tell(
      scene,
      subject.path,
      name,
      keys.map(({ key }) => key),
      {
        ...(first.line === undefined ? {} : { line: first.line + part.lineOffset }),
        path: [...path, first.field, first.key],
      },
    );
  }
  for (const { data } of await subject.parts()) {
    for (const { value, path } of itemsAt(data, ['secretGenerator'])) {
      if (value.kind !== 'mapping' || !isNamed(value, names)) continue;
      const keys = generatedKeys(value);
      if (keys.length === 0 || keys.some((key) => known.test(key))) continue;
      tell(scene, subject.path, String(nameOf(value)), keys, {
        ...(value.line === undefined ? {} : { line: value.line }),
        path,
      });
    }
  }
}

function generatedKeys(generator: Mapping): string[] {
  return leavesBelow(generator).flatMap(({ leaf, path }) => {
    if (leaf.kind !== 'string' || (path[0] !== 'files' && path[0] !== 'literals')) return [];
    const [key = ''] = leaf.value.split('=');
    return [path[0] === 'files' ? (key.split('/').at(-1) ?? key) : key];
  });
}

function isNamed(generator: Mapping, names: ReadonlySet<string>): boolean {
  return names.has(nameOf(generator));
}

function nameOf(generator: Mapping): string {
  const name = entriesOf(generator).find(({ key }) => key === 'name')?.value;
  return name?.kind === 'string' ? name.value : '';
}

function tell(
  scene: LintScene,
  file: string,
  secret: string,
  keys: readonly string[],
  at: { readonly line?: number; readonly path: readonly (string | number)[] },
): void {
  const [first = ''] = keys;
  scene.tell(keySuffixInfo, {
    place: { file, ...at },
    message: `no key of Secret ${secret}, which Kustomizations decrypt with, is one that Flux takes: ${keys.join(', ')}`,
    fix: `Rename ${first} to ${first.replace(/\.[^.]*$/, '')}.agekey (for PGP: .asc).`,
  });
}
