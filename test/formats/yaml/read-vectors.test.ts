import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SopskitError } from '../../../src/errors/sopskit-error.ts';
import type { Answer } from './read-answer.ts';
import { answerOf } from './read-answer.ts';
import { vectorTexts } from './read-cases.ts';

interface Vector {
  readonly text: string;
  readonly answer: Answer;
}

const file = new URL('../../vectors/yaml-read.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as readonly Vector[];

describe('what go-yaml v3.0.4 and sops 3.13.3 read (recorded)', () => {
  it('is recorded for every case', () => {
    expect(vectors.map(({ text }) => text)).toEqual(vectorTexts());
  });

  it.each(vectors.map(({ text, answer }, at) => ({ at, text, answer })))(
    'case $at: $text',
    ({ text, answer }) => {
      expect(read(text)).toEqual(answer);
    },
  );
});

function read(text: string): Answer {
  try {
    return answerOf(Buffer.from(text));
  } catch (error) {
    if (error instanceof SopskitError) return { refused: true };
    throw error;
  }
}
