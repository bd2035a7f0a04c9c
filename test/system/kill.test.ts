import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ending, startProgram, until, withFolder, writeProgram } from './program.ts';

/** Writes versions that are all one digit, so that a torn or short file shows. */
const loop = `
const size = 300_000;
system.files.replace(process.argv[2], new Uint8Array(size).fill(0x30));
process.stdout.write('ready');
for (let version = 1; ; version = (version + 1) % 10)
  system.files.replace(process.argv[2], new Uint8Array(size).fill(0x30 + version));
`;

describe.skipIf(process.platform === 'win32')('killed while it writes', () => {
  it(
    'leaves the old or the new file, at each of 120 moments, and the next run sweeps',
    () =>
      withFolder(async (folder) => {
        const program = await writeProgram(folder, loop);
        const target = path.join(folder, 'data');
        fs.mkdirSync(target);
        const file = path.join(target, 'file');
        let leftovers = 0;
        for (let round = 0; round < 120; round++) {
          const child = startProgram(program, [file]);
          const ended = ending(child);
          await new Promise((resolve) => child.stdout?.once('data', resolve));
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 12));
          child.kill('SIGKILL');
          expect((await ended).signal).toBe('SIGKILL');
          const bytes = fs.readFileSync(file);
          expect(bytes.length).toBe(300_000);
          expect(bytes.every((byte) => byte === bytes[0])).toBe(true);
          const temporary = fs.readdirSync(target).filter((entry) => entry !== 'file');
          expect(temporary.length).toBeLessThanOrEqual(1);
          for (const entry of temporary)
            expect([0o600, 0o644]).toContain(fs.statSync(path.join(target, entry)).mode & 0o777);
          leftovers += temporary.length;
        }
        expect(leftovers).toBeGreaterThan(0); // else no kill hit a write and the test proves nothing
        const once = await writeProgram(folder, `system.files.replace(process.argv[2], new Uint8Array(1));`);
        await ending(startProgram(once, [file]));
        expect(fs.readdirSync(target)).toEqual(['file']);
      }),
    120_000,
  );
});

describe.skipIf(process.platform === 'win32')('killed in the working tree of a git repository', () => {
  const working = async (
    run: (paths: { folder: string; tree: string; git: string; file: string }) => Promise<void>,
  ) =>
    withFolder(async (folder) => {
      const tree = path.join(folder, 'tree', 'deep');
      const git = path.join(folder, 'tree', '.git');
      fs.mkdirSync(tree, { recursive: true });
      fs.mkdirSync(git);
      fs.writeFileSync(path.join(git, 'HEAD'), 'ref: refs/heads/main\n');
      await run({ folder, tree, git, file: path.join(tree, 'file') });
    });

  it(
    'leaves nothing that git could add, and the next run sweeps',
    () =>
      working(async ({ folder, tree, git, file }) => {
        const program = await writeProgram(folder, loop);
        let leftovers = 0;
        for (let round = 0; round < 40; round++) {
          const child = startProgram(program, [file]);
          const ended = ending(child);
          await new Promise((resolve) => child.stdout?.once('data', resolve));
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 12));
          child.kill('SIGKILL');
          await ended;
          expect(fs.readdirSync(tree)).toEqual(['file']);
          leftovers += fs.readdirSync(git).length - 1;
        }
        expect(leftovers).toBeGreaterThan(0); // else no kill hit a write and the test proves nothing
        const once = await writeProgram(folder, `system.files.replace(process.argv[2], new Uint8Array(1));`);
        await ending(startProgram(once, [file]));
        expect(fs.readdirSync(git)).toEqual(['HEAD']);
      }),
    120_000,
  );

  it('writes by way of the folder where the git folder cannot be written to', () =>
    working(async ({ folder, git, file }) => {
      fs.writeFileSync(file, 'old');
      fs.chmodSync(git, 0o555);
      const once = await writeProgram(
        folder,
        `if (process.getuid() === 0) process.setuid(65534);
        system.files.replace(process.argv[2], Buffer.from('new'));`,
      );
      for (const open of [folder, path.dirname(path.dirname(file)), path.dirname(file)])
        fs.chmodSync(open, 0o777);
      fs.chmodSync(file, 0o666);
      expect((await ending(startProgram(once, [file]))).status).toBe(0);
      expect(fs.readFileSync(file, 'utf8')).toBe('new');
      fs.chmodSync(git, 0o755);
    }));
});

