// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so
import { describe, expect, it } from 'vitest';
import { yamlFormat } from '../../src/formats/yaml/yaml-format.ts';
import { kubeconfigCredentials } from '../../src/manifests/kubeconfig.ts';
import { objectsOf } from '../../src/manifests/kubernetes-object.ts';
import { inlinePatches, isKustomizationName, secretSources } from '../../src/manifests/kustomization.ts';
import { leavesBelow } from '../../src/manifests/leaves-below.ts';
import { isPlaceholder } from '../../src/manifests/placeholder.ts';
import { isPublic } from '../../src/manifests/public-value.ts';
import { isSecretObject, tellingValues } from '../../src/manifests/secret-object.ts';
import type { Mapping } from '../../src/tree/value.ts';

function read(text: string): Mapping {
  const [branch] = yamlFormat.parse(Buffer.from(text)).branches;
  return branch ?? { kind: 'mapping', entries: [] };
}

describe('objectsOf', () => {
  const kinds = (text: string) =>
    objectsOf(read(text)).map(({ kind, path }) => `${kind} ${path.join('.')}`.trim());

  it('finds the document, and the items of Lists', () => {
    expect(kinds('kind: Pod\n')).toEqual(['Pod']);
    expect(kinds('kind: List\nitems:\n- kind: Secret\n- kind: List\n  items: [{kind: Pod}]\n')).toEqual([
      'List',
      'Secret items.0',
      'List items.1',
      'Pod items.1.items.0',
    ]);
    expect(kinds('kind: SecretList\nitems: [{data: {}}, {kind: Pod}, text]\n')).toEqual([
      'SecretList',
      'Secret items.0',
      'Pod items.1',
    ]);
  });

  it('finds nothing in what is no object, and ends', () => {
    expect(kinds('a: b\nitems: [{kind: Secret}]\n')).toEqual([]);
    const deep = `${'{kind: List, items: ['.repeat(40)}{kind: Secret}${']}'.repeat(40)}`;
    expect(kinds(deep).length).toBeLessThan(12);
  });
});

describe('isSecretObject', () => {
  it.each([
    ['v1', true],
    ['', true],
    ['example.org/v1', false],
  ])('takes apiVersion %j for one of Kubernetes: %s', (apiVersion, is) => {
    expect(
      objectsOf(read(`kind: Secret\napiVersion: ${JSON.stringify(apiVersion)}\n`)).map(isSecretObject),
    ).toEqual([is]);
  });
});

describe('tellingValues', () => {
  const values = (text: string) =>
    objectsOf(read(`kind: Secret\napiVersion: v1\n${text}`)).flatMap((object) =>
      tellingValues(object).map(({ path, doubtful }) => `${path.join('.')}${doubtful ? ' (doubtful)' : ''}`),
    );

  it('lists data and stringData, nested ones too', () => {
    expect(
      values('data: {a: aGk=}\nstringData:\n  b: x\n  c: {d: [1, true]}\nmetadata: {name: x}\n'),
    ).toEqual(['data.a', 'stringData.b', 'stringData.c.d.0', 'stringData.c.d.1']);
  });

  it('decodes data before it judges', () => {
    const data = (text: string) => `data:\n  a: ${Buffer.from(text).toString('base64')}\n`;
    expect(values(data('hunter2'))).toEqual(['data.a']);
    expect(values(data('${PASSWORD}'))).toEqual([]);
    expect(values(data('CHANGEME'))).toEqual([]);
    expect(values('data:\n  a: hunter2!\n')).toEqual(['data.a']);
  });

  it('takes no address with a password for a description', () => {
    const text = 'stringData:\n  x: ${X}\n  url: https://u:p@host/\n  host: db\n';
    expect(values(text)).toEqual(['stringData.url', 'stringData.host (doubtful)']);
  });
});

