import type { FormatName } from '../../../src/formats/format.ts';
import { Random } from '../../formats/yaml/read-random.ts';

/** Three versions of one file, as people make them: a base, and changes on two sides. */
export interface RandomSides {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
}

type Item = string | readonly string[] | { readonly name: string; readonly value: string } | Block;
interface Block {
  readonly lines: readonly string[];
}
interface Line {
  readonly key: string;
  readonly comment: string | null;
  readonly value: Item;
}
type Model = readonly { readonly name: string; readonly lines: readonly Line[] }[];

const words = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta'] as const;

/** Makes the sides of a seed; the same on every machine. Formats but YAML and JSON hold strings only. */
export function randomSides(format: FormatName, seed: number): RandomSides {
  const random = new Random(seed * 7_368_787 + 3);
  const rich = format === 'yaml' || format === 'json';
  const sections = Array.from({ length: format === 'dotenv' ? 1 : 1 + random.below(3) }, (_, index) => ({
    name: `section${index}`,
    lines: uniqueLines(random, rich, 1 + random.below(7)),
  }));
  const [ours, theirs] = [changed(random, rich, sections), changed(random, rich, sections)];
  const print = printers[format];
  return { base: print(sections), ours: print(ours), theirs: print(theirs) };
}

function uniqueLines(random: Random, rich: boolean, count: number): Line[] {
  const lines = Array.from({ length: count }, () => makeLine(random, rich));
  return lines.filter((line, index) => lines.findIndex(({ key }) => key === line.key) === index);
}

function makeLine(random: Random, rich: boolean): Line {
  const key = `${random.pick(words)}${random.below(3)}`;
  return {
    key,
    comment: random.chance(0.3) ? `note ${random.below(9)}` : null,
    value: makeValue(random, rich),
  };
}

function makeValue(random: Random, rich: boolean): Item {
  const word = (): string => `${random.pick(words)}-${random.below(50)}`;
  const kind = rich ? random.below(6) : 0;
  if (kind === 3) return Array.from({ length: 1 + random.below(4) }, word);
  if (kind === 4) return { name: word(), value: word() };
  if (kind === 5) return { lines: Array.from({ length: 2 + random.below(5) }, word) };
  return word();
}

function changed(random: Random, rich: boolean, model: Model): Model {
  return model.map((section) => {
    let lines = [...section.lines];
    for (let count = random.below(3); count > 0; count--) lines = change(random, rich, lines);
    return { ...section, lines };
  });
}

function change(random: Random, rich: boolean, lines: readonly Line[]): Line[] {
  const at = random.below(lines.length + 1);
  const line = lines[at];
  const kind = random.below(6);
  if (kind === 0 || line === undefined) {
    const added = makeLine(random, rich);
    return lines.some(({ key }) => key === added.key)
      ? [...lines]
      : [...lines.slice(0, at), added, ...lines.slice(at)];
  }
  if (kind === 1 && lines.length > 1) return lines.filter((_, index) => index !== at);
  const value = kind === 2 ? makeValue(random, rich) : touched(random, line.value);
  return lines.map((old, index) => (index === at ? { ...old, value } : old));
}

/** A change inside of a value. */
function touched(random: Random, value: Item): Item {
  const word = `changed-${random.below(50)}`;
  if (typeof value === 'string') return word;
  if (Array.isArray(value)) return edited(random, value, word);
  if ('lines' in value) return { lines: edited(random, value.lines, word) };
  if ('name' in value) return { ...value, value: word };
  return value;
}

function edited(random: Random, items: readonly string[], word: string): string[] {
  const at = random.below(items.length);
  if (random.chance(0.3)) return [...items.slice(0, at), word, ...items.slice(at)];
  if (random.chance(0.2) && items.length > 1) return items.filter((_, index) => index !== at);
  return items.map((item, index) => (index === at ? word : item));
}

const printers: Readonly<Record<FormatName, (model: Model) => string>> = {
  yaml: (model) => model.map(({ name, lines }) => `${name}:\n${lines.map(yamlLine).join('')}`).join('\n'),
  json: (model) =>
    `${JSON.stringify(Object.fromEntries(model.map(({ name, lines }) => [name, Object.fromEntries(lines.map((line) => [line.key, jsonOf(line.value)]))])), null, 2)}\n`,
  dotenv: (model) =>
    model
      .flatMap(({ lines }) =>
        lines.map(({ key, comment, value }) => `${note('#', comment)}${key}=${String(value)}\n`),
      )
      .join(''),
  ini: (model) =>
    model
      .map(
        ({ name, lines }) =>
          `[${name}]\n${lines.map(({ key, comment, value }) => `${note(';', comment)}${key} = ${String(value)}\n`).join('')}`,
      )
      .join('\n'),
  binary: (model) =>
    model.flatMap(({ lines }) => lines.map(({ key, value }) => `${key} ${JSON.stringify(value)}\n`)).join(''),
};

function note(sign: string, comment: string | null): string {
  return comment === null ? '' : `${sign} ${comment}\n`;
}

function jsonOf(value: Item): unknown {
  return typeof value === 'object' && 'lines' in value ? `${value.lines.join('\n')}\n` : value;
}

function yamlLine({ key, comment, value }: Line): string {
  const head = comment === null ? '' : `  # ${comment}\n`;
  if (typeof value === 'string') return `${head}  ${key}: ${value}\n`;
  if (Array.isArray(value)) return `${head}  ${key}:\n${value.map((item) => `    - ${item}\n`).join('')}`;
  if ('lines' in value) return `${head}  ${key}: |\n${value.lines.map((line) => `    ${line}\n`).join('')}`;
  const { name, value: inner } = value as { name: string; value: string };
  return `${head}  ${key}:\n    name: ${name}\n    value: ${inner}\n`;
}
