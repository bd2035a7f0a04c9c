import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeBech32 } from '../../../src/keys/age/bech32.ts';

/** The name of the plugin under test, and keys that belong to it. TEST KEYS. */
export const testRecipient: string = encodeBech32('age1sopskittest', Buffer.from('TEST recipient'));
export const testIdentity: string = encodeBech32('AGE-PLUGIN-SOPSKITTEST-', Buffer.from('TEST identity'));

/**
 * Writes a real program `age-plugin-sopskittest` into a new folder and returns the folder. It "wraps" by inverting the
 * file key; the environment variable SCENARIO says how else it behaves.
 */
export function writePluginProgram(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sopskit-plugin-'));
  const program = join(folder, 'age-plugin-sopskittest');
  writeFileSync(program, `#!${process.execPath}\n(${plugin.toString()})(require('node:readline'));\n`);
  chmodSync(program, 0o755);
  return folder;
}

/** Runs in its own process: everything it needs is inside. */
function plugin(readline: typeof import('node:readline')): void {
  type Told = { type: string; args: string[]; body: Buffer };
  const scenario = process.env['SCENARIO'] ?? '';
  const protocol = process.argv[2] ?? '';
  const inbox: Told[] = [];
  const waiting: ((told: Told) => void)[] = [];
  let opening: string[] | null = null;
  let body = '';
  readline.createInterface({ input: process.stdin }).on('line', (line) => {
    if (opening === null) {
      opening = line.split(' ').slice(1);
      return;
    }
    body += line;
    if (line.length === 64) return;
    const [type = '', ...args] = opening;
    const told = { type, args, body: Buffer.from(body, 'base64') };
    opening = null;
    body = '';
    const next = waiting.shift();
    if (next === undefined) inbox.push(told);
    else next(told);
  });
  const hear = (): Promise<Told> => {
    const told = inbox.shift();
    return told === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(told);
  };
  const say = (type: string, args: string[] = [], bytes: Buffer = Buffer.alloc(0)): void => {
    const text = bytes.toString('base64').replace(/=+$/, '');
    let lines = '';
    for (let at = 0; at <= text.length; at += 64) lines += `${text.slice(at, at + 64)}\n`;
    process.stdout.write(`-> ${[type, ...args].join(' ')}\n${lines}`);
  };
  const ask = (type: string, args: string[], question: string): Promise<Told> => {
    say(type, args, Buffer.from(question));
    return hear();
  };
  const raw = (text: string): string => Buffer.from(text).toString('base64').replace(/=+$/, '');
  const invert = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0xff));

  const questions = async (): Promise<string[]> => {
    const answers = [
      await ask('msg', [], 'please\u001b[2J touch'),
      await ask('request-public', [], 'Which slot?'),
      await ask('request-secret', [], 'What PIN?'),
      await ask('confirm', [raw('sure'), raw('never')], 'Really?'),
      await ask('from-the-future', [], ''),
    ];
    return answers.map(({ type, args, body: bytes }) => [type, ...args, bytes.toString()].join('|'));
  };

  const phaseOne = async (): Promise<Told[]> => {
    const told: Told[] = [];
    for (let each = await hear(); each.type !== 'done'; each = await hear()) told.push(each);
    return told;
  };

  const answer = async (told: Told[]): Promise<void> => {
    const answers = scenario === 'questions' ? await questions() : [];
    if (scenario === 'error') await ask('error', ['internal'], `no luck with ${told[0]?.args[0] ?? ''}`);
    else if (protocol === '--age-plugin=recipient-v1') {
      const key = told.find(({ type }) => type === 'wrap-file-key')?.body ?? Buffer.alloc(0);
      const seen = told.map(({ type }) => type).filter((type) => !type.startsWith('grease-'));
      await ask('labels', ['test'], '');
      say('recipient-stanza', ['0', 'sopskittest', raw(JSON.stringify({ seen, answers }))], invert(key));
      await hear();
    } else {
      const mine = told.find(({ type, args }) => type === 'recipient-stanza' && args[1] === 'sopskittest');
      for (let left = scenario === 'twice' ? 2 : 1; mine !== undefined && left > 0; left--) {
        say('file-key', ['0'], invert(mine.body));
        await hear();
      }
    }
    say('done');
  };

  if (scenario === 'silent') process.exit(3);
  else if (scenario === 'garbage') process.stdout.write('Traceback (most recent call last)\n\n');
  else phaseOne().then(answer);
}
