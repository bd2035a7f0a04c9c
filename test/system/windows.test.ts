import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import type { Environment } from '../../src/system/environment.ts';
import { programCandidates } from '../../src/system/node/find-program.ts';
import { invocationOf } from '../../src/system/node/invocation.ts';
import { mergedEnvironment } from '../../src/system/node/merged-environment.ts';
import { renameOver } from '../../src/system/node/rename-over.ts';
import { writeHint } from '../../src/system/node/write-hint.ts';
import { writeTarget } from '../../src/system/node/write-target.ts';
import { withFolder } from './program.ts';

const failure = (code: string, more: object = {}): Error => Object.assign(new Error(code), { code, ...more });

describe('a rename on Windows', () => {
  const renaming = (failures: string[], platform: NodeJS.Platform): string[] => {
    const tried: string[] = [];
    renameOver('from', 'to', platform, (from, to) => {
      tried.push(`${from} ${to}`);
      const code = failures.shift();
      if (code !== undefined) throw failure(code);
    });
    return tried;
  };

  it('is tried again while somebody has the file open', () => {
    expect(renaming(['EPERM', 'EACCES', 'EBUSY'], 'win32')).toEqual(Array(4).fill('from to'));
  });

  it('fails in the end, at once for other reasons, and at once elsewhere', () => {
    const forever = Array<string>(100).fill('EPERM');
    expect(() => renaming(forever, 'win32')).toThrow('EPERM');
    expect(forever.length).toBe(92);
    expect(() => renaming(['ENOSPC'], 'win32')).toThrow('ENOSPC');
    expect(() => renaming(['EPERM'], 'linux')).toThrow('EPERM');
  });

  it('that failed says what to close', () => {
    const error = failure('EPERM', { syscall: 'rename', path: 'C:\\x\\.sopskit.tmp' });
    expect(writeHint(error, 'win32').hint).toContain('Close the program');
    expect(writeHint(error, 'linux').hint).toContain('folder');
    const busy = failure('EBUSY', { syscall: 'rename' });
    expect(writeHint(busy, 'win32').hint).toContain('Close the program');
    expect(writeHint(busy, 'linux').hint).toContain('Mount the folder');
    expect(writeHint(failure('ENOSPC'), 'win32')).toEqual({});
  });
});

describe('devices of Windows', () => {
  it.each([
    ['NUL', '\\\\.\\NUL'],
    ['con', '\\\\.\\con'],
    ['C:\\folder\\Com1', '\\\\.\\Com1'],
    ['CONOUT$', '\\\\.\\CONOUT$'],
    ['nul:', '\\\\.\\nul'],
    ['\\\\.\\pipe\\name', '\\\\.\\pipe\\name'],
  ])('%s is written to as it is', (file, device) => {
    expect(writeTarget(file, 'win32')).toEqual({ kind: 'direct', path: device, descriptor: null });
  });

  it('are files elsewhere, and no longer names are meant', () =>
    withFolder((folder) => {
      const file = path.join(fs.realpathSync(folder), 'nul');
      expect(writeTarget(file, 'linux')).toEqual({ kind: 'file', path: file });
      for (const name of ['con.yaml', 'console', 'com10', 'com'])
        expect(writeTarget(path.join(folder, name), 'win32').kind).toBe('file');
    }));
});

describe('programs on Windows', () => {
  const environment = (variables: Record<string, string>): Environment => ({
    get: (name) => variables[name],
    all: () => variables,
  });

  it('are looked for on a PATH with semicolons and quotes, with the extensions of PATHEXT', () => {
    const env = environment({ PATH: 'C:\\a;"D:\\b c";relative;;E:/d', PATHEXT: '.EXE;.CMD' });
    expect(programCandidates('gpg', env, 'win32')).toEqual([
      ...['C:\\a\\gpg.EXE', 'C:\\a\\gpg.CMD'],
      ...['D:\\b c\\gpg.EXE', 'D:\\b c\\gpg.CMD'],
      ...['E:\\d\\gpg.EXE', 'E:\\d\\gpg.CMD'],
    ]);
    expect(programCandidates('C:\\x\\gpg.exe', env, 'win32')).toEqual(['C:\\x\\gpg.exe']);
    expect(programCandidates('C:/x/gpg', environment({}), 'win32')).toEqual(
      ['.COM', '.EXE', '.BAT', '.CMD'].map((extension) => `C:\\x\\gpg${extension}`),
    );
  });

  it('are started as they are, batch files through cmd.exe', () => {
    expect(invocationOf('C:\\gpg.exe', ['a"b'], 'win32', undefined)).toEqual({
      ...{ file: 'C:\\gpg.exe', args: ['a"b'], verbatim: false },
    });
    expect(invocationOf('/bin/x.cmd', ['%'], 'linux', undefined).file).toBe('/bin/x.cmd');
    const file = 'C:\\VS Code\\code.CMD';
    const args = ['--wait', 'C:\\a & b\\', ''];
    expect(invocationOf(file, args, 'win32', 'C:\\Windows\\cmd.exe')).toEqual({
      file: 'C:\\Windows\\cmd.exe',
      args: [...['/d', '/s', '/v:off', '/c'], '""C:\\VS Code\\code.CMD" "--wait" "C:\\a & b\\\\" """'],
      verbatim: true,
    });
  });

  it.each(['"', '%PATH%', 'a\nb', 'a\rb', 'a\0b'])('that are batch files are never given %j', (argument) => {
    const start = (): unknown => invocationOf('C:\\x.bat', [argument], 'win32', undefined);
    expect(start).toThrow(SopskitError);
    expect(start).toThrow(/cannot run C:\\x\.bat: it is a batch file/);
    expect(start).not.toThrow('PATH');
  });

  it('get each variable once, however it is written', () => {
    const layers = [{ Path: 'old', HOME: 'h' }, undefined, { PATH: 'new', path: 'newest' }];
    expect(mergedEnvironment(layers, 'win32')).toEqual({ path: 'newest', HOME: 'h' });
    expect(mergedEnvironment(layers, 'linux')).toEqual({
      ...{ Path: 'old', HOME: 'h', PATH: 'new', path: 'newest' },
    });
  });
});
