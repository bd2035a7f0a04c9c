import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load } from '../../src/cli/command-line.ts';
import { command as oldForm } from '../../src/cli/commands/old-form.ts';
import { registry } from '../../src/cli/registry.ts';
import { splitWords } from '../../src/cli/shell-words.ts';
import { byName, ownHelp, readSopsHelp } from '../cli/sops-help.ts';
import { testKey } from '../cli/world.ts';
import { otherStatus, sameOutput, sameStatus } from './cli-lines.ts';
import { describePeers } from './peers.ts';

const bin = fileURLToPath(new URL('../../bin/sopskit.js', import.meta.url));
const built = fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url));
const plain: Readonly<Record<string, string>> = {
  yaml: 'word: two words\nnumber: 1\nmap:\n    a: b\nlist:\n    - 1\n    - x\n',
  json: '{\n\t"word": "two words",\n\t"number": 1\n}\n',
  env: 'word=two words\nnumber=1\n',
  ini: '[part]\nword = two words\n',
  bin: 'just \u0001 bytes',
};

describePeers('the command line and sops', ['sops'], ({ sops }) => {
  let template: string;
  let home: string;

  beforeAll(() => {
    if (!existsSync(built)) throw new Error('dist/cli.cjs is missing: run npm run build');
    home = mkdtempSync(join(tmpdir(), 'sopskit-peers-'));
    template = join(home, 'template');
    mkdirSync(join(template, 'folder'), { recursive: true });
    for (const [type, text] of Object.entries(plain)) {
      writeFileSync(join(template, `plain.${type}`), text);
      const { status, stdout } = run(
        sops,
        ['encrypt', '--age', testKey.recipient, `plain.${type}`],
        template,
      );
      expect(status).toBe(0);
      writeFileSync(join(template, `enc.${type}`), stdout);
    }
    writeFileSync(join(template, 'broken.yaml'), 'a: [\n');
    writeFileSync(join(template, 'empty.yaml'), '');
    writeFileSync(join(template, 'value.json'), '"from file"');
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  function run(program: string, argv: readonly string[], cwd: string): SpawnSyncReturns<string> {
    const env = {
      PATH: process.env['PATH'],
      HOME: home,
      SOPS_AGE_KEY: testKey.identity,
      EDITOR: 'false',
      SOPS_DISABLE_VERSION_CHECK: '1',
    };
    return spawnSync(program, argv, { cwd, env, encoding: 'utf8', input: '', timeout: 30_000 });
  }

  /** Runs a line in a fresh copy of the folder. */
  function inCopy(program: string, before: readonly string[], line: string): SpawnSyncReturns<string> {
    const copy = mkdtempSync(join(home, 'run-'));
    cpSync(template, copy, { recursive: true });
    const words = splitWords(line.replaceAll('RECIPIENT', testKey.recipient)) ?? [];
    const result = run(program, [...before, ...words], copy);
    rmSync(copy, { recursive: true });
    return result;
  }
  const theirs = (line: string) => inCopy(sops, [], line);
  const ours = (line: string) => inCopy(process.execPath, [bin], line);

  it('covers at least 80 command lines', () => {
    expect(sameStatus.length).toBeGreaterThanOrEqual(80);
    expect(sameStatus).toEqual([...new Set(sameStatus)]);
    expect(sameStatus).toEqual(expect.arrayContaining([...sameOutput]));
  });

  describe('end alike', () => {
    it.each(sameStatus)('%s', (line) => {
      const [theirResult, ourResult] = [theirs(line), ours(line)];
      expect(`${ourResult.status}\n${ourResult.stderr}`).toMatch(new RegExp(`^${theirResult.status}\n`));
      expect(ourResult.stderr).not.toMatch(/internal error|^ +at /m);
      if (sameOutput.includes(line)) expect(ourResult.stdout).toBe(theirResult.stdout);
    });
  });

  describe('end differently, on purpose', () => {
    it.each(otherStatus)('%s: %i, sopskit %i (%s)', (line, sopsStatus, ourStatus) => {
      expect(theirs(line).status).toBe(sopsStatus);
      const { status, stderr } = ours(line);
      expect(status).toBe(ourStatus);
      expect(stderr).not.toContain('internal error');
    });
  });

  describe('have the same flags', () => {
    const groups = new Set(
      [...registry.keys()].filter((name) => name.includes(' ')).map((name) => name.split(' ')[0]),
    );

    it('and commands', async () => {
      const first = readSopsHelp(theirs('--help').stdout).commands;
      const members = first
        .filter((name) => groups.has(name))
        .flatMap((group) =>
          readSopsHelp(theirs(`${group} --help`).stdout).commands.map((name) => `${group} ${name}`),
        );
      const own = await Promise.all([...registry.keys()].map(async (name) => (await load(name)).command));
      const asInSops = own.filter((command) => command.beyond !== true).map(({ name }) => name);
      expect(asInSops.sort()).toEqual([...first.filter((name) => !groups.has(name)), ...members].sort());
    });

    it('in the old form', () => {
      expect(byName(ownHelp(oldForm))).toEqual(byName(readSopsHelp(theirs('--help').stdout).flags));
    });

    it.each([...registry.keys()])('on %s', async (name) => {
      const { command } = await load(name);
      if (command.beyond === true) return; // sops has nothing to compare with: the test above says which these are
      const { flags } = readSopsHelp(theirs(`${name} --help`).stdout);
      expect(byName(ownHelp(command))).toEqual(byName(flags));
    });
  });
});
