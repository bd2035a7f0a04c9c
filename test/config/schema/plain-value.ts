import { readYaml } from '../../../src/formats/yaml/read.ts';
import type { Value } from '../../../src/tree/value.ts';

/** The first document of a YAML text as plain JavaScript values: what a validator takes. */
export function plainYaml(text: string): unknown {
  const [branch] = readYaml(new TextEncoder().encode(text)).branches;
  return branch === undefined ? null : plain(branch);
}

function plain(value: Value): unknown {
  switch (value.kind) {
    case 'mapping':
      return Object.fromEntries(
        value.entries.flatMap((entry) =>
          entry.kind === 'entry' ? [[String(entry.key), plain(entry.value)]] : [],
        ),
      );
    case 'sequence':
      return value.items.flatMap((item) => (item.kind === 'comment' ? [] : [plain(item)]));
    case 'int':
      return Number(value.value);
    case 'null':
      return null;
    case 'odd':
      return value.text;
    default:
      return value.value;
  }
}
