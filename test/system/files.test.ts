import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import { nodeSystem } from '../../src/system/node/node-system.ts';
import { withFolder } from './program.ts';

const { files } = nodeSystem();
const root = process.getuid?.() === 0;
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof SopskitError) return error.code;
    throw error;
  }
  return 'no error';
};

/** Acts as an unprivileged user, where this process is root. */
const asNobody = (act: () => void): void => {
  if (!root) {
    act();
    return;
  }
  process.setegid?.(65534);
  process.seteuid?.(65534);
  try {
    act();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
};

describe('reading', () => {
  it('returns null for what is not there', () =>
    withFolder((folder) => {
      fs.writeFileSync(path.join(folder, 'file'), '');
      expect(files.read(path.join(folder, 'none'))).toBeNull();
      expect(files.status(path.join(folder, 'none'))).toBeNull();
      expect(files.list(path.join(folder, 'none'))).toBeNull();
      expect(files.read(path.join(folder, 'file/below'))).toBeNull();
    }));

  it('says why a file cannot be read', () =>
    withFolder((folder) => {
      fs.chmodSync(folder, 0o755);
      fs.writeFileSync(path.join(folder, 'closed'), 'x', { mode: 0o000 });
      expect(() => files.read(folder)).toThrow(`cannot read ${folder}: it is a directory`);
      expect(codeOf(() => files.read(folder))).toBe('file.unreadable');
      asNobody(() => expect(() => files.read(path.join(folder, 'closed'))).toThrow('permission denied'));
    }));

  it('tells kind, size and mode', () =>
    withFolder((folder) => {
      const file = path.join(folder, 'file');
      fs.writeFileSync(file, 'four');
      fs.chmodSync(file, 0o640);
      expect(files.status(file)).toMatchObject({ kind: 'file', size: 4, mode: 0o640 });
      expect(files.status(folder)).toMatchObject({ kind: 'directory' });
      expect(files.list(folder)).toEqual(['file']);
    }));
});

describe('replacing', () => {
  it('makes a new file with the mode asked for, less the umask', () =>
    withFolder((folder) => {
      files.replace(path.join(folder, 'a'), text('a'));
      files.replace(path.join(folder, 'b'), text('b'), 0o600);
      const umask = process.umask();
      expect(fs.statSync(path.join(folder, 'a')).mode & 0o777).toBe(0o644 & ~umask);
      expect(fs.statSync(path.join(folder, 'b')).mode & 0o777).toBe(0o600);
      expect(fs.readdirSync(folder)).toEqual(['a', 'b']);
    }));

  it('keeps the mode of an existing file and gives it a new inode', () =>
    withFolder((folder) => {
      const file = path.join(folder, 'file');
      fs.writeFileSync(file, 'old');
      fs.chmodSync(file, 0o4751);
      const before = fs.statSync(file);
      files.replace(file, text('new'));
      const after = fs.statSync(file);
      expect(after.mode & 0o7777).toBe(0o4751);
      expect(after.ino).not.toBe(before.ino);
      expect(fs.readFileSync(file, 'utf8')).toBe('new');
    }));

  it.runIf(root)('keeps the owner of an existing file', () =>
    withFolder((folder) => {
      const file = path.join(folder, 'file');
      fs.writeFileSync(file, 'old');
      fs.chownSync(file, 12345, 54321);
      fs.chmodSync(file, 0o664);
      files.replace(file, text('new'));
      expect(fs.statSync(file)).toMatchObject({ uid: 12345, gid: 54321 });
      expect(fs.statSync(file).mode & 0o777).toBe(0o664);
    }),
  );

  it.runIf(root)('narrows the group bits where the group cannot be kept', () =>
    withFolder((folder) => {
      const file = path.join(folder, 'file');
      fs.chmodSync(folder, 0o777);
      fs.writeFileSync(file, 'old');
      fs.chownSync(file, 65534, 54321);
      fs.chmodSync(file, 0o664);
      asNobody(() => files.replace(file, text('new')));
      expect(fs.statSync(file)).toMatchObject({ uid: 65534, gid: 65534 });
      expect(fs.statSync(file).mode & 0o777).toBe(0o644);
    }),
  );

  it('keeps symlinks: relative, chained, through a linked folder, and dangling', () =>
    withFolder((folder) => {
      const at = (...names: string[]): string => path.join(folder, ...names);
      fs.mkdirSync(at('real'));
      fs.symlinkSync('real', at('linked'));
      fs.writeFileSync(at('real/file'), 'old');
      fs.symlinkSync('../real/file', at('real/one'));
      fs.symlinkSync(at('linked/one'), at('two'));
      fs.symlinkSync('real/made', at('dangling'));
      files.replace(at('two'), text('new'));
      files.replace(at('dangling'), text('made'));
      expect(fs.readlinkSync(at('two'))).toBe(at('linked/one'));
      expect(fs.readlinkSync(at('real/one'))).toBe('../real/file');
      expect(fs.lstatSync(at('real/file')).isSymbolicLink()).toBe(false);
      expect(fs.readFileSync(at('real/file'), 'utf8')).toBe('new');
      expect(fs.readFileSync(at('real/made'), 'utf8')).toBe('made');
      expect(fs.readdirSync(at('real')).sort()).toEqual(['file', 'made', 'one']);
    }));

  it('refuses a loop of symlinks, a folder, and a folder that does not exist', () =>
    withFolder((folder) => {
      fs.symlinkSync('loop', path.join(folder, 'loop'));
      expect(() => files.replace(path.join(folder, 'loop'), text(''))).toThrow('too many levels');
      expect(() => files.replace(folder, text(''))).toThrow('it is a directory');
      expect(() => files.replace(path.join(folder, 'none/file'), text(''))).toThrow(
        'no such file or directory',
      );
      expect(codeOf(() => files.replace(folder, text('')))).toBe('file.unwritable');
    }));

  it('refuses a read-only file, as sops does', () =>
    withFolder((folder) => {
      const file = path.join(folder, 'file');
      fs.chmodSync(folder, 0o777);
      fs.writeFileSync(file, 'old');
      fs.chmodSync(file, 0o444);
      asNobody(() =>
        expect(() => files.replace(file, text('new'))).toThrow(`cannot write ${file}: permission denied`),
      );
      expect(fs.readFileSync(file, 'utf8')).toBe('old');
      expect(fs.readdirSync(folder)).toEqual(['file']);
    }));

  it('refuses to write where no temporary file can be made, and says so', () =>
    withFolder((folder) => {
      const file = path.join(folder, 'file');
      fs.writeFileSync(file, 'old');
      fs.chmodSync(file, 0o666);
      fs.chmodSync(folder, 0o555);
      asNobody(() => {
        try {
          files.replace(file, text('new'));
          expect.unreachable();
        } catch (error) {
          expect((error as SopskitError).code).toBe('file.unwritable');
          expect((error as SopskitError).hint).toContain('folder');
        }
      });
      fs.chmodSync(folder, 0o755);
      expect(fs.readFileSync(file, 'utf8')).toBe('old');
    }));

  it('writes a file of 100 MiB', () =>
    withFolder((folder) => {
      const bytes = new Uint8Array(100 * 1024 * 1024);
      bytes[bytes.length - 1] = 7;
      files.replace(path.join(folder, 'large'), bytes);
      const status = fs.statSync(path.join(folder, 'large'));
      expect(status.size).toBe(bytes.length);
      const descriptor = fs.openSync(path.join(folder, 'large'), 'r');
      const last = Buffer.alloc(1);
      fs.readSync(descriptor, last, 0, 1, bytes.length - 1);
      fs.closeSync(descriptor);
      expect(last[0]).toBe(7);
    }));

  it.runIf(fs.existsSync('/dev/full'))('reports a device that is full', () => {
    expect(() => files.replace('/dev/full', text('x'))).toThrow('no space left on the device');
  });

  it.runIf(root && process.platform === 'linux')(
    'keeps the old file and leaves nothing when the disk is full',
    (context) =>
      withFolder((folder) => {
        try {
          execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
        } catch {
          context.skip('cannot mount a small file system here');
        }
        try {
          const file = path.join(folder, 'file');
          files.replace(file, text('old'));
          expect(() => files.replace(file, new Uint8Array(200_000))).toThrow('no space left on the device');
          expect(fs.readFileSync(file, 'utf8')).toBe('old');
          expect(fs.readdirSync(folder)).toEqual(['file']);
        } finally {
          execFileSync('umount', [folder]);
        }
      }),
  );
});
