import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testKey } from '../cli/world.ts';
import { canariesIn, samples } from './samples.ts';
import { Scene } from './scene.ts';

/** What is wrong around the file: permissions, disks, streams, environment, names. */
describe.skipIf(process.platform === 'win32')('in bad surroundings', () => {
  let scene: Scene;
  let sealed: Buffer;

  beforeEach(() => {
    scene = new Scene();
    scene.write('f.yaml', samples.yaml);
    expect(scene.run(['encrypt', '-i', '--age', testKey.recipient, 'f.yaml']).status).toBe(0);
    sealed = scene.read('f.yaml');
  });
  afterEach(() => scene.remove());

  const untouched = () => {
    expect(scene.read('f.yaml').equals(sealed)).toBe(true);
    expect(fs.readdirSync(scene.cwd).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  };
  const failure = (result: { status: number | null; stderr: Buffer }, status: number, says: RegExp) => {
    const text = result.stderr.toString();
    expect(text).toMatch(says);
    expect(text).not.toMatch(/internal error|^\s+at /m);
    expect(canariesIn(text)).toEqual([]);
    expect(result.status).toBe(status);
  };

  describe('without permission', () => {
    it('says that a file may not be read', () => {
      fs.chmodSync(scene.path('f.yaml'), 0);
      failure(scene.run(['decrypt', 'f.yaml'], { asNobody: true }), 2, /f\.yaml: permission denied/);
    });

    it('says that a folder may not be entered', () => {
      fs.chmodSync(scene.cwd, 0);
      const file = scene.path('f.yaml');
      const result = scene.run(['decrypt', file], { asNobody: true, cwd: scene.root });
      failure(result, 2, /f\.yaml: permission denied/);
      fs.chmodSync(scene.cwd, 0o755);
    });

    it.each([
      ['rotate -i', ['rotate', '-i', 'f.yaml']],
      ['set', ['set', 'f.yaml', '["new"]', '"x"']],
    ] as const)('%s leaves a write-protected file alone', (_, argv) => {
      fs.chmodSync(scene.path('f.yaml'), 0o444);
      fs.chmodSync(scene.cwd, 0o777);
      failure(scene.run(argv, { asNobody: true }), 3, /f\.yaml: permission denied/);
      untouched();
    });

    it('says that the folder must be writable', () => {
      fs.chmodSync(scene.path('f.yaml'), 0o666);
      fs.chmodSync(scene.cwd, 0o755);
      const result = scene.run(['rotate', '-i', 'f.yaml'], { asNobody: true });
      failure(result, 3, /f\.yaml: permission denied\nhint: The folder of the file must be writable/);
      untouched();
    });
  });

  describe('on a full disk', () => {
    // A limit on the size of files fails like a full disk, and needs no rights.
    const full = 'trap "" XFSZ; ulimit -f 1; exec "$@"';

    it.each([
      ['rotate -i', ['rotate', '-i', 'f.yaml']],
      ['set', ['set', 'f.yaml', '["new"]', '"x"']],
      ['decrypt --output', ['decrypt', '--output', 'plain.yaml', 'f.yaml']],
    ] as const)('%s leaves the file as it was, and nothing beside it', (_, argv) => {
      const long = `${samples.yaml}long: ${'x'.repeat(5000)}\n`;
      scene.write('f.yaml', long);
      expect(scene.run(['encrypt', '-i', '--age', testKey.recipient, 'f.yaml']).status).toBe(0);
      sealed = scene.read('f.yaml');
      failure(scene.run(argv, { shell: full }), 3, /cannot write .*: the file would exceed/);
      untouched();
      expect(fs.readdirSync(scene.cwd)).toEqual(['f.yaml']);
    });

    it.runIf(fs.existsSync('/dev/full'))('says that the output could not be written', () => {
      failure(
        scene.run(['decrypt', 'f.yaml'], { shell: 'exec "$@" > /dev/full' }),
        1,
        /output: no space left/,
      );
      failure(scene.run(['decrypt', '--output', '/dev/full', 'f.yaml']), 3, /\/dev\/full: no space left/);
    });
  });

  describe('with broken streams', () => {
    it('ends quietly when nobody reads the output', () => {
      const { stderr, stdout } = scene.run(['decrypt', 'f.yaml'], {
        shell: '{ "$@"; echo "status $?" >&2; } | true; exit 0',
      });
      expect(stdout.length).toBe(0);
      expect(stderr.toString()).toMatch(/^status (0|141)\n$/);
    });

    it('works without standard input, output and error', () => {
      const closed = { shell: 'exec "$@" <&- >&- 2>&-' };
      expect(scene.run(['rotate', '-i', 'f.yaml'], closed).status).toBe(0);
      expect(scene.run(['decrypt', 'missing.yaml'], closed).status).toBe(100);
      expect(scene.run(['decrypt', 'f.yaml']).stdout.toString()).toBe(samples.yaml);
    });
  });

  describe('with an odd environment', () => {
    const environments: readonly (readonly [string, Record<string, string | undefined>])[] = [
      ['no HOME', { HOME: undefined }],
      ['an empty HOME', { HOME: '' }],
      ['a HOME that is not there', { HOME: '/no/such/home' }],
      ['a HOME that is a file', { HOME: '/dev/null' }],
      ['an empty PATH', { PATH: '' }],
      ['no PATH', { PATH: undefined }],
      ['LANG=C', { LANG: 'C', LC_ALL: 'C' }],
      ['no TMPDIR', { TMPDIR: undefined, XDG_RUNTIME_DIR: undefined }],
      ['a TMPDIR that is not there', { TMPDIR: '/no/such/folder', XDG_RUNTIME_DIR: '/no/such/folder' }],
      ['a wrong PWD', { PWD: '/no/such/folder' }],
    ];
    it.each(environments)('opens and edits with %s', (_, env) => {
      const opened = scene.run(['decrypt', 'f.yaml'], { env });
      expect(opened.stdout.toString()).toBe(samples.yaml);
      expect(opened.stderr.toString()).not.toContain('internal error');
      const editor = scene.editor('echo "# more" >> "$1"').replace(/^/, '/bin/sh ');
      const edited = scene.run(['edit', 'f.yaml'], { env: { ...env, EDITOR: editor } });
      expect(edited.stderr.toString()).not.toContain('internal error');
      expect(edited.status).toBe(0);
    });

    it.each(environments)('says what is missing with %s and no key', (_, env) => {
      const result = scene.run(['decrypt', 'f.yaml'], { env: { ...env, SOPS_AGE_KEY: undefined } });
      failure(result, 128, /f\.yaml: none of the keys/);
    });

    it('says so when the current folder is gone', () => {
      const gone = path.join(scene.root, 'gone');
      fs.mkdirSync(gone);
      const result = scene.run(['decrypt', 'f.yaml'], { cwd: gone, shell: 'rmdir "$PWD"; exec "$@"' });
      expect(result.status).not.toBe(0);
      expect(result.stderr.toString()).not.toContain('internal error');
    });

    it('does not trust compiled code that was damaged', () => {
      const folder = path.join(scene.root, 'home', '.cache', 'sopskit');
      expect(scene.run(['decrypt', 'f.yaml']).status).toBe(0);
      for (const name of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
        const bytes = fs.readFileSync(path.join(folder, name));
        const middle = Math.floor(bytes.length / 2);
        bytes.fill(0, middle, middle + 4096);
        fs.writeFileSync(path.join(folder, name), bytes);
      }
      const { status, stdout } = scene.run(['decrypt', 'f.yaml']);
      expect(status).toBe(0);
      expect(stdout.toString()).toBe(samples.yaml);
    });
  });

  describe('with compiled code', () => {
    const kept = (): string[] => {
      const folder = path.join(scene.root, 'home', '.cache', 'sopskit');
      const names = fs.readdirSync(folder).filter((name) => name.endsWith('-other-more.bin'));
      expect(names).toHaveLength(1);
      const bytes = fs.readFileSync(path.join(folder, names[0] ?? ''));
      return bytes.toString('latin1', 32, bytes.indexOf('\n', 32)).split(' ');
    };

    it('keeps that of every command that ran, once', () => {
      expect(scene.run(['config', 'schema']).status).toBe(0);
      const one = kept();
      expect(one).toContain('src/cli/commands/config-schema.ts');
      expect(scene.run(['verify', 'f.yaml']).status).toBe(0);
      const both = kept();
      expect(both).toEqual(expect.arrayContaining([...one, 'src/cli/commands/verify.ts']));
      expect(scene.run(['config', 'schema']).status).toBe(0);
      expect(kept()).toEqual(both);
    });
  });

  describe('with odd names', () => {
    it.each([
      'a b.yaml',
      'a\nb.yaml',
      "it's.yaml",
      'ü☃.yaml',
      '$(touch x).yaml',
      '{}.yaml',
      '-x.yaml',
      `${'l'.repeat(240)}.yaml`,
    ])('works on %j', (name) => {
      scene.write(name, sealed);
      expect(scene.run(['decrypt', '--', name]).stdout.toString()).toBe(samples.yaml);
      expect(scene.run(['rotate', '-i', '--', name]).status).toBe(0);
      const env = { EDITOR: `/bin/sh ${scene.editor('sed -i s/one/two/ "$1"')}` };
      expect(scene.run(['edit', '--', name], { env }).status).toBe(0);
      expect(scene.run(['decrypt', '--', name]).stdout.toString()).toBe(samples.yaml.replace('one', 'two'));
      expect(fs.existsSync(scene.path('x'))).toBe(false);
    });

    it('says that a name is too long', () => {
      failure(scene.run(['decrypt', `${'l'.repeat(300)}.yaml`]), 2, /the name is too long/);
    });

    it('works far down in folders', () => {
      const deep = path.join(scene.cwd, ...Array.from({ length: 15 }, () => 'd'.repeat(200)));
      fs.mkdirSync(deep, { recursive: true });
      fs.writeFileSync(path.join(deep, 'f.yaml'), sealed);
      expect(scene.run(['rotate', '-i', path.join(deep, 'f.yaml')]).status).toBe(0);
    });
  });

  describe('where the file is something else', () => {
    const others: readonly (readonly [string, (file: string) => void, number])[] = [
      ['a link to itself', (file) => fs.symlinkSync('x.yaml', file), 2],
      ['a link to nothing', (file) => fs.symlinkSync('nothing', file), 100],
      ['nothing', () => {}, 100],
    ];
    it.each(others)('%s', (_, make, status) => {
      make(scene.path('x.yaml'));
      failure(scene.run(['decrypt', 'x.yaml']), status, /x\.yaml/);
      failure(scene.run(['encrypt', '--age', testKey.recipient, '-i', 'x.yaml']), status, /x\.yaml/);
    });

    it('a folder: nothing is printed of it, and in place nothing is in it', () => {
      fs.mkdirSync(scene.path('x.yaml'));
      failure(scene.run(['decrypt', 'x.yaml']), 2, /x\.yaml/);
      failure(scene.run(['encrypt', '--age', testKey.recipient, 'x.yaml']), 2, /x\.yaml/);
      expect(scene.run(['encrypt', '--age', testKey.recipient, '-i', 'x.yaml']).status).toBe(0);
    });

    it('does not write over a folder, nor through a link to itself', () => {
      fs.mkdirSync(scene.path('folder'));
      fs.symlinkSync('loop', scene.path('loop'));
      failure(scene.run(['decrypt', '--output', 'folder', 'f.yaml']), 3, /folder: it is a directory/);
      failure(scene.run(['decrypt', '--output', 'loop', 'f.yaml']), 3, /loop: too many levels/);
      failure(scene.run(['decrypt', '--output', 'no/such', 'f.yaml']), 3, /no such file or directory/);
    });

    it('reads a FIFO, and writes to one', () => {
      if (spawnSync('mkfifo', [scene.path('in.yaml'), scene.path('out.yaml')]).status !== 0) return;
      const shell = `cat ${scene.path('f.yaml')} > in.yaml & cat out.yaml & "$@"; status=$?; wait; exit $status`;
      const { status, stdout } = scene.run(['decrypt', '--output', 'out.yaml', 'in.yaml'], { shell });
      expect([status, stdout.toString()]).toEqual([0, samples.yaml]);
    });
  });

  it('refuses a file that no JavaScript text can hold', () => {
    fs.truncateSync(scene.write('huge.yaml', ''), 600 * 1024 * 1024);
    failure(scene.run(['decrypt', 'huge.yaml']), 2, /the file is too large/);
    fs.truncateSync(scene.path('huge.yaml'), 3 * 1024 ** 3);
    failure(scene.run(['decrypt', 'huge.yaml']), 2, /larger than 2 GiB/);
  });
});
