import type { Place } from '../../../errors/sopskit-error.ts';
import type { RuleInfo } from '../../../findings/finding.ts';
import { textAt } from '../../../manifests/kubernetes-object.ts';
import { leavesBelow } from '../../../manifests/leaves-below.ts';
import { Subject } from '../../../repository/check/subject.ts';
import { entriesOf } from '../../../tree/mapping.ts';
import type { Mapping } from '../../../tree/value.ts';
import { mappingAt, textsAt } from '../lint-object.ts';
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
    const wanted = wantedKeys(scene);
    if (wanted.size === 0) return;
    for (const { path, kind } of await scene.snapshot.list()) {
      if (kind !== 'file' || !/\.ya?ml$|\/Kustomization$/.test(path)) continue;
      const bytes = await scene.snapshot.read(path);
      if (bytes === null || ![...wanted.keys()].some((name) => Buffer.from(bytes).includes(name))) continue;
      await lintFile(scene, new Subject(path, bytes), wanted);
    }
  },
};

/** The namespaces of the Kustomizations that decrypt with a Secret, by its name. */
type WantedKeys = ReadonlyMap<string, ReadonlySet<string>>;

function wantedKeys({ clusters }: LintScene): WantedKeys {
  const wanted = new Map<string, Set<string>>();
  for (const { kustomization } of clusters.flatMap(({ nodes }) => nodes)) {
    const name = kustomization.spec.decryption?.secretName ?? null;
    if (name === null) continue;
    const namespaces = wanted.get(name) ?? new Set();
    wanted.set(name, namespaces.add(kustomization.namespace));
  }
  return wanted;
}

/** Whether a Secret may be one that is wanted; without a namespace of its own it is where a build puts it. */
async function mayBeWanted(
  scene: LintScene,
  file: string,
  [name, own]: readonly [name: string, own: string],
  wanted: WantedKeys,
): Promise<boolean> {
  const namespaces = wanted.get(name);
  if (namespaces === undefined) return false;
  if (own !== '') return namespaces.has(own);
  const uses = (await scene.usedFiles()).find(({ path }) => path === file)?.uses ?? [];
  const nodes = uses.map(({ node }) => node);
  if (nodes.length === 0 || nodes.some(({ node }) => node.build.kind !== 'built')) return true;
  for (const node of nodes) {
    for (const { identity } of await node.objects())
      if (identity.kind === 'Secret' && identity.name === name && namespaces.has(identity.namespace))
        return true;
  }
  return false;
}

async function lintFile(scene: LintScene, subject: Subject, wanted: WantedKeys): Promise<void> {
  for (const { kind, name, manifest, path, part } of await subject.objects()) {
    const own = textsAt(manifest, 'metadata').get('namespace') ?? '';
    if (kind !== 'Secret' || !(await mayBeWanted(scene, subject.path, [name, own], wanted))) continue;
    const keys = ['data', 'stringData'].flatMap((field) => {
      const values = mappingAt(manifest, field);
      return values === null
        ? []
        : entriesOf(values).map(({ key, value }) => ({ field, key: String(key), line: value.line }));
    });
    const [first] = keys;
    if (first === undefined || keys.some(({ key }) => known.test(key))) continue;
    const place = {
      file: subject.path,
      ...(first.line === undefined ? {} : { line: first.line + part.lineOffset }),
      path: [...path, first.field, first.key],
    };
    const named = { name, keys: keys.map(({ key }) => key) };
    // sops seals each value for its key: one that is renamed in the file cannot be opened any more
    const how =
      part.metadata === null ? '' : `, in an editor that seals it anew: sopskit edit ${subject.path}`;
    tell(scene, place, named, `Rename ${first.key} to ${taken(first.key)}${how}`);
  }
  for (const { data } of await subject.parts()) {
    for (const { value, path } of itemsAt(data, ['secretGenerator'])) {
      if (value.kind !== 'mapping') continue;
      const own = textAt(value, 'namespace') || textAt(data, 'namespace');
      const name = textAt(value, 'name');
      if (wanted.get(name)?.has(own === '' ? anyOf(wanted, name) : own) !== true) continue;
      const keys = generatedKeys(value);
      if (keys.length === 0 || keys.some((key) => known.test(key))) continue;
      const place = { file: subject.path, ...(value.line === undefined ? {} : { line: value.line }), path };
      const [first = ''] = keys;
      tell(scene, place, { name, keys }, `Name it there: ${taken(first)}=${first}`);
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

/** A generator without a namespace is taken for one that is wanted. */
function anyOf(wanted: WantedKeys, name: string): string {
  return [...(wanted.get(name) ?? [])][0] ?? '';
}

/** A name that Flux takes, as near as can be. */
function taken(key: string): string {
  return `${key.replace(/\.[^.]*$/, '')}.agekey`;
}

function tell(
  scene: LintScene,
  place: Place,
  { name, keys }: { readonly name: string; readonly keys: readonly string[] },
  how: string,
): void {
  scene.tell(keySuffixInfo, {
    place,
    message: `no key of Secret ${name}, which Kustomizations decrypt with, is one that Flux takes: ${keys.join(', ')}`,
    fix: `${how} (for PGP: .asc).`,
  });
}
