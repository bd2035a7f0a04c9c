import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import type { Answer } from '../formats/yaml/read-answer.ts';
import { answerOf, oracleAnswer } from '../formats/yaml/read-answer.ts';
import { vectorTexts } from '../formats/yaml/read-cases.ts';
import { layout } from '../formats/yaml/read-layouts.ts';
import { plainProbes, taggedProbes } from '../formats/yaml/read-scalars.ts';
import { describePeers } from './peers.ts';

const layoutCount = 6000;
const vectorFile = new URL('../vectors/yaml-read.json', import.meta.url);

describePeers('reading YAML as go-yaml v3.0.4 does', ['goyaml-oracle'], (peers) => {
  const oracle = peers['goyaml-oracle'];

  it('agrees on random layouts', () => {
    const texts = Array.from({ length: layoutCount }, (_, at) => layout(1_000_000 + at));
    const answers = ask(oracle, texts);
    expect(differences(texts, answers)).toEqual([]);
    const accepted = answers.filter((answer) => 'branches' in answer).length;
    expect(accepted / layoutCount).toBeGreaterThan(0.35);
  });

  it('agrees on every scalar, as value and as key, in the first document and in a later one', () => {
    const texts = [...plainProbes, ...taggedProbes].flatMap((probe) =>
      [`k: ${probe}\n`, `? ${probe}\n: v\n`, `k: [${probe}]\n`].flatMap((text) => [
        text,
        `first: 1\n---\n${text}`,
      ]),
    );
    expect(differences(texts, ask(oracle, texts))).toEqual([]);
  });

  it('recorded the vectors truly', () => {
    const texts = vectorTexts();
    const answers = ask(oracle, texts);
    if (process.env['SOPSKIT_RECORD'] === '1') {
      const lines = texts.map((text, at) => JSON.stringify({ text, answer: answers[at] }));
      writeFileSync(vectorFile, `[\n${lines.join(',\n')}\n]\n`);
    }
    expect(differences(texts, answers)).toEqual([]);
  });
});

function ask(oracle: string, texts: readonly string[]): Answer[] {
  const input = texts.map((text) => `${Buffer.from(text).toString('base64')}\n`).join('');
  const run = spawnSync(oracle, { input, encoding: 'utf8', maxBuffer: 2 ** 30 });
  expect(run.status).toBe(0);
  return run.stdout.trimEnd().split('\n').map(oracleAnswer);
}

function differences(texts: readonly string[], answers: readonly Answer[]): unknown[] {
  const found: unknown[] = [];
  for (const [at, text] of texts.entries()) {
    const [theirs, ours] = [answers[at], read(text)];
    if (JSON.stringify(theirs) !== JSON.stringify(ours)) found.push({ text, theirs, ours });
  }
  return found;
}

function read(text: string): Answer {
  try {
    return answerOf(Buffer.from(text));
  } catch (error) {
    if (error instanceof SopskitError) return { refused: true };
    throw error;
  }
}
