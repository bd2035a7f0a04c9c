import { SopskitError } from '../errors/sopskit-error.ts';
import { type Path, printPath } from './path.ts';
import type { Mapping, Node } from './value.ts';

/**
 * Returns the node at a path as sops' `--extract` finds it (sops.go, Truncate); indexes count comments.
 * Throws `document.path-not-found`, saying which step does not exist.
 */
export function extractNode(branch: Mapping | undefined, path: Path): Node {
  let node: Node | undefined = branch;
  path.forEach((step, depth) => {
    const parent: Node | undefined = node;
    node = parent === undefined ? undefined : stepInto(parent, step);
    if (node === undefined) throw notFound(path.slice(0, depth), step, parent);
  });
  if (node === undefined) throw new SopskitError('document.empty', 'the file has no document');
  return node;
}

function stepInto(node: Node, step: string | number): Node | undefined {
  if (typeof step === 'number') return node.kind === 'sequence' && step >= 0 ? node.items[step] : undefined;
  if (node.kind !== 'mapping') return undefined;
  for (const member of node.entries) if (member.kind === 'entry' && member.key === step) return member.value;
  return undefined;
}

function notFound(parentPath: Path, step: string | number, parent: Node | undefined): SopskitError {
  const at = parentPath.length === 0 ? 'the top of the document' : printPath(parentPath);
  const place = { path: [...parentPath, step] };
  if (typeof step === 'number') {
    if (parent?.kind !== 'sequence')
      return new SopskitError('document.path-not-found', `${at} is not a list, so it has no item ${step}`, {
        place,
      });
    return new SopskitError(
      'document.path-not-found',
      `the list at ${at} has ${parent.items.length} items; there is no item ${step}`,
      { place },
    );
  }
  if (parent?.kind !== 'mapping')
    return new SopskitError(
      'document.path-not-found',
      `${at} is not a map, so it has no key ${JSON.stringify(step)}`,
      { place },
    );
  const keys = parent.entries.flatMap((member) =>
    member.kind === 'entry' && typeof member.key === 'string' ? [member.key] : [],
  );
  const known =
    keys.length === 0
      ? 'it is empty'
      : `it has ${keys.slice(0, 12).join(', ')}${keys.length > 12 ? ', …' : ''}`;
  return new SopskitError('document.path-not-found', `there is no key ${JSON.stringify(step)} at ${at}`, {
    place,
    hint: `Check the path: ${known}.`,
  });
}
