import fc from 'fast-check';
import type { FormatName } from '../../../src/formats/format.ts';
import { randomDotenv } from '../../formats/dotenv/random-dotenv.ts';
import { randomIni } from '../../formats/ini/random-ini.ts';
import { randomJson } from '../../formats/json/random-json.ts';
import { yamlTexts } from '../../formats/yaml/edit-generator.ts';
import { layout } from '../../formats/yaml/read-layouts.ts';
import { Random } from '../../formats/yaml/read-random.ts';
import { type Policy, randomPolicy } from './policies.ts';
import { randomManifest } from './random-manifest.ts';

/** A plaintext file and how to encrypt it. */
export interface PlainFile {
  readonly title: string;
  readonly format: FormatName;
  readonly bytes: Uint8Array;
  readonly policy: Policy;
}

export type Kind = 'manifest' | 'yaml edits' | 'yaml layouts' | 'json' | 'dotenv' | 'ini' | 'binary';

const noPolicy: Policy = { select: {}, macOnlyEncrypted: false };

/** Returns the file of a kind and a seed; the same on every machine. */
export function randomFile(kind: Kind, seed: number): PlainFile {
  const random = new Random(seed * 2_654_435 + 17);
  const policy = randomPolicy(random);
  const title = `${kind} ${seed}`;
  const text = (format: FormatName, bytes: Uint8Array): PlainFile => ({ title, format, bytes, policy });
  const draw = (): number => random.next();
  switch (kind) {
    case 'manifest':
      return text('yaml', Buffer.from(randomManifest(random)));
    case 'yaml edits':
      return text('yaml', Buffer.from(fc.sample(yamlTexts, { seed, numRuns: 1 })[0] ?? ''));
    case 'yaml layouts':
      return text('yaml', Buffer.from(layout(seed)));
    case 'json':
      return text('json', Buffer.from(randomJson(draw), 'latin1'));
    case 'dotenv':
      return text('dotenv', Buffer.from(randomDotenv(draw), 'latin1'));
    case 'ini':
      return text('ini', Buffer.from(randomIni(draw), 'latin1'));
    case 'binary':
      return { ...text('binary', randomBytes(random)), policy: noPolicy };
  }
}

function randomBytes(random: Random): Uint8Array {
  const length = random.pick([0, 1, 2, 15, 16, 17, 300, 5000]);
  return Uint8Array.from({ length }, () => (random.chance(0.3) ? random.below(256) : 32 + random.below(96)));
}