describe('isPlaceholder', () => {
  it.each([
    '',
    ' \n',
    '${A}',
    'x-${A_1}-y',
    '${A:=}',
    '{{ .Values.a }}',
    '<path:a/b#c>',
    '<password>',
    'vault:secret/data/a#b',
    'op://vault/some item/field',
    'ref+vault://a/b',
    'CHANGEME',
    'change-me',
    'REPLACE_ME',
    'your-token-here',
    'xxxxx',
    '****',
    '...',
    'DATA+OMITTED',
    '<% x %>',
  ])('%j is one', (text) => expect(isPlaceholder(text)).toBe(true));
  it.each(['hunter2', '$A', '${', 'a < b > c', 'changemenow1', 'x', 'xx', 'vault', '{ a }', 'todoist-token'])(
    '%j is none',
    (text) => expect(isPlaceholder(text)).toBe(false),
  );
});

describe('isPublic', () => {
  const block = (label: string) => `-----BEGIN ${label}-----\nVEVTVA==\n-----END ${label}-----\n`;

  it.each([
    block('CERTIFICATE'),
    `${block('CERTIFICATE')}${block('CERTIFICATE')}`,
    block('PUBLIC KEY'),
    'ssh-ed25519 AAAAC3Nz me@example.org\n',
    '# hosts\ngithub.com,1.2.3.4 ecdsa-sha2-nistp256 AAAA=\n[host]:22 ssh-rsa AAAA\n',
    'age1qqqqq\n',
  ])('%j is', (text) => expect(isPublic(text)).toBe(true));
  it.each([
    'hunter2',
    `${block('CERTIFICATE')}hunter2`,
    block('PRIVATE KEY'),
    `${block('CERTIFICATE')}${block('PRIVATE KEY')}`,
    'ssh-ed25519',
  ])('%j is not', (text) => expect(isPublic(text)).toBe(false));
});

describe('secretSources', () => {
  it('lists what each generator reads', () => {
    const text = `secretGenerator:\n- name: a\n  literals: [k=v=w]\n  envs: [a.env]\n  env: b.env\n  files: [c.txt, key=d.txt]\n- literals: [x=]\nconfigMapGenerator:\n- files: [e.txt]\n`;
    expect(
      secretSources(read(text)).map((source) =>
        source.kind === 'literal' ? source.value : `${source.kind} ${source.file}`,
      ),
    ).toEqual(['v=w', 'envs a.env', 'envs b.env', 'file c.txt', 'file d.txt', '']);
  });

  it('lists nothing of what is no generator', () => {
    for (const text of [
      'secretGenerator: x\n',
      'secretGenerator: [x]\n',
      'secretGenerator:\n- literals: x\n',
    ])
      expect(secretSources(read(text))).toEqual([]);
  });
});

it('inlinePatches lists patches in the file, and no names of files', () => {
  const text =
    'patches:\n- path: a.yaml\n- patch: |\n    a: b\n    c: d\npatchesStrategicMerge:\n- b.yaml\n- |\n  e: f\n  g: h\n';
  expect(inlinePatches(read(text)).map(({ path }) => path.join('.'))).toEqual([
    'patches.1.patch',
    'patchesStrategicMerge.1',
  ]);
});

it.each([
  ['a/kustomization.yaml', true],
  ['Kustomization', true],
  ['kustomization.yml', true],
  ['my-kustomization.yaml', false],
])('%s is a name of a kustomization: %s', (file, is) => expect(isKustomizationName(file)).toBe(is));

it('kubeconfigCredentials lists what opens a cluster', () => {
  const text =
    'kind: Config\nusers:\n- user: {token: a, client-key-data: b, client-certificate-data: c, password: REDACTED}\n';
  const credentials = (manifest: string) =>
    objectsOf(read(manifest)).flatMap((object) => kubeconfigCredentials(object.manifest, object.path));
  expect(credentials(text).map(({ path }) => path.at(-1))).toEqual(['token', 'client-key-data']);
  expect(credentials(text.replace('Config', 'Pod'))).toEqual([]);
});

it('leavesBelow takes what sops would refuse', () => {
  const text = '1: {a: b}\nc: [d, ~, {e: 99999999999999999999}]\n';
  expect(leavesBelow(read(text)).map(({ path }) => path.join('.'))).toEqual(['1.a', 'c.0', 'c.2.e']);
});
