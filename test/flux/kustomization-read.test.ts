import { describe, expect, it } from 'vitest';
import { readKustomization } from '../../src/flux/kustomization-read.ts';
import { yamlFormat } from '../../src/formats/yaml/yaml-format.ts';
import type { Mapping } from '../../src/tree/value.ts';

function manifest(text: string): Mapping {
  const [branch] = yamlFormat.parse(Buffer.from(text)).branches;
  if (branch === undefined) throw new Error('an empty manifest');
  return branch;
}

function kustomization(spec: string, version = 'v1'): Mapping {
  return manifest(`apiVersion: kustomize.toolkit.fluxcd.io/${version}
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
  labels: {team: a}
spec:
${spec}`);
}

const least = `  interval: 1h
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
`;

describe('readKustomization', () => {
  it('fills in what the API server fills in', () => {
    const read = readKustomization(kustomization(least));
    expect(read).toMatchObject({ namespace: 'flux-system', name: 'apps' });
    expect(read?.labels).toEqual(new Map([['team', 'a']]));
    expect(read?.spec).toEqual({
      path: '',
      prune: true,
      deletionPolicy: 'MirrorPrune',
      suspend: false,
      wait: false,
      force: false,
      sourceRef: { kind: 'GitRepository', namespace: 'flux-system', name: 'flux-system' },
      dependsOn: [],
      decryption: null,
      targetNamespace: null,
      namePrefix: null,
      nameSuffix: null,
      commonLabels: new Map(),
      commonAnnotations: new Map(),
      components: [],
      ignoreMissingComponents: false,
      patches: [],
      images: [],
      buildMetadata: [],
      postBuild: null,
      healthChecks: [],
      healthCheckExprs: [],
      remoteCluster: false,
      serviceAccountName: null,
      interval: '1h',
      retryInterval: null,
      timeout: null,
    });
  });

  it('reads every field', () => {
    const read = readKustomization(
      kustomization(`${least}  path: ./apps/base/
  deletionPolicy: Orphan
  suspend: true
  wait: true
  force: true
  targetNamespace: apps
  namePrefix: a-
  nameSuffix: -z
  commonMetadata: {labels: {a: b}, annotations: {c: d}}
  components: [../c]
  ignoreMissingComponents: true
  patches: [{patch: "x"}]
  images: [{name: nginx}]
  buildMetadata: [originAnnotations]
  decryption: {provider: sops, secretRef: {name: sops-age}, serviceAccountName: kms}
  dependsOn: [{name: infra}, {name: db, namespace: data, readyExpr: "true"}]
  postBuild:
    substituteStrategy: Always
    substitute: {a: "1"}
    substituteFrom: [{kind: Secret, name: vars, optional: true}]
  healthChecks: [{apiVersion: apps/v1, kind: Deployment, name: web}]
  healthCheckExprs: [{apiVersion: a/v1, kind: B, current: "true"}]
  kubeConfig: {secretRef: {name: other}}
  serviceAccountName: deployer
  retryInterval: 1m
  timeout: 5m
`),
    );
    expect(read?.spec).toMatchObject({
      path: 'apps/base',
      deletionPolicy: 'Orphan',
      suspend: true,
      wait: true,
      force: true,
      targetNamespace: 'apps',
      namePrefix: 'a-',
      nameSuffix: '-z',
      commonLabels: new Map([['a', 'b']]),
      commonAnnotations: new Map([['c', 'd']]),
      components: ['../c'],
      ignoreMissingComponents: true,
      buildMetadata: ['originAnnotations'],
      decryption: { provider: 'sops', secretName: 'sops-age', serviceAccountName: 'kms' },
      dependsOn: [
        { namespace: 'flux-system', name: 'infra', readyExpr: null },
        { namespace: 'data', name: 'db', readyExpr: 'true' },
      ],
      postBuild: {
        strategy: 'Always',
        substitute: new Map([['a', '1']]),
        substituteFrom: [{ kind: 'Secret', name: 'vars', optional: true }],
      },
      healthChecks: [{ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'flux-system', name: 'web' }],
      remoteCluster: true,
      serviceAccountName: 'deployer',
      retryInterval: '1m',
      timeout: '5m',
    });
    expect(read?.spec.patches).toHaveLength(1);
    expect(read?.spec.healthCheckExprs).toHaveLength(1);
  });

  it('reads older versions, and nothing of another kind', () => {
    expect(readKustomization(kustomization(least, 'v1beta2'))?.name).toBe('apps');
    expect(readKustomization(kustomization(`${least}  validation: client\n`, 'v1beta1'))?.name).toBe('apps');
    expect(
      readKustomization(manifest('apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization')),
    ).toBeNull();
    expect(readKustomization(manifest('kind: 3\napiVersion: [x]'))).toBeNull();
  });

  it.each([
    ['./apps', 'apps'],
    ['apps//x/', 'apps/x'],
    ['/apps/./x', 'apps/x'],
    ['./', ''],
    ['../../apps/../y', 'y'],
  ])('takes the path %s for %s', (path, expected) => {
    expect(readKustomization(kustomization(`${least}  path: ${path}\n`))?.spec.path).toBe(expected);
  });

  it.each([
    ['  interval: 1h\n  sourceRef: {kind: GitRepository, name: a}\n', '["spec"]["prune"] is required'],
    [`${least}  path: 3\n`, '["spec"]["path"] has to be a text, and is a number'],
    [`${least}  wait: "yes"\n`, '["spec"]["wait"] has to be true or false, and is another text'],
    [`${least}  dependsOn: {name: a}\n`, '["spec"]["dependsOn"] has to be a list, and is a mapping'],
    [`${least}  dependsOn: [a]\n`, '["spec"]["dependsOn"][0] has to be a mapping'],
    [`${least}  dependsOn: [{namespace: a}]\n`, '["spec"]["dependsOn"][0]["name"] is required'],
    [`${least}  deletionPolicy: Keep\n`, 'one of MirrorPrune, Delete, WaitForTermination, Orphan'],
    [
      `${least}  postBuild: {substitute: {a: 1}}\n`,
      '["substitute"]["a"] has to be a text (in quotes), and is a number',
    ],
    [`${least}  decryption: {secretRef: {name: a}}\n`, '["decryption"]["provider"] is required'],
    [
      least.replace('GitRepository', 'HelmRepository'),
      'one of OCIRepository, GitRepository, Bucket, ExternalArtifact',
    ],
  ])('refuses what the API server refuses: %#', (spec, message) => {
    const read = () => readKustomization(kustomization(spec));
    expect(read).toThrow(message);
    expect(read).toThrow(
      expect.objectContaining({
        code: 'flux.manifest',
        place: expect.objectContaining({ path: expect.anything() }),
      }),
    );
  });

  it('says at which line it is', () => {
    const read = () => readKustomization(kustomization(`${least}  wait: maybe\n`));
    expect(read).toThrow(expect.objectContaining({ place: { path: ['spec', 'wait'], line: 11 } }));
  });

  it('never fails otherwise, whatever is in it', () => {
    for (const text of [
      'metadata: 3',
      'metadata: {name: [a]}',
      'metadata: {name: a}',
      'metadata: {name: a}\nspec: []',
    ])
      expect(() =>
        readKustomization(
          manifest(`apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n${text}`),
        ),
      ).toThrow(expect.objectContaining({ code: 'flux.manifest' }));
  });
});
