import { SopskitError } from '../../errors/sopskit-error.ts';
import { textAt } from '../../manifests/kubernetes-object.ts';
import { stringOf } from '../../tree/mapping.ts';
import { nodeAt } from '../../tree/node-at.ts';
import type { BuiltObject } from '../build/build.ts';
import { keyOf } from '../kustomization.ts';
import type { KustomizationNode } from '../model/model.ts';
import { printId, showObject } from '../object-id.ts';
import { Draft } from './draft.ts';
import { type Ground, idsOf, requireFromHere } from './ground.ts';
import { objectNamed } from './items.ts';
import { unlist } from './kustomization-lists.ts';
import { putAt } from './kustomization-text.ts';
import { editLocated, type Located, locate, removeLocated } from './located.ts';
import { addBeside, listersOf } from './placing.ts';
import { reachOf } from './references.ts';
import { type RenameRequest, renameTitle } from './rename.ts';
import { assemble, type Stage } from './stage.ts';
import type { Restructuring } from './step.ts';
import { editText } from './yaml-pieces.ts';

/**
 * Plans another name for an object: the new one comes first, then the old one goes, which is a deletion that the plan
 * shows. Refuses kinds whose deletion takes data or other objects with it.
 */
export async function planRenameObject(ground: Ground, request: RenameRequest): Promise<Restructuring> {
  const { node, object } = ownerOfObject(ground, request.old);
  requireFromHere(ground.cluster, node);
  refuseKind(object, request);
  const renamed = printId({ ...object.identity, name: request.name });
  if (idsOf(node).includes(renamed))
    throw new SopskitError(
      'restructure.refused',
      `there is a ${object.identity.kind} ${request.name} already`,
    );
  const isRelease = object.identity.kind === 'HelmRelease';
  const first = new Draft(ground.snapshot);
  const located = await locateObject(first, node, object);
  const stages: Stage[] = [];
  if (isRelease) {
    await editLocated(first, located, [putAt(['spec', 'suspend'], { kind: 'bool', value: true })]);
    stages.push(restStage(first, node, object));
  }
  const both = isRelease ? new Draft(first.snapshot()) : first;
  await addRenamed(
    both,
    await locateObject(both, node, object),
    object,
    request.name,
    located.pieces[located.index]?.text ?? '',
  );
  const without = new Draft(both.snapshot());
  const old = await locateObject(without, node, object);
  if (await removeLocated(without, old))
    for (const folder of await listersOf(without, old.file))
      await unlist(without, folder, new Set([old.file]));
  const [key, name] = [keyOf(node.kustomization), object.identity.name];
  stages.push(
    {
      title: `${request.name} comes`,
      message: `Add ${object.identity.kind} ${request.name}`,
      draft: both,
      guards: [
        { kind: 'ready', kustomization: key },
        { kind: 'owner', id: renamed, kustomization: key },
      ],
      allowed: { created: new Set([renamed]) },
    },
    {
      title: `${name} goes`,
      message: `Remove ${object.identity.kind} ${name}`,
      draft: without,
      guards: [{ kind: 'ready', kustomization: key }],
      allowed: {
        deleted: new Set([object.id]),
        orphaned: new Set(node.kustomization.spec.prune ? [] : [object.id]),
      },
    },
  );
  return assemble(
    ground,
    { title: renameTitle(request), remarks: await remarksOf(without, object, request) },
    stages,
  );
}

function restStage(draft: Draft, node: KustomizationNode, { identity }: BuiltObject): Stage {
  return {
    title: `${identity.name} rests: its deletion uninstalls nothing`,
    message: `Suspend HelmRelease ${identity.name}`,
    draft,
    guards: [{ kind: 'ready', kustomization: keyOf(node.kustomization) }],
  };
}

/** Writes the object once more under its new name. A HelmRelease's goes on with the release that is there. */
async function addRenamed(
  draft: Draft,
  located: Located,
  object: BuiltObject,
  name: string,
  original: string,
): Promise<void> {
  const release = object.identity.kind === 'HelmRelease' ? releaseEdits(object) : [];
  const text = editText(original, [putAt(['metadata', 'name'], stringOf(name)), ...release]);
  await addBeside(draft, located, object.identity.name, { name, text, kind: object.identity.kind });
}

