/** An entry of `patches:` that adds a field to an object, on one line, as kustomize reads it. `value`: JSON text. */
export function additionPatch(kind: string, name: string, path: string, value: string): string {
  // kustomize reads a patch in brackets as JSON: YAML's unquoted words fail there
  const patch = `[{"op": "add", "path": ${JSON.stringify(path)}, "value": ${value}}]`;
  return `- {target: {kind: ${kind}, name: ${name}}, patch: '${patch.replaceAll("'", "''")}'}`;
}

/** What decryption is set to where the repository does not say how its key is called: JSON text. */
export const usualDecryption: string = '{"provider": "sops", "secretRef": {"name": "sops-age"}}';
