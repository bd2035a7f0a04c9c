import type { System } from '../system/system.ts';
import { mappingOf, stringOf } from '../tree/mapping.ts';
import type { ChosenContext } from './kubeconfig.ts';

const folder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** How a pod reaches its own cluster, with its ServiceAccount; `null` outside a pod (client-go, rest.InClusterConfig). */
export function inCluster({ env, files }: System): ChosenContext | null {
  const [host, port] = [env.get('KUBERNETES_SERVICE_HOST') ?? '', env.get('KUBERNETES_SERVICE_PORT') ?? ''];
  if (host === '' || port === '' || files.kindOf(`${folder}/token`) === null) return null;
  const namespace = Buffer.from(files.read(`${folder}/namespace`) ?? [])
    .toString()
    .trim();
  return {
    name: 'in-cluster',
    namespace: namespace || 'default',
    cluster: mappingOf([
      ['server', stringOf(`https://${host.includes(':') ? `[${host}]` : host}:${port}`)],
      ['certificate-authority', stringOf(`${folder}/ca.crt`)],
    ]),
    user: mappingOf([['tokenFile', stringOf(`${folder}/token`)]]),
    userName: 'service-account',
    userFile: null,
  };
}
