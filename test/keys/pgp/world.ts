import fs from 'node:fs';
import path from 'node:path';
import { SopskitError } from '../../../src/errors/sopskit-error.ts';
import { Secret } from '../../../src/secret/secret.ts';
import type { Environment } from '../../../src/system/environment.ts';
import { nodeProcesses } from '../../../src/system/node/node-processes.ts';
import { nodeSystem } from '../../../src/system/node/node-system.ts';
import { nodeTermination } from '../../../src/system/node/termination.ts';
import type { System } from '../../../src/system/system.ts';

/** Keys and messages that real gpg made; all of them TEST keys. */
export const vectorFolder: string = path.join(import.meta.dirname, '../../vectors/pgp');

interface Vectors {
  readonly passphrase: string;
  readonly dataKey: string;
  readonly fingerprints: Readonly<
    Record<'alice' | 'aliceRsa' | 'aliceCurve' | 'bob' | 'signer' | 'expired', string>
  >;
  readonly messages: readonly {
    name: string;
    to: 'alice' | 'bob';
    keyIds: string[] | null;
    armored: string;
  }[];
}

export const vectors: Vectors = JSON.parse(fs.readFileSync(path.join(vectorFolder, 'messages.json'), 'utf8'));

export function keyFile(name: string): string {
  return path.join(vectorFolder, name);
}

export interface World {
  readonly system: System;
  /** The questions that were asked. */
  readonly questions: readonly string[];
  readonly warnings: readonly string[];
}

/** The real system with an environment of its own (no PATH: no gpg), and a user who types `answers`. */
export function worldWith(
  variables: Readonly<Record<string, string>>,
  answers: readonly string[] = [],
): World {
  const env: Environment = { get: (name) => variables[name], all: () => variables };
  const questions: string[] = [];
  const warnings: string[] = [];
  const system: System = {
    ...nodeSystem(),
    env,
    warn: (message) => void warnings.push(message),
    processes: nodeProcesses(env, nodeTermination()),
    prompts: {
      available: answers.length > 0,
      async secret(question, hint) {
        questions.push(question);
        const answer = answers[questions.length - 1];
        if (answer === undefined) throw new SopskitError('prompt.unavailable', 'nobody is there', { hint });
        return Secret.fromText(answer);
      },
      text: () => Promise.reject(new Error('not asked for')),
      choose: () => Promise.reject(new Error('not asked for')),
      tell: () => undefined,
    },
  };
  return { system, questions, warnings };
}

export function textOf(secret: Secret): string {
  return secret.lendText((text) => text);
}
