import { parseId } from '../flux/object-id.ts';
import type { Guard, LiveAction, RestructureStep, Restructuring } from '../flux/restructure/step.ts';
import { shellWord } from '../repository/check/shell-word.ts';

/** What has to be known to write a step's commands. */
export interface Commanding {
  /** The command line that plans the restructuring. */
  readonly line: string;
  /** `namespace/name` of the cluster's first Kustomization, whose source the others follow. */
  readonly entry: string;
}

/** The commands of one step, in order, as one would type them. */
export function stepCommands(
  restructuring: Restructuring,
  index: number,
  { line, entry }: Commanding,
): string[] {
  const step = restructuring.steps[index];
  if (step === undefined) return [];
  return [
    ...step.before.flatMap(actionCommands),
    ...(step.edits.size === 0 ? [] : commitCommands(restructuring, index, line)),
    ...(step.edits.size === 0 ? [] : [`flux reconcile kustomization ${target(entry)} --with-source`]),
    ...guardCommands(step),
    ...step.after.flatMap(actionCommands),
  ];
}

function commitCommands({ id, steps }: Restructuring, index: number, line: string): string[] {
  const step = steps[index] as RestructureStep;
  // from the top, wherever in the repository it is typed
  const paths = [...step.edits.keys()].map((file) => shellWord(`:/${file}`));
  const [shown, more] = [paths.slice(0, 6), paths.length > 6];
  return [
    `${line} --write`,
    more ? 'git add --all :/' : `git add --all -- ${shown.join(' ')}`,
    `git commit -m ${shellWord(step.message)} --trailer 'Sopskit-Restructure: ${id}' --trailer 'Sopskit-Step: ${index + 1}/${steps.length}'`,
    'git push',
  ];
}

export function actionCommands(action: LiveAction): string[] {
  switch (action.kind) {
    case 'suspend':
    case 'resume':
      if (action.kind === 'resume' && action.leftover === true) return [];
      return [`flux ${action.kind} kustomization ${target(action.kustomization)}`];
    case 'reconcile': {
      const [kind = '', namespace = '', name = ''] = action.object.split('/');
      const what = kind === 'Kustomization' ? 'kustomization' : 'source git';
      return [`flux reconcile ${what} ${target(`${namespace}/${name}`)}`];
    }
    case 'keep':
    case 'release':
      return action.objects
        .filter(({ unexpected }) => unexpected !== true)
        .map(({ id }) => pruneMark(id, action.kind === 'keep'));
  }
}

function pruneMark(id: string, keep: boolean): string {
  const { namespace, name } = parseId(id);
  const where = namespace === '' ? '' : ` -n ${namespace}`;
  const mark = `kustomize.toolkit.fluxcd.io/prune${keep ? '=disabled' : '-'}`;
  return `kubectl${where} annotate ${resource(id)} ${name} ${mark} --field-manager=flux-client-side-apply`;
}

/** What sees the guards hold. Guards of one Kustomization's objects are one command. */
function guardCommands({ guards }: RestructureStep): string[] {
  const commands = guards.map(guardCommand).filter((command) => command !== null);
  const owners = new Map<string, Set<string>>();
  for (const guard of guards) {
    if (guard.kind !== 'owner') continue;
    const kinds = owners.get(guard.kustomization) ?? new Set();
    owners.set(guard.kustomization, kinds.add(resource(guard.id)));
  }
  return [...commands, ...[...owners].map(([key, kinds]) => ownerCommand(key, [...kinds]))];
}

function guardCommand(guard: Guard): string | null {
  const [namespace = '', name = ''] = 'kustomization' in guard ? guard.kustomization.split('/') : [];
  const object = `kubectl -n ${namespace} wait kustomizations.kustomize.toolkit.fluxcd.io/${name}`;
  switch (guard.kind) {
    case 'ready':
      return `flux reconcile kustomization ${target(guard.kustomization)}`;
    case 'suspended':
      return `${object} --for=jsonpath='{.spec.suspend}'=true --timeout=5m`;
    case 'field':
      return `${object} --for=jsonpath='{.${guard.path.join('.')}}'=${fieldText(guard.value)} --timeout=5m`;
    case 'gone':
      return `${object} --for=delete --timeout=5m`;
    case 'inventory':
      return `flux tree kustomization ${target(guard.kustomization)}  # ${count(guard.has.length)}`;
    case 'owner':
      return null;
  }
}

function ownerCommand(key: string, kinds: readonly string[]): string {
  const [namespace = '', name = ''] = key.split('/');
  const labels = `kustomize.toolkit.fluxcd.io/name=${name},kustomize.toolkit.fluxcd.io/namespace=${namespace}`;
  return `kubectl get ${kinds.join(',')} -A -l ${labels}`;
}

function resource(id: string): string {
  const { kind, group } = parseId(id);
  return group === '' ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`;
}

function target(key: string): string {
  const [namespace = '', name = ''] = key.split('/');
  return namespace === 'flux-system' ? name : `${name} -n ${namespace}`;
}

function fieldText(value: { readonly kind: string }): string {
  const scalar = value as { readonly value?: unknown };
  return typeof scalar.value === 'string' ? shellWord(scalar.value) : String(scalar.value);
}

function count(objects: number): string {
  return objects === 1 ? 'has 1 object' : `has ${objects} objects`;
}

/** What a guard waits for, in words. */
export function guardText(guard: Guard): string {
  switch (guard.kind) {
    case 'ready':
      return `${guard.kustomization} is ready at the new revision`;
    case 'suspended':
      return `${guard.kustomization} is suspended, and nothing of it runs`;
    case 'field':
      return `${guard.kustomization} has ${guard.path.join('.')} = ${fieldText(guard.value)} in the cluster`;
    case 'gone':
      return `${guard.kustomization} is gone`;
    case 'inventory':
      return `the inventory of ${guard.kustomization} ${count(guard.has.length)}`;
    case 'owner':
      return `${guard.id} is owned by ${guard.kustomization}`;
  }
}
