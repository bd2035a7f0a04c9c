import { SopskitError } from '../errors/sopskit-error.ts';
import type { System } from '../system/system.ts';
import { ApiCluster } from './api-cluster.ts';
import type { Cluster } from './cluster.ts';
import type { ConnectionOptions } from './connection.ts';
import { textIn } from './fields.ts';
import { inCluster } from './in-cluster.ts';
import { type ChosenContext, chooseContext, readKubeconfig } from './kubeconfig.ts';
import { kubectlFlags } from './kubectl-flags.ts';
import { logIn } from './login.ts';
import { posingOf } from './posing.ts';
import { openTransport } from './transport.ts';

/**
 * Finds the cluster as kubectl does: `--kubeconfig`, the files of `KUBECONFIG`, `~/.kube/config`, else the pod's own
 * cluster. Nothing is asked of the server yet. Throws `cluster.config`.
 */
export async function connect(system: System, options: ConnectionOptions): Promise<Cluster> {
  const context = find(system, options);
  const server = textIn(context.cluster, 'server').replace(/\/+$/, '');
  if (!URL.canParse(server) || !/^https?:/.test(server))
    throw new SopskitError('cluster.config', `The server of context ${context.name} is no address`, {
      hint: `It begins with https://, as kubectl${kubectlFlags(context.name, options)} config view --minify shows.`,
    });
  const login = logIn(system, context, options);
  await login.options();
  const { name, namespace } = context;
  const transport = openTransport(server, login, {
    ...(options.requestTimeout == null ? {} : { patience: options.requestTimeout }),
    signal: options.signal,
  });
  const posing = posingOf(context.user, options);
  return new ApiCluster(transport, {
    ...{ server: server.replace(/\/\/[^/@]*@/, '//'), context: name, namespace },
    ...(posing === null ? {} : { posing }),
    flags: kubectlFlags(name, options),
  });
}

function find(system: System, { kubeconfig, context }: ConnectionOptions): ChosenContext {
  const config = readKubeconfig(system, kubeconfig);
  if (config.clusters.size > 0 || config.contexts.size > 0) return chooseContext(config, context);
  const own = kubeconfig === null && context === null ? inCluster(system) : null;
  if (own !== null) return own;
  const there = config.files.filter((file) => system.files.kindOf(file) !== null);
  if (there.length > 0)
    throw new SopskitError('cluster.config', `There is no cluster and no context in ${there.join(', ')}`, {
      hint: 'Name a kubeconfig that has some with --kubeconfig or $KUBECONFIG; kubectl uses the same.',
    });
  const looked = config.files.length === 0 ? 'there is no home folder' : `${config.files.join(', ')}`;
  throw new SopskitError('cluster.config', `There is no kubeconfig (looked for ${looked})`, {
    hint: 'Name one with --kubeconfig or $KUBECONFIG; kubectl uses the same.',
  });
}
