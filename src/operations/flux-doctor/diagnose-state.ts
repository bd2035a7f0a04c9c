import { textIn } from '../../cluster/fields.ts';
import { unresolvedHost, wrongDomain } from './explain/artifact.ts';
import { circleOf, firstOf } from './explain/dependency.ts';
import { flux, kubectl } from './explain/explanation.ts';
import type { Problem } from './problem.ts';
import { dateOf } from './read-flux-object.ts';
import type { Controller, FluxObject, Reading } from './reading.ts';

/** How long, in seconds, what the controllers do at once may take before it is a problem. */
const patience = 45;

/** Tells what an object's state shows beside its Ready condition: suspended, stale, hanging, looked at by nobody. */
export function diagnoseState(object: FluxObject, reading: Reading): readonly Problem[] {
  if (object.deleting !== null) return deleting(object, reading);
  const found: Problem[] = [];
  if (object.suspended) found.push(suspended(object, reading));
  const domain = unreachableArtifact(object, reading);
  if (domain !== null) found.push(domain);
  if (!object.suspended) found.push(...lagging(object, reading));
  return found;
}

function about(object: FluxObject, code: string, level: Problem['level']): Omit<Problem, 'what' | 'mend'> {
  const { key, kind, namespace, name } = object;
  const ready = object.conditions.get('Ready');
  return {
    ...{ key, kind, namespace, name, code, level, causes: [] },
    ...{ said: '', reason: ready?.reason ?? '', since: ready?.since ?? object.created },
  };
}

function suspended(object: FluxObject, reading: Reading): Problem {
  const what =
    object.role === 'source'
      ? 'It is suspended: no new revision is fetched.'
      : 'It is suspended: no change arrives, and nothing is pruned.';
  return {
    ...about(object, 'state.suspended', 'note'),
    since: null,
    what,
    mend: [flux(reading, 'resume', object)],
  };
}

function deleting(object: FluxObject, reading: Reading): readonly Problem[] {
  const { deleting: since, finalizers, kind, name, namespace } = object;
  if (seconds(since, reading) < patience) return [];
  const what = `It is being deleted, and its finalizers (${finalizers.join(', ')}) hold it: the controller has not finished${object.role === 'kustomization' ? ' removing what it applied, or does not run' : ', or does not run'}.`;
  return [
    {
      ...about(object, 'state.deleting', 'broken'),
      since,
      what,
      mend: [
        kubectl(reading, `logs -n flux-system deploy/${controllerName(object)} --tail=50`),
        `${kubectl(reading, `patch ${kind.toLowerCase()} ${name} -n ${namespace} --type=merge -p '{"metadata":{"finalizers":null}}'`)}    # only as the last resort: what it applied is then left behind`,
      ],
    },
  ];
}

/** A host of the artifact that the cluster's DNS cannot know: found at once, where the controller takes 3 min 35 s. */
function unreachableArtifact(object: FluxObject, reading: Reading): Problem | null {
  if (object.role !== 'source') return null;
  const url = textIn(object.manifest, 'status', 'artifact', 'url');
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  const domain = /\.svc\.(.+?)\.?$/.exec(host)?.[1];
  if (domain === undefined) return null;
  const isOther = reading.dnsDomain !== null && reading.dnsDomain !== domain;
  if (!isOther && !isUnresolved(host, object, reading)) return null;
  return { ...about(object, 'source.wrong-domain', 'broken'), causes: [], ...wrongDomain(host, reading) };
}

/** Whether one that takes its artifact says that the host does not resolve. */
function isUnresolved(host: string, { key }: FluxObject, { objects }: Reading): boolean {
  const bare = host.replace(/\.$/, '');
  return [...objects.values()].some(
    ({ needs, conditions }) =>
      needs[0] === key && unresolvedHost.exec(conditions.get('Ready')?.message ?? '')?.[1] === bare,
  );
}

