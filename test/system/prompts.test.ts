import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ending, startProgram, until, withFolder, writeProgram } from './program.ts';

/** util-linux's `script` gives a program a terminal of its own; elsewhere its arguments differ. */
const canScript = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

const asking = `
const { prompts } = system;
const kind = process.argv[2];
const report = (value) => fs.writeFileSync(process.argv[3], JSON.stringify(value));
fs.writeFileSync(process.argv[3] + '.pid', String(process.pid));
try {
  if (kind === 'available') report(prompts.available);
  if (kind === 'secret') report((await prompts.secret('Passphrase', 'Set X.')).lendText((text) => text));
  if (kind === 'text') report(await prompts.text('Name', 'Set X.'));
  if (kind === 'choose') report(await prompts.choose('Which', ['red', 'green'], 'Set X.'));
  if (kind === 'two') report(await Promise.all([
    prompts.secret('First', 'Set X.').then((secret) => secret.lendText((text) => text)),
    prompts.text('Second', 'Set X.'),
  ]));
  prompts.tell('told');
} catch (error) {
  report({ code: error.code, hint: error.hint });
}
`;

interface Session {
  readonly answer: unknown;
  readonly screen: string;
}

/** Types into a terminal: each text is sent once the screen shows what stands before it. `SIGTERM` is sent, not typed. */
async function typeInto(
  kind: string,
  keys: readonly (readonly [shown: string, typed: string])[],
): Promise<Session> {
  return withFolder(async (folder) => {
    const program = await writeProgram(folder, asking);
    const result = `${folder}/result.json`;
    // Ctrl-C reaches the shell, too: with the trap any shell goes on, as bash does by itself.
    const command = `trap : INT; stty -a > ${folder}/before; '${process.execPath}' '${program}' ${kind} '${result}' </dev/null; stty -a > ${folder}/after`;
    const child = spawn('script', ['-qfec', command, '/dev/null'], { stdio: 'pipe' });
    const ended = ending(child);
    let screen = '';
    child.stdout.on('data', (chunk) => {
      screen += chunk;
    });
    for (const [shown, typed] of keys) {
      await until(() => screen.includes(shown));
      await new Promise((resolve) => setTimeout(resolve, 80));
      if (typed === 'SIGTERM') process.kill(Number(fs.readFileSync(`${result}.pid`, 'utf8')), typed);
      else child.stdin.write(typed);
    }
    await until(() => fs.existsSync(`${folder}/after`));
    child.stdin.end();
    await ended;
    expect(fs.readFileSync(`${folder}/after`, 'utf8')).toBe(fs.readFileSync(`${folder}/before`, 'utf8'));
    const answer: unknown = fs.existsSync(result) ? JSON.parse(fs.readFileSync(result, 'utf8')) : 'killed';
    return { answer, screen };
  });
}

describe('without a terminal', () => {
  it.skipIf(process.platform === 'win32')('nothing is asked and the hint says what to do', () =>
    withFolder(async (folder) => {
      const program = await writeProgram(folder, asking);
      const run = async (kind: string): Promise<unknown> => {
        const child = startProgram(program, [kind, `${folder}/result`], { detached: true });
        expect((await ending(child)).stderr).toBe('');
        return JSON.parse(fs.readFileSync(`${folder}/result`, 'utf8'));
      };
      expect(await run('available')).toBe(false);
      for (const kind of ['secret', 'text', 'choose'])
        expect(await run(kind)).toEqual({ code: 'prompt.unavailable', hint: 'Set X.' });
    }),
  );
});

describe.skipIf(!canScript)('on a terminal, with standard input elsewhere', () => {
  it('is available', async () => {
    expect((await typeInto('available', [])).answer).toBe(true);
  });

  it('reads a secret that the screen never shows', async () => {
    const { answer, screen } = await typeInto('secret', [['Passphrase: ', 'canary-ä1\r']]);
    expect(answer).toBe('canary-ä1');
    expect(screen).not.toContain('canary');
    expect(screen).toContain('told');
  });

  it('lets keys be taken back', async () => {
    const typed = 'wrong\u0015caä\u007f\u007f\u001b[A\u001bOB\u001b[1;5Cb\r';
    expect((await typeInto('secret', [['Passphrase: ', typed]])).answer).toBe('cb');
  });

  it.each(['secret', 'text', 'choose'])('gives up %s at Ctrl-C', async (kind) => {
    expect((await typeInto(kind, [[kind === 'choose' ? 'Which' : ': ', '\u0003']])).answer).toMatchObject({
      code: 'interrupted',
    });
  });

  it.each(['secret', 'text'])('gives up %s at the end of input', async (kind) => {
    expect((await typeInto(kind, [[': ', '\u0004']])).answer).toMatchObject({ code: 'interrupted' });
  });

  it.each(['secret', 'text'])('gives the terminal back when %s is cut short by SIGTERM', async (kind) => {
    const { answer } = await typeInto(kind, [[': ', 'SIGTERM']]);
    expect(answer).toEqual(kind === 'secret' ? 'killed' : { code: 'interrupted' });
  });

  it('reads a line, edited by the terminal', async () => {
    expect((await typeInto('text', [['Name: ', 'Jo\u007foan\r']])).answer).toBe('Joan');
  });

  it('asks again until a choice is one of those offered', async () => {
    const { answer, screen } = await typeInto('choose', [
      ['Which [1-2]: ', '3\r'],
      ['from 1 to 2', '2\r'],
    ]);
    expect(answer).toBe(1);
    expect(screen).toContain('2) green');
  });

  it('asks one thing at a time', async () => {
    const { answer } = await typeInto('two', [
      ['First: ', 'a\r'],
      ['Second: ', 'b\r'],
    ]);
    expect(answer).toEqual(['a', 'b']);
  });

  it.each(['secret', 'text'])('gives up %s when the terminal is closed, without a stack trace', (kind) =>
    withFolder(async (folder) => {
      const program = await writeProgram(folder, asking);
      const command = `trap '' HUP; '${process.execPath}' '${program}' ${kind} '${folder}/result' 2> '${folder}/errors'; echo $? > '${folder}/status'`;
      const child = spawn('script', ['-qfec', command, '/dev/null'], { stdio: 'pipe' });
      let screen = '';
      child.stdout.on('data', (chunk) => {
        screen += chunk;
      });
      await until(() => screen.includes(': '));
      child.kill('SIGKILL');
      await until(
        () => fs.existsSync(`${folder}/status`) && fs.readFileSync(`${folder}/status`, 'utf8') !== '',
      );
      expect(fs.readFileSync(`${folder}/errors`, 'utf8')).toBe('');
      expect(fs.readFileSync(`${folder}/status`, 'utf8')).toBe('0\n');
      expect(JSON.parse(fs.readFileSync(`${folder}/result`, 'utf8'))).toMatchObject({ code: 'interrupted' });
    }),
  );
});
