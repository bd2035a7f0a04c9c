import { SopskitError } from '../../errors/sopskit-error.ts';
import { textAt } from '../../manifests/kubernetes-object.ts';
import { mappingOf, stringOf } from '../../tree/mapping.ts';
import { nodeAt } from '../../tree/node-at.ts';
import type { BuiltObject } from '../build/build.ts';
import type { KustomizationNode } from '../model/model.ts';
import { showObject } from '../object-id.ts';
import type { Draft } from './draft.ts';
import { type Ground, isEntry, requireFromHere } from './ground.ts';
import { objectNamed } from './items.ts';
import { putAt } from './kustomization-text.ts';
import { editLocated, locateKustomization } from './located.ts';

/** An object that has to be ready, and the Kustomization that applies it. */
export interface Prerequisite {
  readonly object: BuiltObject;
  readonly node: KustomizationNode;
}

/** Finds who applies what the new Kustomization comes after. Throws `flux.not-found`, `restructure.refused`. */
export function readPrerequisites(ground: Ground, typed: readonly string[]): readonly Prerequisite[] {
  return typed.map((one) => {
    const found = [...ground.cluster.kustomizations.values()].flatMap((node) => {
      const object = node.build.kind === 'built' ? objectNamed(node.build.objects, one) : null;
      return object === null ? [] : [{ object, node }];
    });
    const [only, second] = found;
    if (only === undefined)
      throw new SopskitError('flux.not-found', `no Kustomization applies ${one}`, {
        hint: 'Write it as HelmRelease/NAMESPACE/NAME. A Kustomization to wait for is named with --depends-on.',
      });
    if (second !== undefined)
      throw new SopskitError(
        'restructure.refused',
        `${one} has several owners: ${found.map(({ node }) => node.kustomization.name).join(', ')}`,
      );
    if (isEntry(ground.cluster, only.node))
      throw new SopskitError(
        'restructure.refused',
        `${one} is applied by ${only.node.kustomization.name} itself, whose health checks \`flux bootstrap\` takes away`,
        {
          hint: `Give it a Kustomization of its own first: \`sopskit restructure move ${one} --to KUSTOMIZATION\`.`,
        },
      );
    requireFromHere(ground.cluster, only.node);
    return only;
  });
}

/** Has the Kustomization of a prerequisite wait for it. Returns remarks. */
export async function dependencyOf(draft: Draft, { object, node }: Prerequisite): Promise<readonly string[]> {
  const { name, spec } = node.kustomization;
  const { identity, apiVersion } = object;
  const says = `${name} is ready when ${showObject(identity)} is`;
  const known = spec.healthChecks.some(
    (check) =>
      check.kind === identity.kind && check.name === identity.name && check.namespace === identity.namespace,
  );
  if (spec.wait || known) return [`${says}: it waits for that already.`];
  const located = await locateKustomization(draft, node);
  const list = nodeAt(located.tree, ['spec', 'healthChecks']);
  const has = list?.kind === 'sequence' ? list.items : [];
  const isThere = has.some(
    (item) =>
      item.kind === 'mapping' &&
      textAt(item, 'kind') === identity.kind &&
      textAt(item, 'name') === identity.name,
  );
  if (isThere) return [`${says}.`];
  const check = mappingOf([
    ['apiVersion', stringOf(apiVersion)],
    ['kind', stringOf(identity.kind)],
    ['name', stringOf(identity.name)],
    ['namespace', identity.namespace === '' ? undefined : stringOf(identity.namespace)],
  ]);
  await editLocated(draft, located, [putAt(['spec', 'healthChecks', has.length], check)]);
  return [`${says}, by a health check: whatever waits for ${name} waits for that now.`];
}
