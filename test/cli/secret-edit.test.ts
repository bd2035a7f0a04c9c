import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { viewSecrets } from '../../src/cli/secret-view.ts';
import { jsonFormat } from '../../src/formats/json/json-format.ts';
import { yamlFormat } from '../../src/formats/yaml/yaml-format.ts';
import { SecretWorld } from './secret-world.ts';

const base64 = (value: string | Uint8Array): string => Buffer.from(value).toString('base64');
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** Shows a manifest, lets `change` edit what is seen, and returns what is written back. */
async function edited(plain: string, change: (shown: string) => string): Promise<string> {
  const format = plain.startsWith('{') ? jsonFormat : yamlFormat;
  const view = await viewSecrets(format, Buffer.from(plain));
  return text(await view.restore(Buffer.from(change(text(view.text)))));
}

const manifest = `# top
apiVersion: v1
kind: Secret
metadata: {name: one}   # flow
data:
  # about the user
  user: ${base64('admin')}   # who
  'single': '${base64('it')}'
  "double": "${base64('a "quoted" \\ text')}"
  folded: >-
    ${base64('folded')}
  multi: ${base64('a: 1\nb: |\n  2\n')}
  open: ${base64('no end\nof line')}
  tab: ${base64('\tx\n')}
  crlf: ${base64('a\r\nb\r\n')}
  empty: ""
  none:
  odd: not base64
  zero: ${base64('0x10')}
  yes: ${base64('true')}
  bin: ${base64(Uint8Array.from([0xff, 0xfe, 0]))}
  control: ${base64('\u0000\u001b[0m')}
stringData:
  plain: as it is
`;

describe('values of data in an editor', () => {
  it('are text, and come back byte for byte where nothing changes', async () => {
    const view = await viewSecrets(yamlFormat, Buffer.from(manifest));
    const shown = text(view.text);
    expect(shown).toContain('  user: admin   # who\n');
    expect(shown).toContain('  multi: |\n    a: 1\n    b: |\n      2\n');
    expect(shown).toContain('  open: |-\n    no end\n    of line\n');
    expect(shown).toContain('  bin: !!binary //4A\n');
    expect(shown).toContain('  zero: "0x10"\n');
    expect(shown).toContain('  odd: not base64\n');
    expect(await edited(manifest, (same) => same)).toBe(manifest);
  });

  it.each([
    ['a text', 'user: admin ', 'user: röot ', 'user', 'röot'],
    ['a text in a block', 'user: admin   # who', 'user: |\n    two\n    lines', 'user', 'two\nlines\n'],
    ['a number as it is written', 'user: admin ', 'user: 0x1F ', 'user', '0x1F'],
    ['a word that YAML takes for something else', 'user: admin ', 'user: no ', 'user', 'no'],
    ['a date', 'user: admin ', 'user: 2026-01-02 ', 'user', '2026-01-02'],
    ['nothing', 'user: admin ', 'user: ', 'user', ''],
    ['bytes', '//4A', 'AAAA', 'bin', '\0\0\0'],
    ['what looks like base64', 'odd: not base64', 'odd: YWJj', 'odd', 'YWJj'],
    ['a new key', '  user: admin', '  added: "1"\n  user: admin', 'added', '1'],
  ])('take %s', async (_, from, to, key, value) => {
    const after = await edited(manifest, (shown) => shown.replace(from, to));
    expect(after).toMatch(
      new RegExp(`^  ${key}: ${base64(value).replaceAll(/[+/]/g, '\\$&') || '""'}(?: |$)`, 'm'),
    );
  });

  it('may be removed, and the Secret renamed', async () => {
    const after = await edited(manifest, (shown) =>
      shown.replace(/ {2}user: .*\n/, '').replace('name: one', 'name: two'),
    );
    expect(after).not.toContain('user: ');
    expect(after).toContain(`'single': '${base64('it')}'`);
    expect(after).toContain('metadata: {name: two}   # flow');
  });

  it.each([
    ['a map', 'user: admin   # who', 'user: {a: b}', 'a map or a list'],
    ['a key that is none', 'user: admin', 'us/er: admin', 'the key of a value'],
    ['text that is no YAML', 'user: admin', 'user: [admin', 'YAML'],
  ])('are not %s', async (_, from, to, said) => {
    await expect(edited(manifest, (shown) => shown.replace(from, to))).rejects.toThrow(said);
  });

  it('of several Secrets keep apart', async () => {
    const two = `${manifest}---\napiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: l}\n  data: {user: ${base64('second')}}\n`;
    const after = await edited(two, (shown) => shown.replace('second', 'third'));
    expect(after).toContain(`data: {user: ${base64('third')}}`);
    expect(after).toContain(`user: ${base64('admin')}   # who`);
  });

  it('are text in JSON, too, and bytes stay as they were', async () => {
    const json = `{\n  "apiVersion": "v1",\n  "kind": "Secret",\n  "data": {"a": "${base64('x\ny')}", "b": "${base64(Uint8Array.from([255]))}"}\n}\n`;
    const view = await viewSecrets(jsonFormat, Buffer.from(json));
    expect(JSON.parse(text(view.text)).data).toEqual({ a: 'x\ny', b: '/w==' });
    expect(await edited(json, (same) => same)).toBe(json);
    expect(JSON.parse(await edited(json, (shown) => shown.replace('x\\ny', 'z'))).data).toEqual({
      a: base64('z'),
      b: '/w==',
    });
    await expect(edited(json, (shown) => shown.replace('/w==', 'AA=='))).rejects.toThrow('b is binary');
  });
});

describe.skipIf(process.platform === 'win32')('secret edit', () => {
  let world: SecretWorld;
  beforeEach(async () => {
    world = new SecretWorld();
    world.write('s.yaml', manifest);
    await world.ok(['encrypt', '-i', join(world.folder, 's.yaml')]);
  });
  afterEach(() => world.remove());

  function editor(body: string): Record<string, string> {
    const file = join(world.home, 'editor');
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
    return { EDITOR: file };
  }

  it('changes the ciphertext of what was changed, and of nothing else', async () => {
    const before = world.read('s.yaml').split('\n');
    await world.ok(['secret', 'edit', 's.yaml'], {
      env: editor(`sed -i.bak 's/user: admin/user: root/' "$1" && rm "$1.bak"`),
    });
    const after = world.read('s.yaml').split('\n');
    const kept = new Set(before);
    const changed = after.filter((line) => !kept.has(line)).map((line) => line.trim().split(':', 1)[0]);
    expect(changed.filter((key) => key !== 'lastmodified' && key !== 'sopskit_layout')).toEqual([
      'user',
      'mac',
    ]);
    expect(await world.plain('s.yaml')).toContain(`user: ${base64('root')}   # who`);
  });

  it('has nothing to do with files that hold no Secret, or are not there', async () => {
    world.write('c.yaml', 'apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n');
    await world.ok(['encrypt', '-i', join(world.folder, 'c.yaml')]);
    expect((await world.run(['secret', 'edit', 'c.yaml'], { env: editor('exit 9') })).stderr).toContain(
      'holds no Secret',
    );
    expect((await world.run(['secret', 'edit', 'none.yaml'], { env: editor('exit 9') })).stderr).toContain(
      'no such file',
    );
    expect((await world.run(['secret', 'edit', 's.yaml'], { env: editor('exit 0') })).status).toBe(200);
  });
});
