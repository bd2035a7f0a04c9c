/** Files that say what is secret, and are readable by their purpose: configuration, and what kustomize reads. */
const names = new Set([
  '.sops.yaml',
  '.sopskit.yaml',
  'kustomization.yaml',
  'kustomization.yml',
  'Kustomization',
]);

/** Whether no creation rule is meant for a file, be its path_regex as wide as it may. */
export function isOwnFile(path: string): boolean {
  return names.has(path.slice(path.lastIndexOf('/') + 1));
}
