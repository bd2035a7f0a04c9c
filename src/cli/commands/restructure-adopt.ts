import { SopskitError } from '../../errors/sopskit-error.ts';
import type { AdoptRequest } from '../../operations/restructure/adopt.ts';
import type { Command } from '../command.ts';
import { readConnectionOptions } from '../flux-flags.ts';
import { typedLine } from '../restructure-line.ts';
import {
  type RestructureOutput,
  readRestructureOutput,
  restructureFlags,
  runRestructure,
} from '../restructure-run.ts';

export interface RestructureAdoptRequest {
  readonly adopt: AdoptRequest;
  readonly output: RestructureOutput;
  readonly line: string;
}

export const command: Command<RestructureAdoptRequest> = {
  name: 'restructure adopt',
  group: 'flux',
  summary: 'bring what was installed by hand into the repository',
  usage: 'OBJECT… --into KUSTOMIZATION',
  about: [
    'OBJECT is HelmRelease/NAME for a release that `helm install` made, or KIND/NAME for a live object. What is written is compared first: anything that Flux would change refuses, by the names of the fields.',
    'A release becomes a HelmRelease with the same name, namespaces, version and values, and a HelmRepository (or OCIRepository); values that are secret go into an encrypted Secret. The chart is rendered twice with helm: fields that it makes afresh each time are named.',
    'A live object is written without what the API server added; Secrets are encrypted before they touch the disk.',
  ],
  examples: [
    {
      line: 'sopskit restructure adopt HelmRelease/podinfo -n apps --into apps --repo https://charts.example.com',
      says: 'shows the files, the comparison and the step',
    },
    {
      line: 'sopskit restructure adopt ConfigMap/settings Secret/login -n apps --into apps --folder apps/web --apply',
      says: 'live objects, carried out',
    },
  ],
  flags: [
    {
      name: 'namespace',
      aliases: ['n'],
      kind: 'text',
      value: 'NAMESPACE',
      help: "namespace of the release, or of the objects; without, the context's",
      beyond: true,
    },
    {
      name: 'into',
      aliases: ['kustomization'],
      kind: 'text',
      value: 'NAME',
      help: 'Kustomization that takes them over: name or namespace/name',
      beyond: true,
    },
    {
      name: 'folder',
      kind: 'text',
      value: 'FOLDER',
      completes: 'file',
      help: 'folder for the files, in the path of the Kustomization; without, that path',
      beyond: true,
    },
    {
      name: 'repo',
      kind: 'text',
      value: 'URL',
      help: "repository of the chart: https://… or oci://…; without, looked for among helm's own",
      beyond: true,
    },
    {
      name: 'secret-value',
      kind: 'list',
      value: 'PATH',
      help: 'value of the release that is secret too: auth.user',
      beyond: true,
    },
    ...restructureFlags,
  ],
  completes: 'none',
  beyond: true,
  parse({ values, args }) {
    const into = values.text('into');
    if (args.length === 0)
      throw new SopskitError('usage.invalid', 'what is adopted?', {
        hint: 'sopskit restructure adopt HelmRelease/NAME -n NAMESPACE --into KUSTOMIZATION',
      });
    if (into === null)
      throw new SopskitError('usage.invalid', 'which Kustomization takes it over?', {
        hint: 'Name it: --into KUSTOMIZATION.',
      });
    const isRelease = (typed: string): boolean =>
      /^(?:helmreleases?|hr|helm|releases?)(?:\.|\/)/i.test(typed);
    if (args.length > 1 && args.some(isRelease))
      throw new SopskitError('usage.invalid', 'a Helm release is adopted alone', {
        hint: 'Run the command once for each.',
      });
    const [repository, secretValues] = [values.text('repo'), values.list('secret-value')];
    if (!args.some(isRelease) && (repository !== null || secretValues.length > 0))
      throw new SopskitError('usage.conflict', '--repo and --secret-value are about a Helm release', {
        hint: 'Name it as HelmRelease/NAME.',
      });
    return {
      adopt: {
        objects: args,
        namespace: values.text('namespace'),
        into,
        folder: values.text('folder'),
        repository,
        secretValues,
        connection: readConnectionOptions(values),
      },
      output: readRestructureOutput(values),
      line: typedLine('restructure adopt', command.flags, values, args),
    };
  },
  async run({ adopt, output, line }, context) {
    const { adoptTitle, planAdopt } = await import('../../operations/restructure/adopt.ts');
    return runRestructure(context, output, {
      title: adoptTitle(adopt),
      line,
      kustomization: adopt.into,
      plan: (ground) => planAdopt(context.system, ground, adopt),
    });
  },
};
