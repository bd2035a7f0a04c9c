import { describe, expect, it } from 'vitest';
import { formatNamed } from '../../src/formats/registry.ts';
import { brokenBySops } from '../../src/manifests/flux-objects.ts';

async function verdict(file: string, text: string): Promise<string | null> {
  return brokenBySops(file, (await formatNamed('yaml')).parse(Buffer.from(text)).branches);
}

describe('brokenBySops', () => {
  it.each([
    ['a/kustomization.yaml', 'resources: []\n'],
    ['kustomization.yml', 'resources: []\n'],
    ['a/Kustomization', 'resources: []\n'],
    ['a.yaml', 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n'],
    ['a.yaml', 'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n'],
    ['a.yaml', 'apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n'],
    ['a.yaml', 'apiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\n'],
    ['a.yaml', 'kind: ConfigMap\n---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n'],
    [
      'a.yaml',
      'kind: List\napiVersion: v1\nitems: [{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease}]\n',
    ],
  ])('refuses %s: %j', async (file, text) => {
    expect(await verdict(file, text)).toMatch(/sops block/);
  });

  it.each([
    ['a.yaml', 'apiVersion: v1\nkind: Secret\n'],
    ['my-kustomization.yaml', 'apiVersion: v1\nkind: Secret\n'],
    ['a.yaml', 'apiVersion: toolkit.example.com/v1\nkind: Kustomization\n'],
    ['a.yaml', 'apiVersion: eviltoolkit.fluxcd.io/v1\nkind: Kustomization\n'],
    ['a.yaml', 'just: values\n'],
  ])('lets pass %s: %j', async (file, text) => {
    expect(await verdict(file, text)).toBeNull();
  });
});
