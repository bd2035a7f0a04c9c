import { type ObjectId, showObject } from '../object-id.ts';
import type { Procedure } from './plan.ts';
import type { Actor } from './state.ts';

// The procedures P1 to P6, in words and commands. Each begins with what does it all, where sopskit can; that is run on
// the repository as it is before the change.

const instead = 'without this change, let sopskit plan, check and do it all:';
const live = 'push, and wait until the live object has it and is Ready';

/** P1. `fresh`: all that take over are new. */
export function splitKustomization(key: string, takers: readonly string[], fresh: boolean): Procedure {
  const names = takers.map(nameOf);
  const command =
    takers.length === 1
      ? `sopskit restructure rename ${nameOf(key)} ${names[0]}`
      : `sopskit restructure split ${nameOf(key)} ${names.join(' ')}`;
  return {
    name: 'P1 rename, split or remove a Kustomization',
    steps: [
      ...(fresh ? [`${instead} ${command}`, 'or by hand:'] : []),
      `set \`prune: false\` on ${key} (and, where it has one, take out its deletionPolicy), ${live}`,
      `push this change: ${nameOf(key)} goes, and ${names.join(', ')} may prune at once`,
      'wait until the owner labels of every object name its new Kustomization',
    ],
  };
}

export function keepByOrphaning(key: string): Procedure {
  return {
    name: 'P1 rename, split or remove a Kustomization',
    steps: [
      `if what it holds should go, nothing is to be done; if it should stay: set \`deletionPolicy: Orphan\` on ${key}, ${live}`,
      'push this change',
    ],
  };
}

/** P1, for a Kustomization that another one applies from now on. */
export function moveKustomization(object: ObjectId, from: string, to: string): Procedure {
  return {
    name: 'P1 move a Kustomization to another parent',
    steps: [
      `set \`prune: false\` on ${from}, ${live}`,
      `push the move, and wait until the labels of ${showObject(object)} name ${to}`,
      `set \`prune: true\` on ${from} again`,
    ],
  };
}

/** P2. */
export function moveObject(object: ObjectId, from: string, to: string): Procedure {
  return {
    name: 'P2 move an object between Kustomizations',
    steps: [
      `${instead} sopskit restructure move ${argument(object)} --from ${nameOf(from)} --to ${nameOf(to)}`,
      'or by hand:',
      `flux suspend kustomization ${nameOf(from)} -n ${namespaceOf(from)}, and wait until nothing of it runs`,
      `push this change, and wait until ${to} is Ready at that revision and the labels of ${showObject(object)} name it`,
      `flux resume kustomization ${nameOf(from)} -n ${namespaceOf(from)}: it finds a foreign label, and leaves the object alone`,
    ],
  };
}

/** P2, where the new owner waits for the old one: suspended, that would never be ready. */
export function moveUnpruned(object: ObjectId, from: string, to: string): Procedure {
  return {
    name: 'P2 move an object to a Kustomization that depends on its owner',
    steps: [
      `${instead} sopskit restructure move ${argument(object)} --from ${nameOf(from)} --to ${nameOf(to)}`,
      'or by hand:',
      `set \`prune: false\` on ${from}, ${live}`,
      `push this change, and wait until the labels of ${showObject(object)} name ${to}`,
      `set \`prune: true\` on ${from} again`,
    ],
  };
}

/** P3 and P4. */
export function movePath(isEntry: boolean, { key, specs }: Actor): Procedure {
  const [from, to] = [specs.base?.spec.path ?? '', specs.head?.spec.path ?? ''];
  if (from === to)
    return {
      name: 'P3 change a Kustomization and what it builds',
      steps: [`change the spec of ${key} in one commit, ${live}`, 'change its files in the next'],
    };
  return {
    name: isEntry ? 'P4 move the sync path' : 'P3 move the path of a Kustomization',
    steps: [
      `${instead} sopskit restructure move ${nameOf(key)} --to-path ${to}`,
      'or by hand:',
      `copy ./${from} to ./${to} and set the new path${isEntry ? ' in both copies of gotk-sync.yaml' : ''}, ${live}`,
      `remove ./${from}, push`,
    ],
  };
}

/** P5. */
export function keepObject(object: string): Procedure {
  return {
    name: 'P5 keep an object',
    steps: [
      `if it should go, nothing is to be done; if it should stay: put the annotation \`kustomize.toolkit.fluxcd.io/prune: disabled\` on ${object}, in every Kustomization that has it, and leave it there`,
      'push, and wait until the live object has it',
      'push this change',
    ],
  };
}

export function keepHelmRelease({ namespace, name }: ObjectId): Procedure {
  return {
    name: 'P5 keep what a HelmRelease installed',
    steps: [
      `if it should go, nothing is to be done; if what it installed should stay: flux suspend helmrelease ${name} -n ${namespace} (a suspended one uninstalls nothing)`,
      'wait until the live object is suspended, and push this change',
    ],
  };
}

export function keepTarget({ namespace, name }: ObjectId): Procedure {
  return {
    name: 'P5 keep what a HelmRelease installed',
    steps: [
      `keep the name and the namespaces of the old release (\`releaseName\`, \`targetNamespace\`, \`storageNamespace\`) in HelmRelease ${namespace}/${name}`,
    ],
  };
}

export function withoutForce(key: string): Procedure {
  return {
    name: 'change what cannot be changed',
    steps: [
      `take \`force\` off ${key}, and push: then such a change fails, and deletes nothing`,
      'give the object a new name, move what uses it, and remove the old one',
    ],
  };
}

export function adoptObject(object: ObjectId): Procedure {
  const place = object.namespace === '' ? '' : ` -n ${object.namespace}`;
  return {
    name: 'give it an owner, or delete it',
    steps: [
      `after the push: sopskit restructure adopt ${object.kind}/${object.name}${place} --into KUSTOMIZATION, or delete it by hand once nothing needs it`,
    ],
  };
}

/** For what one Kustomization lets go, and another may never take. */
export function readyTakers(object: ObjectId, takers: readonly string[]): Procedure {
  const names = takers.join(' and ');
  const place = object.namespace === '' ? '' : ` -n ${object.namespace}`;
  return {
    name: 'make sure that it is taken over',
    steps: [
      `see to it first that ${names} can apply this revision: that it builds, that its parent applies it, and that its source and all that it depends on are there and can be Ready`,
      `push this change, and wait until the labels of ${showObject(object)} name it; where they never do: sopskit restructure adopt ${object.kind}/${object.name}${place} --into KUSTOMIZATION`,
    ],
  };
}

function argument({ kind, namespace, name }: ObjectId): string {
  return namespace === '' ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}

function nameOf(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}

function namespaceOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}
