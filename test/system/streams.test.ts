import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ending, startProgram, withFolder, writeProgram } from './program.ts';

const writer = `system.files.replace(process.argv[2], new TextEncoder().encode('payload'));`;

describe.skipIf(process.platform === 'win32')('targets that are streams', () => {
  it('writes to standard output through a pipe, and behind what a file already has', () =>
    withFolder(async (folder) => {
      const program = await writeProgram(folder, writer);
      for (const name of ['/dev/stdout', '/dev/fd/1']) {
        const { stdout } = await ending(startProgram(program, [name]));
        expect(stdout).toBe('payload');
      }
      const log = path.join(folder, 'log');
      fs.writeFileSync(log, 'before ');
      const descriptor = fs.openSync(log, 'a');
      spawnSync(process.execPath, [program, '/dev/stdout'], { stdio: ['ignore', descriptor, 'inherit'] });
      fs.closeSync(descriptor);
      expect(fs.readFileSync(log, 'utf8')).toBe('before payload');
      expect(fs.readdirSync(folder).filter((entry) => entry.endsWith('.tmp'))).toEqual([]);
    }));

  it('writes into a FIFO, which stays one', () =>
    withFolder(async (folder) => {
      const fifo = path.join(folder, 'fifo');
      if (spawnSync('mkfifo', [fifo]).status !== 0) throw new Error('mkfifo failed');
      const program = await writeProgram(folder, writer);
      const reader = ending(spawn('cat', [fifo]));
      await ending(startProgram(program, [fifo]));
      expect((await reader).stdout).toBe('payload');
      expect(fs.statSync(fifo).isFIFO()).toBe(true);
    }));

  it('reads standard input to its end, also when it comes late and in pieces', () =>
    withFolder(async (folder) => {
      const program = await writeProgram(folder, `process.stdout.write(system.files.readStdin());`);
      const child = startProgram(program, []);
      const ended = ending(child);
      for (const piece of ['one ', 'two ', 'x'.repeat(200_000)]) {
        child.stdin?.write(piece);
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
      child.stdin?.end();
      expect((await ended).stdout).toBe(`one two ${'x'.repeat(200_000)}`);
    }));
});
