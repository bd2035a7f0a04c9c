import type { Path } from '../tree/path.ts';
import type { Mapping, Node } from '../tree/value.ts';
import { fieldsAt, type KubernetesObject, objectsOf, textAt } from './kubernetes-object.ts';
import { isSecretObject, secretFields } from './secret-object.ts';

/**
 * Lists the Secrets of a document: objects of its own, items of Lists, and those that stand as YAML within another object,
 * which makes them (the values of a HelmRelease, a template, a policy that generates). Within another object only what has
 * its `apiVersion` and values is one: others (a policy's match, a patch's target) merely name the kind.
 */
export function secretsIn(document: Mapping): readonly KubernetesObject[] {
  const objects = objectsOf(document);
  const found = objects.filter(isSecretObject);
  const known = new Set(objects.map(({ manifest }) => manifest));
  collect(document, [], known, found);
  return found;
}

function collect(node: Node, path: Path, known: ReadonlySet<Mapping>, found: KubernetesObject[]): void {
  if (node.kind === 'sequence') {
    node.items.forEach((item, index) => {
      collect(item, [...path, index], known, found);
    });
  }
  if (node.kind !== 'mapping') return;
  const within = known.has(node) ? null : withinAnother(node, path);
  if (within !== null) found.push(within);
  if (found.some(({ manifest }) => manifest === node)) return;
  for (const member of node.entries) {
    if (member.kind !== 'entry') continue;
    const key = typeof member.key === 'string' ? member.key : member.key.text;
    collect(member.value, [...path, key], known, found);
  }
}

function withinAnother(manifest: Mapping, path: Path): KubernetesObject | null {
  const [apiVersion, kind] = [textAt(manifest, 'apiVersion'), textAt(manifest, 'kind')];
  if (kind !== 'Secret' || apiVersion !== 'v1') return null;
  const metadata = fieldsAt(manifest, 'metadata')[0]?.value;
  const name = textAt(metadata?.kind === 'mapping' ? metadata : manifest, 'name');
  const object = { kind, apiVersion, name };
  const values = secretFields.flatMap((field) => fieldsAt(manifest, field));
  for (const { value, path: below } of values) {
    // Kyverno names the object to make, and has what is in it under `data`
    if (value.kind === 'mapping' && secretFields.some((field) => isMapping(value, field)))
      return { ...object, manifest: value, path: [...path, ...below] };
  }
  return values.some(({ value }) => value.kind === 'mapping') ? { ...object, manifest, path } : null;
}

function isMapping(manifest: Mapping, field: string): boolean {
  return fieldsAt(manifest, field).some(({ value }) => value.kind === 'mapping');
}