describe.skipIf(process.platform === 'win32')('sweeping', () => {
  const sweepAround = async (folder: string, entries: Record<string, number>): Promise<string[]> => {
    for (const [entry, ageSeconds] of Object.entries(entries)) {
      const file = path.join(folder, entry);
      fs.writeFileSync(file, 'x');
      const time = Date.now() / 1000 - ageSeconds;
      fs.utimesSync(file, time, time);
    }
    const program = await writeProgram(folder, `system.files.replace(process.argv[2], new Uint8Array(1));`);
    await ending(startProgram(program, [path.join(folder, 'target')]));
    return fs.readdirSync(folder).filter((entry) => entry in entries);
  };
  /** A name of this machine, taken from a real one. */
  const nameWith = async (folder: string, pid: number, random = 'abcdefgh'): Promise<string> => {
    const program = await writeProgram(
      folder,
      `process.stdout.write(system.files.makePrivateFolder().path);`,
    );
    const { stdout } = await ending(startProgram(program, []));
    const place = /sopskit-([0-9a-f]{8})-/.exec(stdout)?.[1];
    return `.sopskit-${place}-${pid}-${random}.tmp`;
  };
  const deadPid = 4_194_303;

  it('removes what a dead process left, and only that', () =>
    withFolder(async (folder) => {
      const dead = await nameWith(folder, deadPid);
      const alive = await nameWith(folder, process.pid);
      const elsewhere = `.sopskit-00000000-${deadPid}-abcdefgh.tmp`;
      const elsewhereOld = `.sopskit-00000000-${deadPid}-abcdefgi.tmp`;
      const foreign = ['.sopskit-notes.tmp', 'sopskit-1-2.tmp', '.sopskit.tmp', `${dead}.bak`, dead.slice(1)];
      const entries = { [dead]: 0, [alive]: 5, [elsewhere]: 60, [elsewhereOld]: 90_000 };
      for (const entry of foreign) Object.assign(entries, { [entry]: 90_000 });
      const left = await sweepAround(folder, entries);
      expect(left.sort()).toEqual([alive, elsewhere, ...foreign].sort());
    }));

  it('never removes a folder or a symlink of that name', () =>
    withFolder(async (folder) => {
      const link = await nameWith(folder, deadPid, 'aaaaaaaa');
      const nested = await nameWith(folder, deadPid, 'bbbbbbbb');
      fs.symlinkSync('elsewhere', path.join(folder, link));
      fs.mkdirSync(path.join(folder, nested));
      await sweepAround(folder, {});
      expect(fs.readdirSync(folder)).toEqual(expect.arrayContaining([link, nested]));
    }));
});

describe.skipIf(process.platform === 'win32')('a private folder', () => {
  const holder = `
const folder = system.files.makePrivateFolder();
fs.writeFileSync(folder.path + '/plain', 'x');
process.stdout.write(folder.path);
if (process.argv[2] === 'wait') setInterval(() => {}, 1000);
if (process.argv[2] === 'throw') throw new Error('on purpose');
if (process.argv[2] === 'exit') process.exit(3);
if (process.argv[2] === 'remove') folder.remove();
`;

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('is gone after %s, which the parent sees', (signal) =>
    withFolder(async (folder) => {
      const child = startProgram(await writeProgram(folder, holder), ['wait']);
      const ended = ending(child);
      let made = '';
      child.stdout?.on('data', (chunk) => {
        made += chunk;
      });
      await until(() => made !== '');
      expect(fs.statSync(made).mode & 0o777).toBe(0o700);
      child.kill(signal);
      expect((await ended).signal).toBe(signal);
      expect(fs.existsSync(made)).toBe(false);
    }),
  );

  it('is gone after SIGQUIT, without a core file', () =>
    withFolder(async (folder) => {
      const child = startProgram(await writeProgram(folder, holder), ['wait']);
      const ended = ending(child);
      let made = '';
      child.stdout?.on('data', (chunk) => {
        made += chunk;
      });
      await until(() => made !== '');
      child.kill('SIGQUIT');
      expect(await ended).toMatchObject({ status: 131, signal: null });
      expect(fs.existsSync(made)).toBe(false);
    }));

  it.each([
    ['end', 0],
    ['throw', 1],
    ['exit', 3],
    ['remove', 0],
  ])('is gone after %s', (how, status) =>
    withFolder(async (folder) => {
      const result = await ending(startProgram(await writeProgram(folder, holder), [how]));
      expect(result.status).toBe(status);
      expect(result.stdout).toContain('sopskit-');
      expect(fs.existsSync(result.stdout)).toBe(false);
    }),
  );

  it('is swept by the next one after SIGKILL', () =>
    withFolder(async (folder) => {
      const program = await writeProgram(folder, holder);
      const child = startProgram(program, ['wait']);
      const ended = ending(child);
      let made = '';
      child.stdout?.on('data', (chunk) => {
        made += chunk;
      });
      await until(() => made !== '');
      child.kill('SIGKILL');
      await ended;
      expect(fs.existsSync(made)).toBe(true);
      await ending(startProgram(program, ['end']));
      expect(fs.existsSync(made)).toBe(false);
    }));

  it.runIf(fs.existsSync('/dev/shm'))('lies in memory', () =>
    withFolder(async (folder) => {
      const { stdout } = await ending(startProgram(await writeProgram(folder, holder), ['end']));
      expect(path.dirname(stdout)).toBe('/dev/shm');
    }),
  );
});
