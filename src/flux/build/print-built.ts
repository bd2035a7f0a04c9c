import { jsonFormat } from '../../formats/json/json-format.ts';
import { mappingOf, stringOf } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import type { Unknown } from '../unknown.ts';
import type { BuiltObject } from './build.ts';
import type { BuiltKustomization, BuiltReport } from './built-report.ts';
import { masked } from './masked.ts';
import { printObject } from './object-text.ts';

export interface PrintBuiltOptions {
  readonly masked: boolean;
  /** Ids only. */
  readonly inventory: boolean;
}

/** Prints builds as YAML documents, each Kustomization headed by a comment that names it; or as their inventories. */
export function printBuilt({ kustomizations }: BuiltReport, options: PrintBuiltOptions): string {
  const several = kustomizations.length > 1;
  const parts = kustomizations.flatMap((one) => {
    if (one.build.kind !== 'built') return [];
    const { objects } = one.build;
    const head =
      several || objects.length === 0
        ? `# Kustomization ${one.kustomization}${clusterText(one, kustomizations)}`
        : '';
    const none = objects.length === 0 ? ': no objects' : '';
    const body = options.inventory
      ? objects.map(({ id }) => `${id}\n`)
      : objects.map((object) => `---\n${printObject(manifestOf(object, options))}`);
    return [head === '' ? '' : `${head}${none}\n`, ...body];
  });
  return parts.join('');
}

/** Names the cluster where there are several. */
function clusterText({ cluster }: BuiltKustomization, all: readonly BuiltKustomization[]): string {
  return new Set(all.map((one) => one.cluster)).size > 1 ? ` of ${cluster}` : '';
}

function manifestOf(object: BuiltObject, options: PrintBuiltOptions): Mapping {
  return options.masked ? masked(object) : object.manifest;
}

/** Prints builds as one JSON document (docs/flux.md shows it). */
export function builtJson({ label, kustomizations }: BuiltReport, options: PrintBuiltOptions): Uint8Array {
  const list = kustomizations.map((one) => mappingOf([...headOf(one), ...buildOf(one, options)]));
  const document = mappingOf([
    ['revision', stringOf(label)],
    ['masked', { kind: 'bool', value: options.masked }],
    ['kustomizations', sequence(list)],
  ]);
  return jsonFormat.emit([document], { indent: 2 });
}

type Fields = (readonly [string, Value])[];

function headOf({ cluster, kustomization, build }: BuiltKustomization): Fields {
  return [
    ['cluster', stringOf(cluster)],
    ['kustomization', stringOf(kustomization)],
    ['build', stringOf(build.kind)],
  ];
}

function buildOf({ build }: BuiltKustomization, options: PrintBuiltOptions): Fields {
  switch (build.kind) {
    case 'failed':
      return [
        ['message', stringOf(build.message)],
        ['fix', stringOf(build.fix)],
      ];
    case 'unknown':
      return [['unknowns', unknownsOf(build.unknowns)]];
    case 'built':
      return [
        ['objects', sequence(build.objects.map((object) => objectOf(object, options)))],
        ['unknowns', unknownsOf(build.unknowns)],
      ];
  }
}

function objectOf(object: BuiltObject, options: PrintBuiltOptions): Mapping {
  const { namespace, name, group, kind } = object.identity;
  return mappingOf([
    ['id', stringOf(object.id)],
    ['apiVersion', stringOf(object.apiVersion)],
    ['group', stringOf(group)],
    ['kind', stringOf(kind)],
    ['namespace', stringOf(namespace)],
    ['name', stringOf(name)],
    ['manifest', options.inventory ? undefined : manifestOf(object, options)],
  ]);
}

function unknownsOf(unknowns: readonly Unknown[]): Value {
  return sequence(
    unknowns.map(({ reason, subject, message, fix }) =>
      mappingOf([
        ['reason', stringOf(reason)],
        ['subject', stringOf(subject)],
        ['message', stringOf(message)],
        ['fix', stringOf(fix)],
      ]),
    ),
  );
}

function sequence(items: readonly Value[]): Value {
  return { kind: 'sequence', items };
}
