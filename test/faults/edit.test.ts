import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testKey } from '../cli/world.ts';
import { ending, until } from '../system/program.ts';
import { canariesIn, samples } from './samples.ts';
import { privateFolders, Scene } from './scene.ts';

describe.skipIf(process.platform === 'win32')('an edit that goes wrong', () => {
  let scene: Scene;
  let sound: Buffer;

  beforeEach(() => {
    scene = new Scene();
    scene.write('f.yaml', samples.yaml);
    expect(scene.run(['encrypt', '-i', '--age', testKey.recipient, 'f.yaml']).status).toBe(0);
    sound = scene.read('f.yaml');
  });
  afterEach(() => scene.remove());

  const edit = (body: string, file = 'f.yaml') =>
    scene.run(['edit', '--age', testKey.recipient, file], { env: { EDITOR: scene.editor(body) } });
  const decrypted = (file: string) => scene.run(['decrypt', file]).stdout.toString();
  /** Files of the working folder, but the editor. */
  const files = () => fs.readdirSync(scene.cwd).filter((name) => name !== 'editor.sh');
  const nothingLeft = (stderr: Buffer) => {
    expect(canariesIn(stderr)).toEqual([]);
    expect(scene.files().filter((file) => !file.startsWith('work/'))).toEqual([]);
    for (const file of files()) expect(canariesIn(scene.read(file))).toEqual([]);
  };

  it('writes nothing where nothing was changed', () => {
    const before = fs.statSync(scene.path('f.yaml'));
    const { status, stderr } = edit('touch "$1"');
    expect(status).toBe(200);
    expect(scene.read('f.yaml').equals(sound)).toBe(true);
    expect(fs.statSync(scene.path('f.yaml')).mtimeMs).toBe(before.mtimeMs);
    nothingLeft(stderr);
  });

  it.each([
    ['changed', (file: string) => `echo "#x" >> ${file}`],
    ['removed', (file: string) => `rm ${file}`],
  ])('does not write over a file that was %s meanwhile, and keeps the edit encrypted', (how, harm) => {
    const { status, stderr } = edit(`sed -i s/one/edited/ "$1"; ${harm(scene.path('f.yaml'))}`);
    expect(status).toBe(3);
    expect(stderr.toString()).toMatch(/^sopskit edit: .*kept, encrypted, in f\.yaml\.edited\nhint: /);
    expect(files()).toEqual(how === 'removed' ? ['f.yaml.edited'] : ['f.yaml', 'f.yaml.edited']);
    if (how === 'changed') expect(scene.read('f.yaml').toString()).toBe(`${sound}#x\n`);
    expect(decrypted('f.yaml.edited')).toBe(samples.yaml.replace('one', 'edited'));
    fs.renameSync(scene.path('f.yaml.edited'), scene.path('f.yaml'));
    expect(decrypted('f.yaml')).toBe(samples.yaml.replace('one', 'edited'));
    nothingLeft(stderr);
  });

  it('does not write over a new file that somebody else made meanwhile, nor over a kept edit', () => {
    scene.write('new.yaml.edited', 'of an earlier time');
    const { status, stderr } = edit(
      `echo "a: 1" > "$1"; echo theirs > ${scene.path('new.yaml')}`,
      'new.yaml',
    );
    expect(status).toBe(3);
    expect(scene.read('new.yaml').toString()).toBe('theirs\n');
    expect(scene.read('new.yaml.edited').toString()).toBe('of an earlier time');
    expect(decrypted('new.yaml.edited-2')).toBe('a: 1\n');
    nothingLeft(stderr);
  });

  it.each(['f.yaml', 'new.yaml'])(
    'keeps an invalid edit of %s encrypted where there is no terminal',
    async (file) => {
      const editor = scene.editor('printf "b: [\\n" > "$1"');
      const child = scene.start(['edit', '--age', testKey.recipient, file], { env: { EDITOR: editor } });
      const { status, stderr } = await ending(child);
      expect(status).not.toBe(0);
      expect(stderr).toMatch(/yaml:\d+:\d+: .*kept, encrypted, in \S+\.edited\nhint: /);
      expect(scene.read('f.yaml').equals(sound)).toBe(true);
      expect(fs.existsSync(scene.path('new.yaml'))).toBe(false);
      expect(scene.read(`${file}.edited`).toString()).not.toContain('b: [');
      expect(decrypted(`${file}.edited`)).toBe('b: [\n');
      nothingLeft(Buffer.from(stderr));
    },
  );

  it.each([
    ['ends with an error', 'sed -i s/one/two/ "$1"; exit 3', 201],
    ['is killed', 'sed -i s/one/two/ "$1"; kill -9 $$', 201],
    ['removes the file', 'rm "$1"', 201],
    ['makes a folder of the file', 'rm "$1"; mkdir "$1"', 2],
    ['cannot be found', null, 201],
  ])('leaves all as it was when the editor %s', (_, body, expected) => {
    const { status, stderr } =
      body === null ? scene.run(['edit', 'f.yaml'], { env: { EDITOR: '/no/such/editor' } }) : edit(body);
    expect(status).toBe(expected);
    expect(scene.read('f.yaml').equals(sound)).toBe(true);
    expect(files()).toEqual(['f.yaml']);
    nothingLeft(stderr);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)(
    'leaves no plaintext behind on %s',
    async (signal) => {
      const started = scene.path('started');
      const editor = scene.editor(
        `sed -i s/one/two/ "$1"; cp "$1" "$1.swp"; echo $$ > ${started}; exec sleep 30`,
      );
      const child = scene.start(['edit', 'f.yaml'], { env: { EDITOR: editor } });
      const ended = ending(child);
      await until(() => fs.existsSync(started) && fs.readFileSync(started, 'utf8').endsWith('\n'));
      const held = privateFolders(child.pid, scene);
      expect(held).toHaveLength(1);
      for (const folder of held) expect(fs.statSync(folder).mode & 0o777).toBe(0o700);
      child.kill(signal);
      const { status, stderr } = await ended;
      expect(status).not.toBe(0);
      expect(privateFolders(child.pid, scene)).toEqual([]);
      expect(scene.read('f.yaml').equals(sound)).toBe(true);
      const editorPid = Number(fs.readFileSync(started, 'utf8'));
      expect(() => process.kill(editorPid, 0)).toThrow('ESRCH');
      expect(canariesIn(stderr)).toEqual([]);
    },
  );

  it("has the plaintext in a folder and a file that are the user's alone", () => {
    const seen = scene.path('seen');
    edit(`stat -c '%a' "$1" "$(dirname "$1")" > ${seen}; tr '\\0' ' ' < /proc/$PPID/cmdline >> ${seen}`);
    const [file, folder, line] = fs.readFileSync(seen, 'utf8').split('\n');
    expect([file, folder]).toEqual(['600', '700']);
    expect(canariesIn(line ?? '')).toEqual([]);
  });

  it('does not start the editor where the file could not be replaced', () => {
    fs.chmodSync(scene.path('f.yaml'), 0o666);
    fs.chmodSync(scene.cwd, 0o555);
    const marker = path.join(scene.temporary, 'started');
    const { status, stderr } = scene.run(['edit', 'f.yaml'], {
      env: { EDITOR: `touch ${marker}` },
      asNobody: true,
    });
    fs.chmodSync(scene.cwd, 0o755);
    expect(status).toBe(3);
    expect(stderr.toString()).toMatch(
      /^sopskit edit: cannot write \S+f\.yaml: permission denied\nhint: The folder of the file must be writable/,
    );
    expect(fs.existsSync(marker)).toBe(false);
    expect(files()).toEqual(['f.yaml']);
  });

  it('keeps an edit in a folder of the user where the folder of the file does not take it any more', () => {
    fs.chmodSync(scene.cwd, 0o777);
    fs.chmodSync(scene.path('f.yaml'), 0o666);
    const state = path.join(scene.temporary, 'state');
    const { status, stderr } = scene.run(['edit', 'f.yaml'], {
      env: {
        EDITOR: scene.editor(`sed -i s/one/edited/ "$1"; mv ${scene.cwd} ${scene.cwd}.away`),
        XDG_STATE_HOME: state,
      },
    });
    fs.renameSync(`${scene.cwd}.away`, scene.cwd);
    const kept = path.join(state, 'sopskit', 'f.yaml.edited');
    expect(status).toBe(3);
    expect(stderr.toString()).toContain(`your edit is kept, encrypted, in ${kept}\n`);
    expect(fs.statSync(path.dirname(kept)).mode & 0o777).toBe(0o700);
    expect(fs.statSync(kept).mode & 0o777).toBe(0o600);
    expect(decrypted(kept)).toBe(samples.yaml.replace('one', 'edited'));
    expect(canariesIn(fs.readFileSync(kept))).toEqual([]);
  });

  it('keeps an edit whose write fails after all', () => {
    const { status, stderr } = edit('sed -i s/one/edited/ "$1"; rm f.yaml; mkdir f.yaml f.yaml.edited');
    expect(status).toBe(3);
    expect(stderr.toString()).toContain('your edit is kept, encrypted, in f.yaml.edited-2\n');
    expect(decrypted('f.yaml.edited-2')).toBe(samples.yaml.replace('one', 'edited'));
  });

  it('is swept away by any command that opens a file, after SIGKILL', async () => {
    const started = scene.path('started');
    const child = scene.start(['edit', 'f.yaml'], {
      env: { EDITOR: scene.editor(`echo $$ > ${started}; exec sleep 30`) },
    });
    const ended = ending(child);
    await until(() => fs.existsSync(started) && fs.readFileSync(started, 'utf8').endsWith('\n'));
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await ended;
    expect(privateFolders(child.pid, scene)).toHaveLength(1);
    expect(decrypted('f.yaml')).toBe(samples.yaml);
    expect(privateFolders(child.pid, scene)).toEqual([]);
  });

  it('is swept away by the next one after SIGKILL', async () => {
    const started = scene.path('started');
    const editor = scene.editor(`echo $$ > ${started}; exec sleep 30`);
    const child = scene.start(['edit', 'f.yaml'], { env: { EDITOR: editor } });
    const ended = ending(child);
    await until(() => fs.existsSync(started) && fs.readFileSync(started, 'utf8').endsWith('\n'));
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await ended;
    expect(privateFolders(child.pid, scene)).toHaveLength(1);
    expect(scene.read('f.yaml').equals(sound)).toBe(true);
    expect(edit('true').status).toBe(200);
    expect(privateFolders(child.pid, scene)).toEqual([]);
  });

  it('keeps the mode of the file, and the symlink to it', () => {
    fs.chmodSync(scene.path('f.yaml'), 0o640);
    fs.symlinkSync('f.yaml', scene.path('link.yaml'));
    expect(edit('sed -i s/one/two/ "$1"', 'link.yaml').status).toBe(0);
    expect(fs.lstatSync(scene.path('link.yaml')).isSymbolicLink()).toBe(true);
    expect(fs.statSync(scene.path('f.yaml')).mode & 0o777).toBe(0o640);
    expect(decrypted(path.basename('f.yaml'))).toBe(samples.yaml.replace('one', 'two'));
  });
});
