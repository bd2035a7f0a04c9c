import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Artifact } from '../../src/flux/build/artifact.ts';
import type { Build, Builder } from '../../src/flux/build/build.ts';
import { openBuilder } from '../../src/flux/build/builder.ts';
import { generate } from '../../src/flux/build/generate.ts';
import { jsonText } from '../../src/flux/build/json-text.ts';
import { readKubernetesObject } from '../../src/flux/build/kubernetes-yaml.ts';
import { askFlux, Dice } from '../flux/build/oracle.ts';
import { realSystem } from '../flux/build/real-system.ts';
import { kustomizationOf, noObjects, treeOf } from '../flux/build/scene.ts';
import { describePeers } from './peers.ts';

type Files = Record<string, string>;
interface Case {
  readonly files: Files;
  readonly path: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

const folders = ['apps', 'apps/a', 'apps/a/b', 'apps/c', 'base', 'base/x', 'more'];

/** A random tree: manifests, kustomizations, and what is neither. */
function randomCase(dice: Dice): Case {
  const files: Files = { 'README.md': '# A repository\n' };
  let count = 0;
  const object = (): string => {
    count += 1;
    const kind = dice.one(['ConfigMap', 'Secret', 'Service', 'Namespace', 'Thing']);
    const namespace = kind === 'Namespace' ? '' : `, namespace: ${dice.one(['one', 'two'])}`;
    const version = kind === 'Thing' ? 'example.com/v1' : 'v1';
    return `apiVersion: ${version}\nkind: ${kind}\nmetadata: {name: n${dice.roll(8) === 0 ? 1 : count}${namespace}}\n`;
  };
  const manifest = (): string =>
    dice.one<() => string>([
      object,
      object,
      object,
      () => `${object()}---\n${object()}`,
      () => `---\n# a comment\n${object()}---\n`,
      () =>
        `apiVersion: v1\nkind: List\nitems:\n${object().replace(/^/gm, '    ').replace(/^ {4}/, '  - ').trimEnd()}\n`,
      () => '',
      () => '# nothing\n',
    ])();
  const wrong = (): string =>
    dice.one([
      'replicas: 2\n',
      'a: [\n',
      '- list\n',
      'just text\n',
      'kind: ConfigMap\n',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {labels: {a: b}}\n',
      'a: b\n---\nc: d\n',
      '\t\n',
      'null\n',
      '{}\n',
      '[]\n',
      'metadata: {}\n',
    ]);
  for (const folder of folders) {
    if (dice.roll(4) === 0) continue;
    for (let index = dice.roll(3); index > 0; index--) {
      const name = dice.one(['m.yaml', 'n.yml', 'z.yaml', 'B.yaml', 'text.txt', 'values.yaml']);
      files[`${folder}/${name}`] = dice.roll(40) === 0 ? wrong() : manifest();
    }
  }
  for (const folder of folders) {
    const own = Object.keys(files).filter(
      (file) => path.posix.dirname(file) === folder && /\.ya?ml$/.test(file),
    );
    if (dice.roll(3) > 0 && folder !== 'base') continue;
    const entries = [
      ...own.filter(() => dice.roll(5) > 0).map((file) => path.posix.basename(file)),
      ...(folder.startsWith('apps') && dice.roll(2) === 0 ? [path.posix.relative(folder, 'base')] : []),
      ...(dice.roll(12) === 0 ? ['gone.yaml'] : []),
      ...(dice.roll(30) === 0 ? [path.posix.relative(folder, 'apps')] : []),
    ];
    const extra = dice.one([
      '',
      '',
      '',
      'namePrefix: p-\n',
      'namespace: three\n',
      'configMapGenerator: [{name: g, namespace: one, literals: [a=b]}]\n',
      'labels: [{pairs: {l: "1"}}]\n',
      'images: [{name: i, newTag: "2", digest: ""}]\n',
      'unknownField: {a: 1}\n',
      'buildMetadata: [managedByLabel]\n',
      'nameprefix: q-\nNAMESPACE: four\n',
      'generatorOptions: {labels: {x: y, n2: 1}}\nimages: [{name: i, newTag: 1.10}]\n',
    ]);
    const list =
      entries.length === 0
        ? 'resources: []\n'
        : `resources:\n${entries.map((entry) => `- ${entry}\n`).join('')}`;
    files[
      `${folder}/${dice.one(['kustomization.yaml', 'kustomization.yaml', 'kustomization.yml', 'Kustomization'])}`
    ] = list + extra;
  }
  const spec = dice.one([
    {},
    {},
    { targetNamespace: 'target' },
    { namePrefix: 'a-', nameSuffix: '-z' },
    { components: ['../more'], ignoreMissingComponents: true },
    { images: [{ name: 'i', newName: 'j', newTag: '3' }] },
    { buildMetadata: ['originAnnotations'] },
    {
      patches: [
        {
          patch: '[{"op": "add", "path": "/metadata/labels", "value": {"p": "q"}}]',
          target: { kind: 'ConfigMap' },
        },
      ],
    },
  ]);
  return { files, path: dice.one(['apps', 'apps/a', 'base', '.', 'nowhere']), spec };
}

describePeers('builds as the real packages of Flux make them', ['flux-oracle', 'kustomize'], (peers) => {
  let home: string;
  let builder: Builder;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'sopskit-build-'));
    builder = openBuilder(realSystem({ XDG_CACHE_HOME: home }, [peers.kustomize]), { remoteBases: false });
  });
  afterEach(async () => {
    await builder.close();
    rmSync(home, { recursive: true });
  });

  it('generates the same kustomization for 500 random trees', async () => {
    const dice = new Dice(3);
    const cases = Array.from({ length: 500 }, () => randomCase(dice)).filter((one) => one.path !== 'nowhere');
    const answers = askFlux(
      peers['flux-oracle'],
      cases.map((one) => ({ do: 'generate', ...one })),
    );
    const differences: unknown[] = [];
    for (const [index, one] of cases.entries()) {
      const folder = one.path === '.' ? '' : one.path;
      const artifact = new Artifact(treeOf(one.files));
      if (!artifact.isFolder(folder)) continue;
      const ours = await generate(artifact, folder, kustomizationFor(one).spec);
      const { object, error } = answers[index] ?? {};
      const shown =
        ours.kind === 'failed'
          ? `failed: ${wordsOf(ours.message)}`
          : jsonText(withoutEmpty(jsonText(ours.kustomization)), { sorted: true });
      const wanted =
        error === undefined
          ? jsonText(withoutEmpty(JSON.stringify(object)), { sorted: true })
          : `failed: ${wordsOf(error)}`;
      if (shown !== wanted) differences.push({ ...one, shown, wanted, error });
    }
    expect(differences.slice(0, 3)).toEqual([]);
  });

  it('builds the same objects, or fails, for 120 random trees', async () => {
    const dice = new Dice(4);
    const cases = Array.from({ length: 120 }, () => randomCase(dice));
    const answers = askFlux(
      peers['flux-oracle'],
      cases.map((one) => ({ do: 'build', ...one })),
    );
    const builds = await Promise.all(
      cases.map((one) => builder.build(kustomizationFor(one), treeOf(one.files), noObjects)),
    );
    const differences = cases.flatMap((one, index) => {
      const { objects, error } = answers[index] ?? {};
      const ours = idsOf(builds[index]);
      const wanted = error === undefined ? (objects ?? []).map(idOf).sort().join(' ') : 'failed';
      return (ours.startsWith('failed') ? 'failed' : ours) === wanted
        ? []
        : [{ ...one, ours, wanted, error }];
    });
    expect(differences.slice(0, 3)).toEqual([]);
    expect(answers.filter(({ objects }) => (objects?.length ?? 0) > 1).length).toBeGreaterThan(10);
    expect(answers.filter(({ error }) => error !== undefined).length).toBeGreaterThan(10);
  });
});

