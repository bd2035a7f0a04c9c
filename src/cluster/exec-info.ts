import { jsonFormat } from '../formats/json/json-format.ts';
import type { System } from '../system/system.ts';
import { valueAt } from '../tree/mapping.ts';
import type { Mapping } from '../tree/value.ts';
import { flagIn, itemsIn, textIn } from './fields.ts';
import type { ChosenContext } from './kubeconfig.ts';

/** What a login program finds in `KUBERNETES_EXEC_INFO` (client.authentication.k8s.io, ExecCredentialSpec). */
export function execInfo(
  system: System,
  exec: Mapping,
  { cluster }: ChosenContext,
  interactive: boolean,
): string {
  return JSON.stringify({
    apiVersion: textIn(exec, 'apiVersion'),
    kind: 'ExecCredential',
    spec: {
      interactive,
      ...(flagIn(exec, 'provideClusterInfo') ? { cluster: clusterInfo(system, cluster) } : {}),
    },
  });
}

function clusterInfo({ files }: System, cluster: Mapping): object {
  const caFile = textIn(cluster, 'certificate-authority');
  const ca =
    textIn(cluster, 'certificate-authority-data') ||
    (caFile === '' ? '' : Buffer.from(files.read(caFile) ?? []).toString('base64'));
  return {
    server: textIn(cluster, 'server'),
    'tls-server-name': textIn(cluster, 'tls-server-name') || undefined,
    'insecure-skip-tls-verify': flagIn(cluster, 'insecure-skip-tls-verify') || undefined,
    'certificate-authority-data': ca || undefined,
    'proxy-url': textIn(cluster, 'proxy-url') || undefined,
    'disable-compression': flagIn(cluster, 'disable-compression') || undefined,
    config: programsOwn(cluster),
  };
}

/** What the kubeconfig holds for login programs about this cluster. */
function programsOwn(cluster: Mapping): unknown {
  const named = itemsIn(cluster, 'extensions').find(
    (one) => textIn(one, 'name') === 'client.authentication.k8s.io/exec',
  );
  const extension = named === undefined ? undefined : valueAt(named, 'extension');
  if (extension?.kind !== 'mapping') return undefined;
  return JSON.parse(Buffer.from(jsonFormat.emit([extension], { indent: 0 })).toString());
}
