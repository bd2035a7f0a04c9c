import { yamlFormat } from '../../formats/yaml/yaml-format.ts';
import { entriesOf } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';

/** Prints an object as YAML, two spaces a level, keys in their order, as kustomize prints them. */
export function objectText(object: Mapping): string {
  return printed(sorted(object));
}

/** Prints an object as YAML for people: what it is comes first, all else in its own order. */
export function printObject(object: Mapping): string {
  const entries = entriesOf(object);
  const head = firstFields.flatMap((field) => entries.filter(({ key }) => key === field));
  return printed({
    kind: 'mapping',
    entries: [...head, ...entries.filter((entry) => !head.includes(entry))],
  });
}

const firstFields: readonly string[] = ['apiVersion', 'kind', 'metadata', 'type'];

function printed(object: Mapping): string {
  return Buffer.from(yamlFormat.emit([object], { indent: 2 })).toString('utf8');
}

function sorted(value: Mapping): Mapping;
function sorted(value: Value): Value;
function sorted(value: Value): Value {
  switch (value.kind) {
    case 'mapping':
      return {
        kind: 'mapping',
        entries: entriesOf(value)
          .sort((one, other) => (String(one.key) < String(other.key) ? -1 : 1))
          .map((entry) => ({ ...entry, value: sorted(entry.value) })),
      };
    case 'sequence':
      return {
        kind: 'sequence',
        items: value.items.map((item) => (item.kind === 'comment' ? item : sorted(item))),
      };
    default:
      return value;
  }
}
