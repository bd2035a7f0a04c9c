import type { ConnectionOptions } from './connection.ts';
import { shellWord } from './doing.ts';

/**
 * What kubectl needs for the same cluster and user: ` --kubeconfig f --context c --as u`, empty for a pod's own. The
 * context is named also where it is the current one: that may be another tomorrow.
 */
export function kubectlFlags(context: string, options: Partial<ConnectionOptions>): string {
  const { kubeconfig = null, asUser = null, asGroups = [] } = options;
  const named = context === 'in-cluster' && kubeconfig === null ? [] : [['context', context] as const];
  const flags = [
    ...(kubeconfig === null ? [] : [['kubeconfig', kubeconfig] as const]),
    ...named,
    ...(asUser === null ? [] : [['as', asUser] as const]),
    ...asGroups.map((group) => ['as-group', group] as const),
  ];
  return flags.map(([name, value]) => ` --${name} ${shellWord(value)}`).join('');
}