function kustomizationFor({ path: folder, spec }: Case) {
  return kustomizationOf(
    Object.entries({ path: folder, ...spec })
      .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
      .join(''),
  );
}

/** What differs between two tellers of the same failure: the place of the folder, and YAML errors in other words. */
function wordsOf(message: string): string {
  return message
    .replaceAll(/\/[^ ]*flux-oracle-[0-9]+\//g, '')
    .replace(/(MalformedYAMLError|converting YAML to JSON).*/s, '$1')
    .replace(/ in object .*/s, ' in object');
}

function withoutEmpty(json: string) {
  const clean = JSON.stringify(JSON.parse(json), (_key, value: unknown) =>
    value === null || value === '' || (Array.isArray(value) && value.length === 0) ? undefined : value,
  );
  const read = readKubernetesObject(clean);
  if (read === null) throw new TypeError('no object');
  return read;
}

function idsOf(build: Build | undefined): string {
  if (build?.kind === 'failed') return `failed: ${build.message}`;
  if (build?.kind !== 'built') return JSON.stringify(build);
  return build.objects
    .map(({ id, labels }) => `${id}${labels.get('l') ?? ''}${labels.get('p') ?? ''}`)
    .sort()
    .join(' ');
}

function idOf(object: unknown): string {
  const { apiVersion, kind, metadata } = object as {
    apiVersion: string;
    kind: string;
    metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  };
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  const namespace = kind === 'Namespace' ? '' : (metadata.namespace ?? '');
  return `${namespace}_${metadata.name}_${group}_${kind}${metadata.labels?.['l'] ?? ''}${metadata.labels?.['p'] ?? ''}`;
}
