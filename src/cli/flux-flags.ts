import type { ConnectionOptions } from '../cluster/connection.ts';
import type { WorkspaceOptions } from '../flux/workspace.ts';
import type { Flag } from './command.ts';
import { readRequestTimeout } from './duration.ts';
import type { Values } from './values.ts';

/** The flags of every command that reads a Flux repository. */
export const workspaceFlags: readonly Flag[] = [
  {
    name: 'path',
    kind: 'list',
    value: 'FOLDER',
    completes: 'file',
    help: 'sync path to begin at, instead of what gotk-sync.yaml or a FluxInstance says',
    beyond: true,
  },
  {
    name: 'cluster',
    kind: 'list',
    value: 'NAME',
    help: 'only this cluster of several: its sync path, or the last part of it',
    beyond: true,
  },
  {
    name: 'remote-bases',
    kind: 'bool',
    help: 'let kustomize fetch bases from other servers; without, what they hold is unknown',
    beyond: true,
  },
];

/** The flags of every command that speaks to a cluster; named as kubectl's. */
export const connectionFlags: readonly Flag[] = [
  {
    name: 'kubeconfig',
    kind: 'text',
    value: 'FILE',
    completes: 'file',
    help: 'kubeconfig to use, instead of $KUBECONFIG and ~/.kube/config',
    beyond: true,
  },
  {
    name: 'context',
    kind: 'text',
    value: 'NAME',
    help: 'context of the kubeconfig, instead of the current one',
    beyond: true,
  },
  { name: 'as', kind: 'text', value: 'USER', help: 'user to impersonate', beyond: true },
  { name: 'as-group', kind: 'list', value: 'GROUP', help: 'group to impersonate', beyond: true },
  {
    name: 'request-timeout',
    kind: 'text',
    value: 'DURATION',
    help: 'how long a call to the cluster or a log-in may take (30s, 1m, seconds; default 60s)',
    beyond: true,
  },
];

/** Reads `workspaceFlags`. */
export function readWorkspaceOptions(values: Values): WorkspaceOptions {
  return {
    folder: '.',
    paths: values.list('path'),
    clusters: values.list('cluster'),
    remoteBases: values.bool('remote-bases'),
  };
}

/** Reads `connectionFlags`. */
export function readConnectionOptions(values: Values): ConnectionOptions {
  const timeout = values.text('request-timeout');
  return {
    kubeconfig: values.text('kubeconfig'),
    context: values.text('context'),
    asUser: values.text('as'),
    asGroups: values.list('as-group'),
    ...(timeout === null ? {} : { requestTimeout: readRequestTimeout(timeout) }),
  };
}
