import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { emitYaml, emitYamlValue } from '../../src/formats/yaml/emit.ts';
import { asMapping, substance, treeFromJson } from '../formats/yaml/emit-tree.ts';
import type { EmitAnswer, EmitRequest } from './goyaml-emit.ts';
import { askGoYaml } from './goyaml-emit.ts';
import { describePeers } from './peers.ts';
import type { EmitCase } from './yaml-emit-cases.ts';
import { randomCases, vectorCases } from './yaml-emit-cases.ts';

const vectors = new URL('../vectors/yaml-emit.json', import.meta.url);

interface Outcome {
  readonly asked: EmitCase;
  readonly ours: string;
  readonly theirs: EmitAnswer;
  readonly weKeep: boolean;
  readonly theyKeep: boolean;
}

function emit(asked: EmitCase): string {
  if ('node' in asked) return emitYamlValue(treeFromJson(asked.node), {});
  return emitYaml(asked.branches.map(asMapping), { indent: asked.indent });
}

function emitRequest(asked: EmitCase): EmitRequest {
  return 'node' in asked ? { op: 'value', ...asked } : { op: 'emit', ...asked };
}

function keeps(asked: EmitCase, read: EmitAnswer | undefined): boolean {
  // A comment that is extracted alone prints as a mapping, by design.
  if ('node' in asked && asked.node[0] === 'comment') return read?.branches !== undefined;
  const trees = 'node' in asked ? [asked.node] : asked.branches;
  return isDeepStrictEqual(trees.map(substance), read?.branches?.map(substance));
}

async function compare(oracle: string, cases: readonly EmitCase[]): Promise<Outcome[]> {
  const ours = cases.map(emit);
  const theirs = await askGoYaml(oracle, cases.map(emitRequest));
  const read = (texts: readonly string[]): Promise<EmitAnswer[]> =>
    askGoYaml(
      oracle,
      texts.map((text, index) => ({ op: 'node' in (cases[index] ?? {}) ? 'scalar' : 'read', text })),
    );
  const ourTrees = await read(ours);
  const theirTrees = await read(theirs.map((answer) => answer.text ?? ': no text'));
  return cases.map((asked, index) => ({
    asked,
    ours: ours[index] ?? '',
    theirs: theirs[index] ?? {},
    weKeep: keeps(asked, ourTrees[index]),
    theyKeep: keeps(asked, theirTrees[index]),
  }));
}

describePeers('the YAML emitter and go-yaml', ['goyaml-emit-oracle'], (peers) => {
  const oracle = peers['goyaml-emit-oracle'];

  it.each([1, 2, 3])('print random trees alike, or ours keeps what theirs loses (seed %i)', async (seed) => {
    const outcomes = await compare(oracle, randomCases(seed, 2000));
    expect(outcomes.filter((outcome) => !outcome.weKeep)).toEqual([]);
    expect(outcomes.filter((outcome) => outcome.theyKeep && outcome.ours !== outcome.theirs.text)).toEqual(
      [],
    );
    expect(outcomes.filter((outcome) => outcome.theyKeep).length).toBeGreaterThan(1500);
  });

  it('still print what test/vectors/yaml-emit.json recorded', async () => {
    const outcomes = await compare(oracle, vectorCases());
    expect(outcomes.filter((outcome) => !outcome.weKeep)).toEqual([]);
    const recorded = outcomes.map(({ asked, ours, theirs }) =>
      theirs.text === ours
        ? { ...asked, text: ours }
        : { ...asked, text: ours, sops: theirs.text ?? theirs.error },
    );
    if (process.env['SOPSKIT_RECORD'] === '1') {
      writeFileSync(vectors, `[\n${recorded.map((line) => JSON.stringify(line)).join(',\n')}\n]\n`);
    }
    expect(JSON.parse(readFileSync(vectors, 'utf8'))).toEqual(JSON.parse(JSON.stringify(recorded)));
  });
});
