import { SopskitError } from '../../errors/sopskit-error.ts';
import { keyOf } from '../kustomization.ts';
import type { KustomizationNode } from '../model/model.ts';
import { Draft } from './draft.ts';
import { find, type Ground, idsOf, isEntry, requireFromHere, requireKustomization } from './ground.ts';
import { variationEdits } from './kustomization-text.ts';
import { idOfKustomization, lettingGo, releaseStages, takenOver } from './let-go.ts';
import { locateKustomization } from './located.ts';
import { mendMentions } from './mentions.ts';
import { placedName } from './object-name.ts';
import { replaceManifest } from './placing.ts';
import { protectionRemarks } from './protect.ts';
import { planRenameObject } from './rename-object.ts';
import { assemble } from './stage.ts';
import type { Restructuring } from './step.ts';
import { editText } from './yaml-pieces.ts';

export interface RenameRequest {
  /** A Kustomization (`name`, `namespace/name`), or an object: `KIND/NAME`, `KIND/NAMESPACE/NAME`. */
  readonly old: string;
  /** The new name, nothing else. */
  readonly name: string;
}

/** Names the request, the same however far it got. */
export function renameTitle({ old, name }: RenameRequest): string {
  return `rename ${old} to ${name}`;
}

/**
 * Plans a new name. A Kustomization's: its objects stay (P1). An object's: the cluster makes a new one, and the old one is
 * deleted once the new one is there. Throws `restructure.refused`, `flux.not-found`, `usage.invalid`.
 */
export async function planRename(ground: Ground, request: RenameRequest): Promise<Restructuring> {
  placedName(request.name);
  const node = kustomizationOf(ground, request.old);
  return node === null ? planRenameObject(ground, request) : renameKustomization(ground, node, request);
}

/** `Kustomization/NAME` is one too, whatever it is applied by; a name with a slash may also be an object's. */
function kustomizationOf({ cluster }: Ground, old: string): KustomizationNode | null {
  const typed = /^kustomization\/(.+)$/i.exec(old)?.[1];
  if (typed !== undefined) return requireKustomization(cluster, typed);
  return old.includes('/') ? find(cluster, old) : requireKustomization(cluster, old);
}

async function renameKustomization(
  ground: Ground,
  node: KustomizationNode,
  request: RenameRequest,
): Promise<Restructuring> {
  const { namespace, name: oldName } = node.kustomization;
  check(ground, node, request.name);
  const letGo = await lettingGo(ground, node);
  const draft = new Draft(letGo.draft.snapshot());
  const old = await locateKustomization(draft, node);
  const text = editText(letGo.original, variationEdits(old.tree, { name: request.name }));
  await replaceManifest(draft, old, oldName, [{ name: request.name, text }]);
  const mended = await mendMentions(ground, draft, node.kustomization, [request.name]);
  const owners = new Map([[`${namespace}/${request.name}`, idsOf(node)]]);
  return assemble(
    ground,
    {
      title: renameTitle(request),
      remarks: [
        ...mended.map((one) => `${one} now names ${request.name}.`),
        ...protectionRemarks(letGo.protection),
      ],
    },
    [
      letGo.stage,
      {
        title: `${request.name} takes over, ${oldName} goes`,
        message: `Rename ${oldName} to ${request.name}`,
        draft,
        guards: [{ kind: 'gone', kustomization: keyOf(node.kustomization) }, ...takenOver(owners)],
        allowed: {
          created: new Set([idOfKustomization({ namespace, name: request.name })]),
          deleted: new Set([idOfKustomization(node.kustomization)]),
        },
      },
      ...(await releaseStages(draft, letGo.protection, owners)),
    ],
  );
}

function check({ cluster }: Ground, node: KustomizationNode, name: string): void {
  const { namespace, name: old } = node.kustomization;
  if (isEntry(cluster, node))
    throw new SopskitError(
      'restructure.refused',
      `${old} is where the cluster begins: its name is Flux's own`,
      {
        hint: '`flux bootstrap` makes it anew under that name each time it is run; leave it.',
      },
    );
  requireFromHere(cluster, node);
  if (name === old) throw new SopskitError('usage.invalid', `the Kustomization is named ${name} already`);
  if (find(cluster, `${namespace}/${name}`) !== null)
    throw new SopskitError('restructure.refused', `there is a Kustomization ${name} already`, {
      hint: `Move the objects to it: \`sopskit restructure move ITEM… --from ${old} --to ${name}\`.`,
    });
}
