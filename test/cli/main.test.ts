import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorText } from '../../src/cli/error-text.ts';
import { main } from '../../src/cli/main.ts';
import { OutputClosed, type Terminal } from '../../src/cli/terminal.ts';
import { sopsVersion, version, versionText } from '../../src/cli/version.ts';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import { type TestWorld, testKey, testWorld } from './world.ts';

let world: TestWorld;
beforeAll(() => {
  world = testWorld();
});
afterAll(() => world.remove());

describe('--version', () => {
  it('is that of the package', () => {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    expect(version).toBe((JSON.parse(text) as { version: string }).version);
  });

  it('gives scripts that ask for the version of sops what they look for', async () => {
    const { status, stdout } = await world.run(['--version']);
    expect(status).toBe(0);
    expect(stdout).toBe(`${versionText}\n`);
    expect(/^sops ([0-9.]+)/.exec(stdout)?.[1]).toBe(sopsVersion);
    expect(stdout.split(' ')[1]).toBe(sopsVersion);
  });
});

describe('exit statuses', () => {
  const statuses: readonly [argv: readonly string[], status: number][] = [
    [[], 100],
    [['decrypt', 'missing'], 100],
    [['encrypt', 'missing'], 100],
    [['-d', 'missing'], 100],
    [['-r', 'missing'], 100],
    [['-d', '--add-age', 'x', 'missing'], 49],
    [['--add-age', 'x', 'missing.yaml'], 49],
    [['rotate', 'missing'], 2],
    [['rotate', '--rm-age', 'x', 'missing'], 49],
    [['set', 'missing', '["a"]', '1'], 2],
    [['set', '--value-file', 'missing', '["a"]', 'missing'], 1],
    [['unset', 'missing', '["a"]'], 2],
    [['exec-env', 'missing', 'true'], 2],
    [['exec-file', 'missing', 'true'], 2],
    [['groups', 'add', '--file', 'missing'], 2],
    [['groups', 'delete', '--file', 'missing', '0'], 2],
    [['filestatus', 'missing'], 1],
    [['updatekeys', 'missing'], 1],
    [['updatekeys', 'missing', 'absent'], 1],
    [['decrypt', '.'], 2],
    [['filestatus', '.'], 1],
    [['help', 'nope'], 3],
    [['decrypt', '--nope'], 1],
    [['decrpyt'], 1],
  ];
  it.each(statuses)('sopskit %j → %i', async (argv, status) => {
    const outcome = await world.run(argv);
    expect(outcome.status).toBe(status);
    expect(outcome.stdout).toBe('');
    expect(outcome.stderr).toMatch(/^sopskit/);
  });
});

describe('messages', () => {
  it('say what was done, where, why, and what to do next', () => {
    const place = { file: 'a.yaml', line: 3, column: 7, path: ['data', 0] };
    const error = new SopskitError('document.syntax', 'a colon is missing', { place, hint: 'add it' });
    expect(errorText('sopskit decrypt', error, false)).toBe(
      'sopskit decrypt: a.yaml:3:7 ["data"][0]: a colon is missing\nhint: add it',
    );
  });

  it('do not say twice where', () => {
    const error = new SopskitError('file.unreadable', 'cannot read /a: denied', { place: { file: '/a' } });
    expect(errorText('sopskit', error, false)).toBe('sopskit: cannot read /a: denied');
  });

  it('never show the text of an unexpected error, nor a stack unless asked', () => {
    const error = new TypeError('canary-value', { cause: new Error('canary-cause') });
    expect(errorText('sopskit', error, false)).toMatch(
      /^sopskit: internal error \(TypeError\)[^\n]*\nhint: [^\n]*$/,
    );
    const debug = errorText('sopskit', error, true);
    expect(debug).toContain('main.test.ts');
    expect(debug).not.toContain('canary');
  });
});

describe('a broken command', () => {
  it('ends with 1 and an internal error', async () => {
    const operations = () => Promise.reject(new RangeError('canary-value'));
    const told: string[] = [];
    const terminal: Terminal = {
      colours: { output: false, error: true },
      write: () => {},
      tell: (line) => void told.push(line),
      readLine: () => null,
    };
    writeFileSync(world.path('f.json'), '{}');
    const status = await main(['decrypt', world.path('f.json')], {
      system: world.system,
      terminal,
      operations,
    });
    expect(status).toBe(1);
    expect(told.join()).toContain('\u001b[31msopskit decrypt: internal error (RangeError)');
    expect(told.join()).not.toContain('canary');
  });

  it('is silent when nobody reads its output', async () => {
    const told: string[] = [];
    const terminal: Terminal = {
      colours: { output: false, error: false },
      write: () => {
        throw new OutputClosed();
      },
      tell: (line) => void told.push(line),
      readLine: () => null,
    };
    const operations = () => Promise.reject(new Error('not needed'));
    expect(await main(['--help'], { system: world.system, terminal, operations })).toBe(141);
    expect(told).toEqual([]);
  });
});

describe('streams', () => {
  it('writes to --output, in place, or to standard output', async () => {
    const file = world.path('a.json');
    writeFileSync(file, '{"a": "b"}');
    const age = ['--age', testKey.recipient];
    expect(await world.run(['encrypt', ...age, file])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('ENC['),
    });
    expect(await world.run(['encrypt', ...age, '--output', world.path('b.json'), file])).toMatchObject({
      stdout: '',
    });
    expect(readFileSync(world.path('b.json'), 'utf8')).toContain('ENC[');
    expect(readFileSync(file, 'utf8')).toBe('{"a": "b"}');
    expect(await world.run(['encrypt', ...age, '-i', file])).toMatchObject({ status: 0, stdout: '' });
    expect(readFileSync(file, 'utf8')).toContain('ENC[');
    expect(await world.run(['filestatus', file])).toMatchObject({ stdout: '{"encrypted":true}\n' });
    expect(await world.run(['-d', '--extract', '["a"]', file])).toMatchObject({ status: 0, stdout: 'b' });
  });
});
