import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ControlPlane } from './control-plane.ts';
import { conditionOf, type FluxScene } from './flux-scene.ts';

/** A second cluster that follows a scene's repository, at a path of its own. */
export interface SecondCluster {
  readonly controlPlane: ControlPlane;
  readonly namespace: string;
  readonly path: string;
}

/** The GitRepository and the root Kustomization of the second cluster, as YAML. */
export function syncOf({ namespace, path: folder }: SecondCluster, { url }: FluxScene): string {
  return `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: { name: flux-system, namespace: ${namespace} }
spec:
  interval: 10m
  ref: { branch: main }
  url: ${url}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: flux-system, namespace: ${namespace} }
spec:
  interval: 10m
  path: ./${folder}
  prune: true
  sourceRef: { kind: GitRepository, name: flux-system }
`;
}

/** Writes a kubeconfig whose contexts, by name, are the administrators of control planes; the first is the current one. */
export function kubeconfigOf(scene: FluxScene, contexts: Readonly<Record<string, ControlPlane>>): string {
  const names = Object.keys(contexts);
  const each = (line: (name: string, controlPlane: ControlPlane) => string): string =>
    names.map((name) => line(name, contexts[name] as ControlPlane)).join('\n');
  const text = `apiVersion: v1
kind: Config
current-context: ${names[0]}
clusters:
${each((name, { server, address }) => `- { name: ${name}, cluster: { server: '${server}', certificate-authority-data: ${readFileSync(address.ca).toString('base64')} } }`)}
users:
${each((name, { token }) => `- { name: ${name}, user: { token: '${token}' } }`)}
contexts:
${each((name) => `- { name: ${name}, context: { cluster: ${name}, user: ${name} } }`)}
`;
  const file = path.join(scene.env['HOME'] ?? '', 'kubeconfig');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

/** Waits until a Kustomization of a cluster is Ready at a commit. */
export async function readyAt(
  controlPlane: ControlPlane,
  namespace: string,
  name: string,
  commit: string,
): Promise<void> {
  await controlPlane.waitFor(`${name} at ${commit}`, async () => {
    const live = await controlPlane.get('kustomizations', namespace, name);
    const applied = live?.status?.lastAppliedRevision?.endsWith(commit) === true;
    return applied && conditionOf(live, 'Ready')?.status === 'True';
  });
}
