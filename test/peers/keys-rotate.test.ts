import { spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KeysWorld, type Outcome } from '../cli/keys-world.ts';
import { describePeers } from './peers.ts';

const contents: Readonly<Record<string, string>> = {
  'app/values.yaml': 'password: one # a comment\nlist:\n  - two\n  - 3\n',
  'values.json': '{\n\t"password": "one"\n}\n',
  'values.env': 'PASSWORD=one\n',
  'values.ini': '[part]\npassword = one\n',
  'blob.bin': 'a test text',
  'picture.png': 'a test picture',
};

describePeers(
  'keys rotate',
  ['sops', 'age', 'age-keygen', 'git'],
  ({ sops, age, 'age-keygen': keygen, git: gitProgram }) => {
    let world: KeysWorld;
    let old: string;
    let other: string;
    beforeEach(async () => {
      world = new KeysWorld();
      old = (await world.run(['keys', 'generate'])).stdout.trim();
      other = (
        await world.run(['keys', 'generate', '--output', path.join(world.home, 'other')])
      ).stdout.trim();
    });
    afterEach(() => world.remove());

    const env = (): Record<string, string> => ({
      PATH: [path.dirname(gitProgram), process.env['PATH'] ?? ''].join(path.delimiter),
      HOME: world.home,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'Test',
      GIT_AUTHOR_EMAIL: 'test@example.com',
      GIT_COMMITTER_NAME: 'Test',
      GIT_COMMITTER_EMAIL: 'test@example.com',
    });

    function tool(
      program: string,
      args: readonly string[],
      more: Readonly<Record<string, string>> = {},
      cwd = world.folder,
    ): { readonly status: number | null; readonly text: string } {
      const { status, stdout } = spawnSync(program, args, { cwd, env: { ...env(), ...more } });
      return { status, text: stdout.toString() };
    }

    function git(...args: readonly string[]): string {
      const { status, text } = tool(gitProgram, args);
      if (status !== 0) throw new Error(`git ${args.join(' ')} failed`);
      return text.trim();
    }

    const rotate = (...args: readonly string[]): Promise<Outcome> =>
      world.run(['keys', 'rotate', ...args], env());
    const read = (file: string): string => readFileSync(path.join(world.folder, file), 'utf8');

    /** A repository with a file of each format, encrypted by the real sops, pushed to a remote. */
    function begin(config: string, files: Readonly<Record<string, string>> = contents): void {
      tool(gitProgram, ['init', '-q', '--bare', '-b', 'main', path.join(world.home, 'remote.git')]);
      git('init', '-q', '-b', 'main');
      git('remote', 'add', 'origin', path.join(world.home, 'remote.git'));
      world.write('.sops.yaml', config, 0o644);
      for (const [name, text] of Object.entries(files)) {
        world.write(name, text, 0o644);
        expect(tool(sops, ['encrypt', '-i', name]).status).toBe(0);
      }
      git('add', '--all');
      git('commit', '-q', '-m', 'the first');
      git('push', '-q', '-u', 'origin', 'main');
    }

    const simple = (): string => `creation_rules:\n  - age: ${old} # the cluster\n`;

    /** The recipients that key files of this user have, in their order. */
    function fresh(): string {
      const lines = readFileSync(world.defaultKeyFile, 'utf8').trimEnd().split('\n');
      expect(lines.at(-2)).toBe(`# replaces: ${old}`);
      return lines.at(-3)?.replace('# public key: ', '') ?? '';
    }

    /** The last identity of the key file, in a file of its own; `first`: the first one. */
    function keyFile(which: 'first' | 'last'): string {
      const keys = readFileSync(world.defaultKeyFile, 'utf8').match(/^AGE-SECRET-KEY.*$/gm) ?? [];
      return world.write(path.join(world.home, which), `${which === 'first' ? keys[0] : keys.at(-1)}\n`);
    }

    const opens = (file: string, keys: string): { status: number | null; text: string } =>
      tool(sops, ['decrypt', file], { HOME: '/nonexistent', SOPS_AGE_KEY_FILE: keys });

    it('re-keys files of every format: the real sops opens them with the new key only', async () => {
      begin(simple());
      const before = new Map(Object.keys(contents).map((file) => [file, opens(file, keyFile('first')).text]));
      const done = await rotate('--push', '--yes', '--json');
      expect(done.status, done.stderr).toBe(0);
      const recipient = fresh();
      expect(tool(keygen, ['-y', keyFile('last')]).text.trim()).toBe(recipient);
      for (const file of Object.keys(contents)) {
        expect(opens(file, keyFile('last'))).toEqual({ status: 0, text: before.get(file) });
        expect(opens(file, keyFile('first')).status).not.toBe(0);
      }
      expect(read('.sops.yaml')).toBe(simple().replace(old, recipient));
      expect(git('status', '--porcelain')).toBe('');
      expect(git('rev-parse', 'HEAD')).toBe(git('rev-parse', 'origin/main'));
      expect(git('log', '-1', '--format=%an %s')).toMatch(/^Test Rotate the age key …\w{8} to …\w{8}$/);
      const report = JSON.parse(done.stdout);
      expect(report).toMatchObject({ state: 'done', old, new: { recipient }, pushed: true });
      expect(report.files).toEqual([
        { path: 'app/values.yaml', values: ['password', 'list[0]', 'list[1]'], alone: true },
        { path: 'blob.bin', values: ['(the whole file)'], alone: true },
        { path: 'picture.png', values: ['(the whole file)'], alone: true },
        { path: 'values.env', values: ['PASSWORD'], alone: true },
        { path: 'values.ini', values: ['part.password'], alone: true },
        { path: 'values.json', values: ['password'], alone: true },
      ]);
      expect(done.stdout + done.stderr).not.toMatch(/AGE-SECRET|"one"|a test text/);
    });

    it('has a new data key in every file', async () => {
      begin(simple(), { 'values.yaml': 'password: one\n' });
      const dataKey = (keys: string): Buffer => {
        const armored =
          /-----BEGIN AGE[\s\S]*?-----END AGE ENCRYPTED FILE-----/.exec(read('values.yaml'))?.[0] ?? '';
        const wrapped = world.write(path.join(world.home, 'wrapped'), `${armored.replaceAll(/^ +/gm, '')}\n`);
        return spawnSync(age, ['-d', '-i', keys, wrapped]).stdout;
      };
      const before = dataKey(keyFile('first'));
      await rotate('--yes');
      const after = dataKey(keyFile('last'));
      expect([before.length, after.length]).toEqual([32, 32]);
      expect(after).not.toEqual(before);
    });

    it('keeps Shamir groups and their threshold, and keys of others', async () => {
      begin(
        [
          'creation_rules:',
          '  - path_regex: shared',
          '    shamir_threshold: 2',
          '    key_groups:',
          `      - age: [${old}]`,
          `      - age: ["${other}"]`,
          `  - age: ${other},${old}`,
          '',
        ].join('\n'),
        { 'shared.yaml': 'a: one\n', 'plain.yaml': 'a: one\n' },
      );
      const both = world.write(
        path.join(world.home, 'both'),
        readFileSync(world.defaultKeyFile, 'utf8') + readFileSync(path.join(world.home, 'other'), 'utf8'),
      );
      const done = await world.run(['keys', 'rotate', old, '--yes', '--json'], {
        ...env(),
        SOPS_AGE_KEY_FILE: both,
      });
      expect(done.status, done.stderr).toBe(0);
      const recipient = fresh();
      expect(JSON.parse(done.stdout).files).toEqual([
        { path: 'plain.yaml', values: ['a'], alone: true },
        { path: 'shared.yaml', values: ['a'], alone: false },
      ]);
      expect(read('shared.yaml')).toContain('shamir_threshold: 2');
      const text = read('plain.yaml');
      expect(text.indexOf(other)).toBeLessThan(text.indexOf(recipient));
      expect(opens('plain.yaml', path.join(world.home, 'other')).status).toBe(0);
      expect(opens('shared.yaml', keyFile('last')).status).not.toBe(0);
      const two = world.write(
        path.join(world.home, 'two'),
        readFileSync(keyFile('last'), 'utf8') + readFileSync(path.join(world.home, 'other'), 'utf8'),
      );
      expect(opens('shared.yaml', two)).toEqual({ status: 0, text: 'a: one\n' });
    });

    it('replaces it in nested configurations, and leaves the rest of the tree alone', async () => {
      begin(simple());
      const nested = `# not ${old}\ncreation_rules:\n    -   age: "${old}"\n`;
      world.write('app/.sops.yaml', nested, 0o644);
      world.write('note.txt', 'a note', 0o644);
      git('add', 'app');
      git('commit', '-q', '-m', 'nested');
      const done = await rotate('--commit', '--yes');
      expect(done.status, done.stderr).toBe(0);
      expect(read('app/.sops.yaml')).toBe(nested.replace(`"${old}"`, `"${fresh()}"`));
      expect(git('status', '--porcelain')).toBe('?? note.txt');
      expect(git('show', '--format=', '--name-only')).toContain('app/.sops.yaml');
    });

    it('shows the commit, changes nothing a second time, and goes on with --commit and --push', async () => {
      begin(simple());
      const shown = await rotate('--yes');
      expect(shown.stdout).toContain('to commit:\n  .sops.yaml\n  app/values.yaml\n');
      expect(shown.stdout).toMatch(
        /git -C .* commit -m 'Rotate the age key .*' -a\n {2}git push origin HEAD:main\n/,
      );
      const diff = git('diff');
      const again = await rotate('--yes');
      expect(again.status, again.stderr).toBe(0);
      expect(git('diff')).toBe(diff);
      const committed = await rotate('--commit', '--yes');
      expect(committed.status, committed.stderr).toBe(0);
      expect(git('status', '--porcelain')).toBe('');
      expect(git('rev-list', '--count', 'origin/main..')).toBe('1');
      expect((await rotate('--push', '--yes')).status).toBe(0);
      expect(git('rev-list', '--count', 'origin/main..')).toBe('0');
      const last = await rotate();
      expect(last).toMatchObject({ status: 0, stdout: expect.stringContaining(`keys retire ${old}`) });
      expect(last.stdout).toContain('8 values in 6 files');
      expect(readFileSync(world.defaultKeyFile, 'utf8').match(/replaces/g)).toHaveLength(1);
    });

    it('runs the hooks of the repository, and goes on when one refused', async () => {
      begin(simple());
      const hook = world.write(
        '.git/hooks/pre-commit',
        '#!/bin/sh\necho no such commit >&2\nexit 1\n',
        0o755,
      );
      chmodSync(hook, 0o755);
      const refused = await rotate('--commit', '--yes');
      expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('no such commit') });
      writeFileSync(hook, '#!/bin/sh\nexit 0\n');
      expect((await rotate('--commit', '--yes')).status).toBe(0);
      expect(git('status', '--porcelain')).toBe('');
      expect(readFileSync(world.defaultKeyFile, 'utf8').match(/replaces/g)).toHaveLength(1);
    });

    /** Nothing at all is changed: no file, no key. */
    async function expectRefused(message: RegExp, ...args: readonly string[]): Promise<void> {
      const key = readFileSync(world.defaultKeyFile, 'utf8');
      const [status, diff] = [git('status', '--porcelain'), git('diff', 'HEAD')];
      const refused = await rotate(...args, '--yes');
      expect(refused.status).toBe(1);
      expect(refused.stderr).toMatch(message);
      expect(refused.stderr).not.toMatch(/AGE-SECRET|\n {4}at /);
      expect(readFileSync(world.defaultKeyFile, 'utf8')).toBe(key);
      expect([git('status', '--porcelain'), git('diff', 'HEAD')]).toEqual([status, diff]);
    }

    it('refuses what is not committed and would be in its commit', async () => {
      begin(simple());
      writeFileSync(path.join(world.folder, '.sops.yaml'), `${simple()}# mine\n`);
      await expectRefused(/not committed.*\.sops\.yaml/);
      git('checkout', '-q', '.sops.yaml');
      tool(sops, ['set', 'app/values.yaml', '["password"]', '"mine"']);
      await expectRefused(/not committed.*app\/values\.yaml/);
    });

    it('refuses changes that were made to re-keyed files', async () => {
      begin(simple());
      await rotate('--yes');
      tool(sops, ['set', 'app/values.yaml', '["password"]', '"mine"']);
      await expectRefused(/not committed.*app\/values\.yaml/, '--commit');
    });

    it('names the files that no key opens, and those with a wrong MAC', async () => {
      begin(simple(), { 'a.yaml': 'a: one\nb_unencrypted: two\n', 'b.yaml': 'a: one\n' });
      writeFileSync(
        path.join(world.folder, 'a.yaml'),
        read('a.yaml').replace('b_unencrypted: two', 'b_unencrypted: three'),
      );
      git('commit', '-qam', 'by hand');
      await expectRefused(/cannot be re-keyed; nothing was changed\n {2}a\.yaml: the MAC does not fit/);
      const key = readFileSync(world.defaultKeyFile, 'utf8');
      writeFileSync(world.defaultKeyFile, readFileSync(path.join(world.home, 'other')));
      await expectRefused(
        /no key at hand opens these files; nothing was changed\n {2}a\.yaml: .*\n {2}b\.yaml/,
      );
      writeFileSync(world.defaultKeyFile, key);
    });

    it('refuses a working tree that lacks a file, and one in a merge', async () => {
      begin(simple());
      rmSync(path.join(world.folder, 'values.env'));
      await expectRefused(/values\.env names the key that is replaced, and is not in the working tree/);
      git('checkout', '-q', 'values.env');
      git('checkout', '-q', '-b', 'side');
      git('commit', '-q', '--allow-empty', '-m', 'theirs');
      git('checkout', '-q', 'main');
      git('merge', '-q', '--no-ff', '--no-commit', 'side');
      await expectRefused(/a merge is in progress/, '--commit');
    });

    it('refuses a file that names the key and cannot be read', async () => {
      begin(simple());
      writeFileSync(path.join(world.folder, 'values.json'), read('values.json').slice(0, -20));
      git('commit', '-qam', 'cut off');
      await expectRefused(/values\.json names the key that is replaced, and cannot be read/);
    });

    it('refuses to push what is behind, and says so otherwise', async () => {
      begin(simple());
      const clone = path.join(world.home, 'clone');
      tool(gitProgram, ['clone', '-q', path.join(world.home, 'remote.git'), clone]);
      tool(gitProgram, ['commit', '-q', '--allow-empty', '-m', 'theirs'], {}, clone);
      tool(gitProgram, ['push', '-q'], {}, clone);
      await expectRefused(
        /origin\/main has a commit that is not here\nhint: .*git pull --rebase origin main/,
        '--push',
      );
      expect((await rotate('--dry-run')).stderr).toContain('origin/main has a commit that is not here');
    });

    it('refuses a recipient that nobody uses, and a folder without git', async () => {
      begin(simple());
      await expectRefused(/no encrypted file and no \.sops\.yaml here names age1/, other);
      const elsewhere = new KeysWorld();
      try {
        expect(await elsewhere.run(['keys', 'rotate', '--yes'], { PATH: env()['PATH'] ?? '' })).toMatchObject(
          {
            status: 1,
            stderr: expect.stringContaining('no working tree of a git repository'),
          },
        );
      } finally {
        elsewhere.remove();
      }
    });

    it('does nothing in a dry run, and asks before anything else', async () => {
      begin(simple());
      const key = readFileSync(world.defaultKeyFile, 'utf8');
      const dry = await rotate('--dry-run', '--json');
      expect(JSON.parse(dry.stdout)).toMatchObject({
        ...{ state: 'planned', old, new: null, configurations: ['.sops.yaml'] },
        steps: ['identity', 'secrets', 'rekey', 'commit', 'push', 'wait'],
      });
      const unasked = await rotate();
      expect(unasked.status).toBe(1);
      expect(unasked.stderr).toContain('--yes');
      expect(git('status', '--porcelain')).toBe('');
      expect(readFileSync(world.defaultKeyFile, 'utf8')).toBe(key);
    });

    it('makes a post-quantum key, which the real age and sops open', async () => {
      begin(simple());
      expect((await rotate('--yes')).status).toBe(0);
      const plain = fresh();
      // what nobody uses is passed over, and what files use is not
      await expectRefused(/begun with age1.*no post-quantum key/, '--post-quantum');
      git('checkout', '-q', '.');
      const done = await rotate('--post-quantum', '--push', '--yes', '--json');
      expect(done.status, done.stderr).toBe(0);
      const { recipient } = JSON.parse(done.stdout).new;
      expect(recipient).toMatch(/^age1pq1/);
      expect(read('.sops.yaml')).toBe(simple().replace(old, recipient));
      expect(read('app/values.yaml')).not.toContain(plain);
      expect(opens('app/values.yaml', keyFile('last')).status).toBe(0);
      // a resumed run takes the one that files know
      expect((await rotate(old)).stdout).toContain(`${old} is replaced by\n  ${recipient}`);
    });

    it('takes a configuration behind a link, and one that SOPS_CONFIG names', async () => {
      begin(simple());
      world.write('shared/rules.yaml', simple(), 0o644);
      world.write('shared/more.yaml', simple(), 0o644);
      rmSync(path.join(world.folder, '.sops.yaml'));
      symlinkSync('shared/rules.yaml', path.join(world.folder, '.sops.yaml'));
      git('add', '--all');
      git('commit', '-q', '-m', 'links');
      const done = await world.run(['keys', 'rotate', '--commit', '--yes'], {
        ...env(),
        SOPS_CONFIG: 'shared/more.yaml',
      });
      expect(done.status, done.stderr).toBe(0);
      for (const file of ['shared/rules.yaml', 'shared/more.yaml', '.sops.yaml'])
        expect(read(file)).toBe(simple().replace(old, fresh()));
      expect(lstatSync(path.join(world.folder, '.sops.yaml')).isSymbolicLink()).toBe(true);
      expect(git('status', '--porcelain')).toBe('');
    });

    it('leaves new files and staged ones of the user out of its commit', async () => {
      begin(simple());
      await rotate('--yes');
      world.write('mine.txt', 'a note', 0o644);
      git('add', 'mine.txt');
      world.write('new.yaml', 'a: one\n', 0o644);
      expect(tool(sops, ['encrypt', '-i', 'new.yaml']).status).toBe(0);
      const done = await rotate('--commit', '--yes', '--json');
      expect(done.status, done.stderr).toBe(0);
      expect(git('status', '--porcelain').split('\n')).toEqual(['A  mine.txt', '?? new.yaml']);
      // the old key never opened the new file
      const { files } = JSON.parse(done.stdout);
      expect(files.map(({ path: file }: { path: string }) => file)).not.toContain('new.yaml');
    });

    it('saves the new identity where it is told to, and finds it there again', async () => {
      begin(simple());
      const file = path.join(world.home, 'new.agekey');
      const key = readFileSync(world.defaultKeyFile, 'utf8');
      expect((await rotate('--yes', '--output', file)).status).toBe(0);
      const saved = readFileSync(file, 'utf8');
      expect(saved).toContain(`# replaces: ${old}`);
      const again = await rotate(old, '--commit', '--yes', '--output', file);
      expect(again.status, again.stderr).toBe(0);
      expect(readFileSync(file, 'utf8')).toBe(saved);
      expect(readFileSync(world.defaultKeyFile, 'utf8')).toBe(key);
    });
  },
);
