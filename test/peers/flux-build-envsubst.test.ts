// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so
import { expect, it } from 'vitest';
import { substituteText } from '../../src/flux/build/envsubst/envsubst.ts';
import { jsonText } from '../../src/flux/build/json-text.ts';
import { readKubernetesObject } from '../../src/flux/build/kubernetes-yaml.ts';
import { objectText } from '../../src/flux/build/object-text.ts';
import { substituteObject } from '../../src/flux/build/substitute.ts';
import type { Mapping } from '../../src/tree/value.ts';
import { askFlux, Dice } from '../flux/build/oracle.ts';
import { describePeers } from './peers.ts';

const vars: Readonly<Record<string, string>> = {
  a: 'some/path.with.dots',
  b: 'Ärger über Größe',
  n: '42',
  yes: 'yes',
  empty: '',
  _x1: 'a*b[c]?d\\e',
  tricky: '"quoted": {x: y} # no comment',
};
const pieces = [
  ...['${', '${', '${', '}', '}', '}', '$', '$$', '$${', '{', '#', '##', '%', '%%', '/', '//', '/#', '/%'],
  ...[
    ':',
    ':=',
    ':-',
    ':+',
    ':?',
    '=',
    '^',
    '^^',
    ',',
    ',,',
    '*',
    '?',
    '[',
    ']',
    '[^a-c]',
    '-',
    '\\',
    '\\/',
    '\\\\',
  ],
  ...[
    'a',
    'b',
    'n',
    'yes',
    'empty',
    '_x1',
    'none',
    'tricky',
    '0',
    '1',
    '3',
    '-2',
    '99',
    'ß',
    'text',
    ' ',
    '\n',
    '.',
  ],
];

function template(dice: Dice): string {
  if (dice.roll(3) > 0) return Array.from({ length: 1 + dice.roll(10) }, () => dice.one(pieces)).join('');
  const operator = dice.one([
    '',
    ':=',
    ':-',
    '=',
    '#',
    '##',
    '%',
    '%%',
    '/',
    '//',
    '/#',
    '/%',
    ':',
    '^',
    '^^',
    ',',
    ',,',
  ]);
  const word = () => (dice.roll(4) === 0 ? template(dice) : dice.many(3, () => dice.one(pieces)).join(''));
  const tail = operator.startsWith('/')
    ? `${word()}/${word()}`
    : operator.startsWith('^') || operator.startsWith(',')
      ? ''
      : word();
  return `${dice.one(['', 'x ', '$'])}\${${dice.one(Object.keys(vars))}${operator}${operator === '' ? '' : tail}}${word()}`;
}

describePeers('variables as the real envsubst puts them in', ['flux-oracle'], (peers) => {
  const oracle = peers['flux-oracle'];

  it.each([
    { strict: true, seed: 1 },
    { strict: false, seed: 3 },
  ])('makes the same of 30,000 random templates, strict: $strict', ({ strict, seed }) => {
    const dice = new Dice(seed);
    const texts = Array.from({ length: 30_000 }, () => template(dice));
    const answers = askFlux(
      oracle,
      texts.map((text) => ({ do: 'text', text, vars, strict })),
    );
    const differences = texts.flatMap((text, index) => {
      const ours = substituteText(text, (name) => vars[name] ?? (strict ? null : ''));
      const { text: theirs, error } = answers[index] ?? {};
      const shown = typeof ours === 'string' ? ours : `error: ${ours.message}`;
      return shown === (error === undefined ? theirs : `error: ${error}`)
        ? []
        : [{ text, shown, theirs, error }];
    });
    expect(differences.slice(0, 5)).toEqual([]);
    expect(answers.filter(({ error }) => error === undefined).length).toBeGreaterThan(5_000);
  });

  it.each([true, false])('makes the same of 3,000 random objects, strict: %s', (strict) => {
    const dice = new Dice(2);
    const scalar = (): unknown =>
      dice.one<() => unknown>([
        () => '${n}',
        () => '${yes}',
        () => '${a}',
        () => 'x: ${n} # y',
        () => '${tricky}',
        () =>
          dice.one([
            'yes',
            'no',
            '0o14',
            '0777',
            '1_000',
            '2001-01-01',
            '~',
            'null',
            '1e3',
            '.5',
            '0x1f',
            '+1',
            'y',
          ]),
        () => '${none:=yes}',
        () => (dice.roll(5) === 0 ? '${none} and ${n}' : '${n}'),
        () => 'line 1\nline ${n}\n\n  deep ${b}\n',
        () => `${'word '.repeat(30)}\${b:-long}`,
        () => ' leading ${a}',
        () => '- ${a}',
        () => '"${n}"',
        () => dice.roll(1000),
        () => dice.roll(2) === 0,
        () => null,
        () => dice.roll(100) / 8,
        () => '${empty}',
        () => '$${a}',
        () => '',
        () => '\t${n}',
        () => 'ß ${b^^} \u{1F600}',
      ])();
    const value = (depth: number): unknown => {
      const kind = depth === 0 ? 2 : dice.roll(4);
      if (kind === 0)
        return Object.fromEntries(
          dice.many(3, () => [dice.one(['k', 'y', '1', '${n}', 'on', 'a.b/c']), value(depth - 1)]),
        );
      return kind === 1 ? dice.many(3, () => value(depth - 1)) : scalar();
    };
    const objects = Array.from({ length: 3_000 }, () => ({
      apiVersion: 'example.com/v1',
      kind: 'Thing',
      metadata: { name: dice.one(['x', 'x-${n}', '${n}']) },
      spec: value(3),
    }));
    const answers = askFlux(
      oracle,
      objects.map((object) => ({ do: 'object', object, vars, strict })),
    );
    const differences = objects.flatMap((object, index) => {
      const { object: theirs, error } = answers[index] ?? {};
      const [ours, wanted] = [
        substituted(mappingFrom(object), !strict),
        error === undefined ? canonical(theirs) : `failed: ${worded(error)}`,
      ];
      return ours === wanted ? [] : [{ object: JSON.stringify(object), ours, wanted, error }];
    });
    expect(differences.slice(0, 5)).toEqual([]);
    expect(answers.filter(({ error }) => error === undefined).length).toBeGreaterThan(1_000);
  });
});

/** What is no YAML any more is told in the words of another parser. */
function worded(error: string): string {
  return error.replace(/(YAMLToJSON: )[\s\S]*/, '$1…');
}

function substituted(object: Mapping, lenient: boolean): string {
  const found = substituteObject(
    object,
    () => objectText(object),
    { substitute: new Map(), substituteFrom: [], strategy: 'WithVariables' },
    {
      values: new Map(Object.entries(vars)),
      certain: new Set(Object.keys(vars)),
      missing: [],
      secrets: new Set(),
      lenient,
    },
  );
  if (found.kind === 'failed') return `failed: ${worded(found.message)}`;
  if (found.kind === 'uncertain') return 'uncertain';
  return jsonText(found.kind === 'same' ? object : found.object, { sorted: true });
}

function mappingFrom(object: unknown): Mapping {
  const read = readKubernetesObject(JSON.stringify(object));
  if (read === null) throw new TypeError('no object');
  return read;
}

function canonical(object: unknown): string {
  return jsonText(mappingFrom(object), { sorted: true });
}
