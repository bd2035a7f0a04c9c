import { SopskitError } from '../../errors/sopskit-error.ts';
import type { DoctorRequest } from '../../operations/flux-doctor/doctor.ts';
import type { Command } from '../command.ts';
import {
  connectionFlags,
  readConnectionOptions,
  readWorkspaceOptions,
  workspaceFlags,
} from '../flux-flags.ts';

export interface FluxDoctorRequest extends DoctorRequest {
  readonly json: boolean;
}

export const command: Command<FluxDoctorRequest> = {
  name: 'flux doctor',
  group: 'flux',
  summary: 'explain what is not ready, or became of an object',
  usage: '[KIND/NAME]',
  about: [
    'Reads the sources, Kustomizations and HelmReleases of a cluster and tells what is wrong, from cause to effect, with the command that mends each. Finds also what Flux calls Ready: ciphertext stored as a value, an object with two owners, a deletion that hangs. It changes nothing, and prints no value of a Secret.',
    'With KIND/NAME (as kubectl takes them) it tells of one object which Kustomization owns it, or which one deleted it and in which revision, and what brings it back. Where the cluster has forgotten, it asks the history of the repository that it is run in.',
    'Ends with 0 where nothing is wrong, 1 where something is, 2 where it could not look.',
  ],
  examples: [
    { line: 'sopskit flux doctor', says: 'the cluster of the current context' },
    { line: 'sopskit flux doctor -n apps --json', says: 'one namespace, for a program' },
    {
      line: 'sopskit flux doctor helmrelease/cilium -n kube-system',
      says: 'who deleted it, and what restores it',
    },
  ],
  flags: [
    {
      name: 'namespace',
      aliases: ['n'],
      kind: 'text',
      value: 'NAMESPACE',
      help: 'namespace of the object, or the only one to tell of (default: all)',
    },
    { name: 'json', kind: 'bool', help: 'print one JSON document' },
    ...connectionFlags,
    ...workspaceFlags,
  ],
  statuses: { otherwise: 2 },
  usageStatus: 2,
  beyond: true,
  parse({ values, args }) {
    if (args.length > 2)
      throw new SopskitError('usage.invalid', 'flux doctor takes one object', { hint: 'Give KIND/NAME.' });
    return {
      object: args.length === 0 ? null : args.join('/'),
      namespace: values.text('namespace'),
      connection: readConnectionOptions(values),
      workspace: readWorkspaceOptions(values),
      json: values.bool('json'),
    };
  },
  async run(request, { system, terminal }) {
    const { doctor } = await import('../../operations/flux-doctor/doctor.ts');
    const answer = await doctor(system, request);
    terminal.write(
      request.json ? `${JSON.stringify(answer.json, null, 2)}\n` : answer.text(terminal.colours.output),
    );
    return answer.healthy ? 0 : 1;
  },
};