/** Names the Helm release by its present name (helm-controller: `[targetNamespace-]name`) and storage. */
function releaseEdits({ identity, manifest }: BuiltObject) {
  const spec = nodeAt(manifest, ['spec']);
  const fields = spec?.kind === 'mapping' ? spec : { kind: 'mapping' as const, entries: [] };
  const target = textAt(fields, 'targetNamespace');
  const release =
    textAt(fields, 'releaseName') || (target === '' ? identity.name : `${target}-${identity.name}`);
  return [putAt(['spec', 'releaseName'], stringOf(release))];
}

function ownerOfObject({ cluster }: Ground, typed: string): { node: KustomizationNode; object: BuiltObject } {
  const found = [...cluster.kustomizations.values()].flatMap((node) => {
    const object = node.build.kind === 'built' ? objectNamed(node.build.objects, typed) : null;
    return object === null ? [] : [{ node, object }];
  });
  const [only, second] = found;
  if (only === undefined)
    throw new SopskitError('flux.not-found', `no Kustomization has an object ${typed}`, {
      hint: 'An object is named KIND/NAME or KIND/NAMESPACE/NAME, as in `sopskit flux build`.',
    });
  if (second !== undefined)
    throw new SopskitError(
      'restructure.refused',
      `${typed} has several owners: ${found.map(({ node }) => node.kustomization.name).join(', ')}`,
      { hint: 'Take it out of all but one first.' },
    );
  return only;
}

async function locateObject(draft: Draft, node: KustomizationNode, object: BuiltObject): Promise<Located> {
  const { manifests } = await reachOf(draft, node.kustomization.spec.path);
  const located = await locate(draft, [...manifests.keys()], object.identity);
  if (located === null)
    throw new SopskitError(
      'restructure.refused',
      `it cannot be told in which file ${showObject(object.identity)} is written`,
      {
        hint: 'A generated object is renamed at its generator, and one of a remote base there.',
      },
    );
  if (nodeAt(located.tree, ['sops']) !== null)
    throw new SopskitError('restructure.refused', `${located.file} is encrypted: its MAC covers the name`, {
      hint: `Copy it and rename the copy with \`sopskit edit\`, commit, switch what uses it, then remove ${located.file}.`,
    });
  return located;
}

/** Kinds that are not renamed by making another: why, and what to do instead. */
const refusals: ReadonlyMap<string, { readonly why: string; readonly way: string }> = new Map([
  [
    'Namespace',
    {
      why: 'a Namespace takes everything in it along, volumes too',
      way: 'Make the new Namespace, move what is in it one by one with its data, and mark the old one `kustomize.toolkit.fluxcd.io/prune: disabled` until it is empty.',
    },
  ],
  [
    'PersistentVolumeClaim',
    {
      why: 'its volume, and the data on it, goes with the claim where the reclaim policy is Delete',
      way: 'Make a new claim, copy the data (or bind the volume anew with reclaim policy Retain), switch the workload, then remove the old one.',
    },
  ],
  [
    'PersistentVolume',
    {
      why: 'a claim is bound to it by name',
      way: 'Set its reclaim policy to Retain, and bind the volume anew.',
    },
  ],
  [
    'StatefulSet',
    {
      why: 'its volume claims are named after it: the new one begins with empty volumes',
      way: 'Scale it down, copy the data to claims of the new names, then put the new StatefulSet in.',
    },
  ],
  [
    'CustomResourceDefinition',
    {
      why: 'its name is its group and plural, and all objects of the kind go with it',
      way: 'Make a new kind, and move its objects.',
    },
  ],
]);

function refuseKind({ identity }: BuiltObject, { old, name }: RenameRequest): void {
  const refusal = refusals.get(identity.kind);
  if (refusal === undefined) return;
  throw new SopskitError('restructure.refused', `${old} is not renamed to ${name}: ${refusal.why}`, {
    hint: refusal.way,
  });
}

async function remarksOf(
  draft: Draft,
  { identity }: BuiltObject,
  { name }: RenameRequest,
): Promise<readonly string[]> {
  const word = new RegExp(`(?:^|[^\\w.-])${identity.name.replaceAll(/[.]/g, '\\.')}(?:$|[^\\w.-])`);
  const files: string[] = [];
  for (const file of await draft.paths()) {
    const bytes = /\.(?:ya?ml|json|env|properties|sh|md)$/.test(file) ? await draft.read(file) : null;
    if (bytes !== null && word.test(Buffer.from(bytes).toString('latin1'))) files.push(file);
  }
  return [
    `${showObject(identity)} is deleted in the last step; what uses it has to name ${name} before.`,
    ...(files.length === 0
      ? []
      : [
          `The old name also stands in ${files.slice(0, 10).join(', ')}${files.length > 10 ? ' and more' : ''}.`,
        ]),
  ];
}
