import { SopskitError } from '../../errors/sopskit-error.ts';
import type { GraphFormat } from '../../flux/graph/print-graph.ts';
import type { WorkspaceOptions } from '../../flux/workspace.ts';
import type { Command } from '../command.ts';
import * as flags from '../flags.ts';
import { readWorkspaceOptions, workspaceFlags } from '../flux-flags.ts';
import { absolute, writeBack } from '../streams.ts';

export interface FluxGraphRequest {
  /** A revision, or two joined by `..`; `null`: the working tree. */
  readonly revisions: string | null;
  readonly format: GraphFormat;
  /** Where to write; `null` is standard output. */
  readonly output: string | null;
  readonly workspace: WorkspaceOptions;
}

const formats = ['text', 'svg', 'html', 'mermaid', 'json'] as const;

export const command: Command<FluxGraphRequest> = {
  name: 'flux graph',
  group: 'flux',
  summary: 'draw the Kustomizations, and what a plan deletes',
  usage: '[REV or BASE..HEAD]',
  about: [
    'Draws the working tree, a revision, or what lies between two: Kustomizations inside those that apply them, arrows from what has to be Ready to what waits for it. With two revisions, what is moved, orphaned or deleted is marked, and what is gone is drawn too.',
    'The format is that of the name after --output (.svg, .html, .mmd, .json); without it a tree is printed.',
  ],
  examples: [
    { line: 'sopskit flux graph', says: 'a tree, on the terminal' },
    {
      line: 'sopskit flux graph --output flux.html',
      says: 'a page to look at; nothing is loaded from anywhere',
    },
    { line: 'sopskit flux graph main..HEAD --output plan.svg', says: 'what a branch moves and deletes' },
    { line: 'sopskit flux graph --format mermaid', says: 'for a Markdown file' },
  ],
  flags: [
    {
      ...{ name: 'format', kind: 'text', value: 'FORMAT', completes: formats },
      help: 'text, svg, html, mermaid or json',
    },
    { ...flags.output, help: 'write to FILE instead of standard output' },
    ...workspaceFlags,
  ],
  completes: 'none',
  beyond: true,
  parse({ args, values }) {
    if (args.length > 1)
      throw new SopskitError('usage.invalid', 'flux graph takes one revision, or two joined by ..', {
        hint: 'For example: sopskit flux graph main..HEAD',
      });
    const output = values.text('output');
    return {
      revisions: args[0] ?? null,
      format: formatOf(values.text('format'), output),
      output: output === '-' ? null : output,
      workspace: readWorkspaceOptions(values),
    };
  },
  async run(request, context) {
    const { graphRepository } = await import('../../flux/graph/graph-repository.ts');
    const { printGraphs } = await import('../../flux/graph/print-graph.ts');
    const graphs = await graphRepository(context.system, request);
    if (request.format === 'svg' && graphs.length > 1) throw oneOnly(graphs.map(({ cluster }) => cluster));
    const printed = await printGraphs(graphs, request.format);
    if (request.output === null) context.terminal.write(printed);
    else writeBack(context, absolute(context.system, request.output), Buffer.from(printed));
    return 0;
  },
};

function formatOf(asked: string | null, output: string | null): GraphFormat {
  if (asked !== null) {
    const found = formats.find((format) => format === asked);
    if (found === undefined)
      throw new SopskitError('usage.invalid', `there is no format ${JSON.stringify(asked)} for a graph`, {
        hint: `Formats: ${formats.join(', ')}.`,
      });
    return found;
  }
  if (output === null || output === '-') return 'text';
  const extension = /\.(\w+)$/.exec(output)?.[1]?.toLowerCase();
  const byExtension: ReadonlyMap<string | undefined, GraphFormat> = new Map<string | undefined, GraphFormat>([
    ['svg', 'svg'],
    ['html', 'html'],
    ['htm', 'html'],
    ['mmd', 'mermaid'],
    ['mermaid', 'mermaid'],
    ['json', 'json'],
    ['txt', 'text'],
  ]);
  const found = byExtension.get(extension);
  if (found === undefined)
    throw new SopskitError(
      'usage.invalid',
      `the name ${JSON.stringify(output)} does not say which format is meant`,
      {
        hint: `Add --format (${formats.join(', ')}).`,
      },
    );
  return found;
}

function oneOnly(clusters: readonly string[]): SopskitError {
  return new SopskitError('usage.invalid', `an SVG shows one cluster, and there are ${clusters.length}`, {
    hint: `Choose one: --cluster ${clusters.join(', --cluster ')}; an HTML page shows all.`,
  });
}
