import { printSingle } from '../../tree/go-float.ts';
import { entriesOf, mappingOf, stringOf } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';

/**
 * A field of kustomize's type: a text (numbers and `yes` are made texts), a list, a map of any keys, a struct of known
 * fields; `any` is left as it is.
 */
type Shape =
  | 'text'
  | 'any'
  | { readonly list: Shape }
  | { readonly map: Shape }
  | { readonly fields: Readonly<Record<string, Shape>> };

/**
 * Decodes a kustomization as the controller does before it writes it anew (sigs.k8s.io/yaml into kustomize's type, api
 * v0.21.1): names of fields are found whatever their case, what the type has no field for is lost, numbers and YAML 1.1
 * words become texts where the type has texts - but not in structs that lie inline in others, which that library
 * overlooks.
 */
export function typedKustomization(mapping: Mapping): Mapping {
  return structOf(mapping, kustomization);
}

function decoded(value: Value, shape: Shape): Value {
  if (shape === 'any') return value;
  if (shape === 'text') return textFrom(value);
  if ('list' in shape) {
    if (value.kind !== 'sequence') return value;
    const items = value.items.map((item) => (item.kind === 'comment' ? item : decoded(item, shape.list)));
    return { ...value, items };
  }
  if (value.kind !== 'mapping') return value;
  if ('fields' in shape) return structOf(value, shape.fields);
  return mappingOf(entriesOf(value).map(({ key, value: one }) => [String(key), decoded(one, shape.map)]));
}

/** Of keys that differ in their case only, the last in byte order counts, maps of them are joined. */
function structOf(mapping: Mapping, fields: Readonly<Record<string, Shape>>): Mapping {
  const names = new Map(Object.keys(fields).map((name) => [folded(name), name]));
  const found = new Map<string, Value>();
  const entries = entriesOf(mapping).map(({ key, value }) => ({ key: String(key), value }));
  if (hasTwins(entries)) entries.sort((one, other) => (one.key < other.key ? -1 : 1));
  for (const { key, value } of entries) {
    const name = names.get(folded(key));
    const shape = name === undefined ? undefined : fields[name];
    if (name === undefined || shape === undefined) continue;
    found.set(name, joined(found.get(name), decoded(value, shape)));
  }
  return mappingOf(found);
}

function hasTwins(entries: readonly { readonly key: string }[]): boolean {
  return new Set(entries.map(({ key }) => folded(key))).size < entries.length;
}

function joined(before: Value | undefined, value: Value): Value {
  if (value.kind === 'null' && before !== undefined) return before;
  if (before?.kind !== 'mapping' || value.kind !== 'mapping') return value;
  return mappingOf(
    new Map([...entriesOf(before), ...entriesOf(value)].map((entry) => [String(entry.key), entry.value])),
  );
}

/** As encoding/json compares: letters of Unicode that fold to ASCII ones are the same too. */
function folded(name: string): string {
  return name.toUpperCase().toLowerCase();
}

function textFrom(value: Value): Value {
  switch (value.kind) {
    case 'int':
    case 'bool':
      return stringOf(String(value.value));
    case 'float':
      return stringOf(printSingle(value.value));
    default:
      return value;
  }
}

const texts: Shape = { list: 'text' };
const textMap: Shape = { map: 'text' };
const raw = (names: string): Record<string, Shape> =>
  Object.fromEntries(names.split(' ').map((name) => [name, 'any'] as const));
const text = (names: string): Record<string, Shape> =>
  Object.fromEntries(names.split(' ').map((name) => [name, 'text'] as const));

const selector: Shape = {
  fields: { ...raw('group version kind name namespace'), ...text('annotationSelector labelSelector') },
};
const patches: Shape = {
  list: {
    fields: {
      ...text('path patch'),
      target: selector,
      options: { fields: raw('allowNameChange allowKindChange') },
    },
  },
};
const images: Shape = { list: { fields: text('name newName tagSuffix newTag digest') } };
const generated: Record<string, Shape> = {
  ...raw('namespace name behavior literals files envs env'),
  options: { fields: raw('labels annotations disableNameSuffixHash immutable') },
};
const label: Shape = {
  fields: {
    pairs: textMap,
    ...raw('includeSelectors includeTemplates'),
    fields: { list: { fields: { ...raw('group version kind create'), path: 'text' } } },
  },
};
const variable: Shape = {
  fields: {
    name: 'text',
    objref: { fields: { ...text('apiVersion name namespace'), ...raw('group version kind') } },
    fieldref: { fields: text('fieldPath') },
  },
};

/** types/kustomization.go */
const kustomization: Readonly<Record<string, Shape>> = {
  ...raw('apiVersion kind'),
  metadata: { fields: { ...text('name namespace'), labels: textMap, annotations: textMap } },
  openapi: textMap,
  ...text('namePrefix nameSuffix namespace'),
  commonLabels: textMap,
  labels: { list: label },
  commonAnnotations: textMap,
  patchesStrategicMerge: texts,
  patchesJson6902: patches,
  patches,
  images,
  imageTags: images,
  replacements: { list: { fields: { ...raw('source targets sourceValue'), path: 'text' } } },
  replicas: { list: { fields: { name: 'text', count: 'any' } } },
  vars: { list: variable },
  sortOptions: {
    fields: { order: 'text', legacySortOptions: { fields: { orderFirst: texts, orderLast: texts } } },
  },
  resources: texts,
  components: texts,
  crds: texts,
  bases: texts,
  configMapGenerator: { list: { fields: generated } },
  secretGenerator: { list: { fields: { ...generated, type: 'text' } } },
  ...raw('helmGlobals helmCharts helmChartInflationGenerator'),
  generatorOptions: {
    fields: { labels: textMap, annotations: textMap, ...raw('disableNameSuffixHash immutable') },
  },
  configurations: texts,
  generators: texts,
  transformers: texts,
  validators: texts,
  buildMetadata: texts,
};
