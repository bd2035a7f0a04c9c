import type { Cluster, ObjectRef } from '../../cluster/cluster.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { printId } from '../../flux/object-id.ts';

/** Reads `KIND/NAME` as kubectl takes kinds. Throws `usage.invalid`, `cluster.*`. */
export async function readObjectName(
  cluster: Cluster,
  typed: string,
  namespace: string | null,
): Promise<ObjectRef> {
  const [kindName = '', ...rest] = typed.split('/');
  const name = rest.at(-1) ?? '';
  const ownNamespace = rest.length === 2 ? (rest[0] ?? null) : namespace;
  if (kindName === '' || name === '' || rest.length > 2)
    throw new SopskitError('usage.invalid', `${JSON.stringify(typed)} is no object`, {
      hint: 'Name it as KIND/NAME or KIND/NAMESPACE/NAME: deployment/web -n apps.',
    });
  const [kind, second] = await cluster.resolve(kindName);
  if (kind === undefined)
    throw new SopskitError('usage.invalid', `the cluster knows no kind ${JSON.stringify(kindName)}`, {
      hint: 'kubectl api-resources lists them.',
    });
  if (
    second !== undefined &&
    groupOf(second.apiVersion) !== groupOf(kind.apiVersion) &&
    isAmbiguous(kindName)
  )
    throw new SopskitError('usage.invalid', `several APIs have a kind ${kindName}`, {
      hint: `Name its group: ${kindName}.${groupOf(kind.apiVersion)}/${name} or ${kindName}.${groupOf(second.apiVersion)}/${name}.`,
    });
  const isNamespaced = (await cluster.isNamespaced(kind)) !== false;
  return { ...kind, namespace: isNamespaced ? (ownNamespace ?? cluster.namespace) : '', name };
}

/** The core API comes first, and is meant where no group is named. */
function isAmbiguous(kindName: string): boolean {
  return !kindName.includes('.');
}

/** The inventory id of an object. */
export function idOfRef({ apiVersion, kind, namespace, name }: ObjectRef): string {
  return printId({ namespace, name, group: groupOf(apiVersion), kind });
}

export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}
