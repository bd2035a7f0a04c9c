import type { Cluster } from '../../cluster/cluster.ts';
import { connect } from '../../cluster/connect.ts';
import type { ConnectionOptions } from '../../cluster/connection.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { WorkspaceOptions } from '../../flux/workspace.ts';
import type { System } from '../../system/system.ts';
import { diagnose } from './diagnose.ts';
import { diagnosisJson } from './diagnosis-json.ts';
import { readWhatIsAllowed, tellStory } from './find-story.ts';
import { printDiagnosis } from './print-diagnosis.ts';
import { printStory } from './print-story.ts';
import { storyJson } from './story-json.ts';

export interface DoctorRequest {
  /** `KIND/NAME`, as typed; `null`: everything. */
  readonly object: string | null;
  readonly namespace: string | null;
  readonly connection: ConnectionOptions;
  readonly workspace: WorkspaceOptions;
}

export interface DoctorAnswer {
  readonly text: (colour: boolean) => string;
  readonly json: object;
  /** Whether nothing is wrong. */
  readonly healthy: boolean;
}

/** Explains what is not right in a cluster, or what became of one object. Throws `cluster.*`, `usage.invalid`. */
export async function doctor(system: System, request: DoctorRequest): Promise<DoctorAnswer> {
  const cluster = await connect(system, request.connection);
  return request.object === null
    ? await everything(system, cluster, request)
    : await one(system, cluster, request, request.object);
}

async function everything(system: System, cluster: Cluster, request: DoctorRequest): Promise<DoctorAnswer> {
  const now = system.now();
  const reading = await readWhatIsAllowed(cluster, request.namespace, now, flagsOf(request.connection));
  const diagnosis = diagnose(reading, request.namespace);
  if (request.namespace !== null && diagnosis.looked === 0)
    await requireNamespace(cluster, request.namespace);
  return {
    text: (colour) => printDiagnosis(diagnosis, { colour, now }),
    json: diagnosisJson(diagnosis),
    healthy: !diagnosis.problems.some(({ level }) => level !== 'note'),
  };
}

/** Nothing of Flux in a namespace is well only where there is that namespace. */
async function requireNamespace(cluster: Cluster, name: string): Promise<void> {
  const object = { apiVersion: 'v1', kind: 'Namespace', namespace: '', name };
  const found = await cluster.get(object).catch((error: unknown) => {
    if (error instanceof SopskitError && error.code === 'cluster.denied') return undefined;
    throw error;
  });
  if (found !== null) return;
  throw new SopskitError('cluster.not-found', `There is no namespace ${name} in the cluster`, {
    hint: `kubectl${cluster.flags} get namespaces lists those there are.`,
  });
}

async function one(
  system: System,
  cluster: Cluster,
  request: DoctorRequest,
  typed: string,
): Promise<DoctorAnswer> {
  const { namespace, workspace, connection } = request;
  const asked = { typed, namespace, workspace, flags: flagsOf(connection) };
  const story = await tellStory(system, cluster, asked);
  const now = system.now();
  return {
    text: (colour) => printStory(story, { colour, now }),
    json: storyJson(story),
    healthy: story.healthy,
  };
}

/** What kubectl and flux need in order to reach the same cluster. */
function flagsOf({ kubeconfig, context }: ConnectionOptions): string {
  const quoted = (text: string): string =>
    /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  const flags: string[] = [];
  if (kubeconfig !== null) flags.push(` --kubeconfig ${quoted(kubeconfig)}`);
  if (context !== null) flags.push(` --context ${quoted(context)}`);
  return flags.join('');
}
