import { shellWord } from '../../../repository/check/shell-word.ts';
import type { RotateRequest } from './rotate.ts';

/** The flags that say which clusters are meant, as they were typed: ` --context a --context b`. */
export function connectionFlagsOf({
  contexts,
  connection,
}: Pick<RotateRequest, 'contexts' | 'connection'>): string {
  const { kubeconfig, asUser, asGroups } = connection;
  return shown([
    ['kubeconfig', kubeconfig === null ? [] : [kubeconfig]],
    ['context', contexts],
    ['as', asUser === null ? [] : [asUser]],
    ['as-group', asGroups],
  ]);
}

/** The flags that say what is rotated besides the clusters: the same run needs them again. */
export function groundFlagsOf({
  output,
  skipped,
  remote,
  workspace,
  postQuantum,
  forceConflicts,
}: Omit<RotateRequest, 'contexts' | 'connection'>): string {
  const { paths, clusters, remoteBases } = workspace;
  const switches = [
    ['remote-bases', remoteBases],
    ['post-quantum', postQuantum],
    ['force-conflicts', forceConflicts],
  ] as const;
  return [
    shown([
      ['skip-cluster', skipped],
      ['output', output === null ? [] : [output]],
      ['remote', remote === null ? [] : [remote]],
      ['path', paths],
      ['cluster', clusters],
    ]),
    ...switches.map(([name, isOn]) => (isOn ? ` --${name}` : '')),
  ].join('');
}

/** All that was typed to say what is rotated, and where; not how far. */
export function typedFlags(request: RotateRequest): string {
  return `${connectionFlagsOf(request)}${groundFlagsOf(request)}`;
}

function shown(flags: readonly (readonly [string, readonly string[]])[]): string {
  return flags.flatMap(([name, values]) => values.map((value) => ` --${name} ${shellWord(value)}`)).join('');
}
