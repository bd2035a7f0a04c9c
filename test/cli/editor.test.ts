import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runEditor } from '../../src/cli/editor.ts';
import type { System } from '../../src/system/system.ts';
import { type TestWorld, testKey, testWorld } from './world.ts';

/** A script that edits its last argument, and writes down the ones before. */
function writeEditor(world: TestWorld, name: string, body: string): string {
  const path = world.path(name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe.skipIf(process.platform === 'win32')('the editor', () => {
  let world: TestWorld;
  beforeAll(() => {
    world = testWorld();
  });
  afterAll(() => world.remove());

  function withVariables(variables: Readonly<Record<string, string>>): System {
    return { ...world.system, env: { get: (name) => variables[name], all: () => variables } };
  }

  it('is $SOPS_EDITOR before $EDITOR, with words split as in a shell', async () => {
    const editor = writeEditor(world, 'my editor', `printf '%s|' "$@" > "${world.path('args')}"`);
    await runEditor(withVariables({ SOPS_EDITOR: `'${editor}' --wait "a b"`, EDITOR: 'false' }), '/file');
    expect(readFileSync(world.path('args'), 'utf8')).toBe('--wait|a b|/file|');
  });

  it('is $EDITOR where $SOPS_EDITOR is empty', async () => {
    await runEditor(withVariables({ SOPS_EDITOR: '', EDITOR: 'true' }), '/file');
  });

  it('is missing where the variable names no program', async () => {
    const code = 'edit.no-editor';
    await expect(runEditor(withVariables({ EDITOR: 'no-such-editor-here' }), '/f')).rejects.toMatchObject({
      code,
    });
    await expect(runEditor(withVariables({ EDITOR: '"vi' }), '/f')).rejects.toMatchObject({ code });
    await expect(runEditor(withVariables({ EDITOR: '  ' }), '/f')).rejects.toMatchObject({ code });
  });

  it('is vim, nano or vi where no variable is set', async () => {
    const tried: string[] = [];
    const find = (name: string): null => {
      tried.push(name);
      return null;
    };
    const system = { ...withVariables({}), processes: { ...world.system.processes, find } };
    await expect(runEditor(system, '/f')).rejects.toMatchObject({ code: 'edit.no-editor' });
    expect(tried).toEqual(['vim', 'nano', 'vi']);
  });

  it('may fail', async () => {
    await expect(runEditor(withVariables({ EDITOR: 'false' }), '/f')).rejects.toMatchObject({
      code: 'edit.failed',
    });
  });
});

describe.skipIf(process.platform === 'win32')('edit', () => {
  let world: TestWorld;
  beforeAll(() => {
    world = testWorld();
  });
  afterAll(() => world.remove());

  async function sealed(name: string, text: string): Promise<string> {
    const path = world.path(name);
    writeFileSync(path, text);
    expect(await world.run(['encrypt', '-i', '--age', testKey.recipient, path])).toMatchObject({ status: 0 });
    return path;
  }

  async function edit(file: string, script: string, ...flags: string[]): ReturnType<TestWorld['run']> {
    const editor = writeEditor(world, 'editor', script);
    const editing = testWorld({ SOPS_EDITOR: editor });
    const outcome = await editing.run(['edit', ...flags, file]);
    editing.remove();
    return outcome;
  }

  it('writes back what changed', async () => {
    const file = await sealed('a.env', 'one=1\ntwo=2\n');
    const before = readFileSync(file, 'utf8').split('\n');
    expect(await edit(file, `sed -i 's/two=2/two=three/' "$1"`)).toMatchObject({ status: 0, stderr: '' });
    expect(await world.run(['decrypt', file])).toMatchObject({ stdout: 'one=1\ntwo=three\n' });
    expect(readFileSync(file, 'utf8').split('\n')[0]).toBe(before[0]);
  });

  it('shows the file under its own name, for its owner only, in a private folder', async () => {
    const file = await sealed('b.env', 'one=1\n');
    const seen = world.path('seen');
    await edit(
      file,
      `basename "$1" > "${seen}"; stat -c %a "$1" "$(dirname "$1")" >> "${seen}"; ls -A "$(dirname "$1")" >> "${seen}"`,
    );
    expect(readFileSync(seen, 'utf8')).toBe('b.env\n600\n700\nb.env\n');
  });

  it('leaves a file alone that was not changed', async () => {
    const file = await sealed('c.env', 'one=1\n');
    const before = readFileSync(file);
    expect(await edit(file, 'true')).toMatchObject({ status: 200 });
    expect(readFileSync(file)).toEqual(before);
  });

  it('leaves a file alone when the editor fails', async () => {
    const file = await sealed('d.env', 'one=1\n');
    const before = readFileSync(file);
    expect(await edit(file, 'echo x=1 >> "$1"; exit 3')).toMatchObject({ status: 201 });
    expect(readFileSync(file)).toEqual(before);
  });

  it('names the file once where it asks to mend the edit, and takes the next one', async () => {
    const file = await sealed('e.env', 'one=1\n');
    const tried = world.path('tried');
    const script = `if [ -e ${tried} ]; then echo two=2 > "$1"; else echo broken > "$1"; touch ${tried}; fi`;
    const editing = testWorld({ SOPS_EDITOR: writeEditor(world, 'editor', script) });
    const prompts = { ...editing.system.prompts, available: true, text: async () => '' };
    Object.assign(editing.system, { prompts });
    const { status, stderr } = await editing.run(['edit', file]);
    editing.remove();
    expect(status).toBe(0);
    expect(stderr.split('e.env')).toHaveLength(2);
    expect(stderr).toContain(`sopskit edit: ${file}:1:1: The dotenv file cannot be read`);
    expect(await world.run(['decrypt', file])).toMatchObject({ stdout: 'two=2\n' });
  });

  it('makes a new file', async () => {
    const file = world.path('new.env');
    const outcome = await edit(file, 'echo fresh=yes > "$1"', '--age', testKey.recipient);
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    expect(await world.run(['decrypt', file])).toMatchObject({ stdout: 'fresh=yes\n' });
  });
});