function lagging(object: FluxObject, reading: Reading): readonly Problem[] {
  const ready = object.conditions.get('Ready');
  if (ready === undefined) return untouched(object, reading);
  if (ready.status === 'Unknown') return progressing(object, reading);
  if (ready.status !== 'True') return [];
  if (object.observed !== object.generation && seconds(ready.since, reading) > patience)
    return [stale(object, reading, 'its spec was changed, and the controller has not looked at it since')];
  const source = object.role === 'kustomization' ? reading.objects.get(object.needs[0] ?? '') : undefined;
  if (source?.revision === undefined || source.revision === null || source.revision === object.revision)
    return [];
  const fetched = dateOf(textIn(source.manifest, 'status', 'artifact', 'lastUpdateTime'));
  if (seconds(fetched, reading) < patience) return [];
  const circle = circleOfSource(source, reading);
  const why =
    circle === null
      ? 'the controller has not acted on it'
      : `a circle of dependencies among the Kustomizations of ${source.key} keeps all of them from being told of new revisions`;
  const applied = `its source has ${source.revision}, it applied ${object.revision ?? 'nothing'}`;
  const problem = stale(object, reading, `${applied}: ${why}`);
  return [circle === null ? problem : { ...problem, causes: [firstOf(circle)] }];
}

function circleOfSource(source: FluxObject, reading: Reading): readonly string[] | null {
  for (const one of reading.objects.values()) {
    const circle = one.needs[0] === source.key ? circleOf(one, reading) : null;
    if (circle !== null) return circle;
  }
  return null;
}

function stale(object: FluxObject, reading: Reading, why: string): Problem {
  const what = `It is Ready, but not up to date: ${why}.`;
  const mend = [
    flux(reading, 'reconcile', object),
    kubectl(reading, `logs -n flux-system deploy/${controllerName(object)} --tail=50`),
  ];
  return { ...about(object, 'state.stale', 'broken'), what, mend };
}

function untouched(object: FluxObject, reading: Reading): readonly Problem[] {
  if (seconds(object.created, reading) < patience) return [];
  // a repository of OCI charts has no status: nothing is fetched until a chart is asked for
  if (object.kind === 'HelmRepository' && textIn(object.manifest, 'spec', 'type') === 'oci') return [];
  const what = `No controller has looked at it: ${controllerName(object)} does not run, or watches other namespaces or labels only.`;
  const mend = [
    kubectl(reading, `get pods -n flux-system -l app=${controllerName(object)}`),
    kubectl(reading, `logs -n flux-system deploy/${controllerName(object)} --tail=50`),
  ];
  return [{ ...about(object, 'state.untouched', 'broken'), what, mend }];
}

function progressing(object: FluxObject, reading: Reading): readonly Problem[] {
  const ready = object.conditions.get('Ready');
  if (seconds(ready?.since ?? null, reading) < patience || reading.failures.has(object.key)) return [];
  const source = reading.objects.get(object.needs[0] ?? '');
  const url = source === undefined ? '' : textIn(source.manifest, 'status', 'artifact', 'url');
  const waits =
    object.role === 'kustomization' && url !== ''
      ? ` Where the artifact’s host ${new URL(url).host} does not resolve, the controller says so only after 3 min 35 s.`
      : '';
  return [
    {
      ...about(object, 'state.progressing', 'broken'),
      said: ready?.message ?? '',
      what: `It has been at work for ${Math.round(seconds(ready?.since ?? null, reading))} s without an end.${waits}`,
      mend: [kubectl(reading, `logs -n flux-system deploy/${controllerName(object)} --tail=50`)],
      causes: object.needs.slice(0, 1),
    },
  ];
}

function seconds(since: Date | null, { now }: Reading): number {
  return since === null ? Number.POSITIVE_INFINITY : (now.getTime() - since.getTime()) / 1000;
}

function controllerName({ role }: FluxObject): string {
  return { source: 'source-controller', kustomization: 'kustomize-controller', release: 'helm-controller' }[
    role
  ];
}

export function controllerOf(object: FluxObject): string | null {
  return `Deployment/flux-system/${controllerName(object)}`;
}

/** Controllers that are installed and not ready. */
export function diagnoseController(reading: Reading): readonly Problem[] {
  return [...reading.controllers.values()].filter(({ ready }) => !ready).map((one) => down(one, reading));
}

function down({ namespace, name }: Controller, reading: Reading): Problem {
  return {
    ...{
      key: `Deployment/flux-system/${name}`,
      kind: 'Deployment',
      namespace,
      name,
      code: 'controller.down',
    },
    ...{ level: 'broken', said: '', reason: '', since: null, causes: [] },
    what: 'This controller of Flux has no pod that is ready.',
    mend: [
      kubectl(reading, `describe pods -n ${namespace} -l app=${name}`),
      kubectl(reading, `logs -n ${namespace} deploy/${name} --tail=50`),
    ],
  };
}
