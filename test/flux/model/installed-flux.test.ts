import { describe, expect, it } from 'vitest';
import type { BuiltObject } from '../../../src/flux/build/build.ts';
import { finish } from '../../../src/flux/build/finish.ts';
import { Opener } from '../../../src/flux/build/opened.ts';
import { isLenient } from '../../../src/flux/model/installed-flux.ts';
import { realSystem } from '../build/real-system.ts';
import { kustomizationOf, noObjects } from '../build/scene.ts';

async function objectsOf(...manifests: readonly string[]): Promise<readonly BuiltObject[]> {
  const opener = new Opener(realSystem({ HOME: '/nonexistent' }));
  const kustomization = kustomizationOf('path: .');
  const scene = { kustomization, cluster: noObjects, opener, opened: [], unknowns: [] };
  const build = await finish(manifests.join('---\n'), scene);
  return build.kind === 'built' ? build.objects : [];
}

const controller = (image: string, release: string, args: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: kustomize-controller, namespace: flux-system, labels: {app.kubernetes.io/version: ${release}}}\nspec: {template: {spec: {containers: [{image: "${image}", args: [${args}]}]}}}\n`;
const instance = (spec: string) =>
  `apiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\nmetadata: {name: flux, namespace: flux-system}\nspec: ${spec}\n`;
const manifests = (tag: string) =>
  `apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: m, namespace: flux-system}\nspec: {url: "oci://ghcr.io/fluxcd/flux-manifests", ref: {tag: "${tag}"}}\n`;
const patching =
  'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: flux, namespace: flux-system}\nspec: {patches: [{patch: "value: --feature-gates=StrictPostBuildSubstitutions=false"}]}\n';
const off = '--feature-gates=Other=true,StrictPostBuildSubstitutions=false';

describe('whether the Flux that is installed takes undefined variables for empty', () => {
  it.each([
    ['the release of today', [controller('ghcr.io/fluxcd/kustomize-controller:v1.9.6', 'v2.9.0', '')], false],
    ['one before 2.9', [controller('ghcr.io/fluxcd/kustomize-controller:v1.8.1', 'v2.8.0', '')], true],
    ['one that its label names', [controller('example.com/own@sha256:00', 'v2.7.5', '')], true],
    ['the gate off', [controller('ghcr.io/fluxcd/kustomize-controller:v1.9.6', 'v2.9.0', off)], true],
    [
      'the gate on, before 2.9',
      [controller('x', 'v2.8.0', '--feature-gates=StrictPostBuildSubstitutions=true')],
      false,
    ],
    ['a FluxInstance', [instance('{distribution: {version: "2.8.x"}}')], true],
    ['a FluxInstance of any 2', [instance('{distribution: {version: "2.x"}}')], null],
    ['a FluxInstance with the gate off', [instance(`{kustomize: {patches: [{patch: "${off}"}]}}`)], true],
    ['flux-manifests', [manifests('v2.6.4')], true],
    ['flux-manifests, patched', [manifests('v2.9.1'), patching], true],
    ['nothing', ['apiVersion: v1\nkind: Namespace\nmetadata: {name: flux-system}\n'], null],
  ])('%s', async (_title, texts, wanted) => {
    expect(isLenient(await objectsOf(...texts))).toBe(wanted);
  });
});
