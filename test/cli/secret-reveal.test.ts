import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kubernetesRule, SecretWorld } from './secret-world.ts';
import { testKey } from './world.ts';

const other = 'age18cm3rpjpqv24r6wp0ymltk0a3s7dg8l7k38l5wx4s922uyg8ycks7ga2jj';
let world: SecretWorld;
beforeEach(() => {
  world = new SecretWorld();
});
afterEach(() => world.remove());

const show = async (...args: readonly string[]): Promise<string> =>
  (await world.ok(['secret', 'show', ...args])).stdout.toString();

describe('secret show', () => {
  it('prints all values as YAML', async () => {
    world.write('bin', Uint8Array.from([0xff, 0]));
    world.write('e.env', 'user=alice\nport=5432\n');
    await world.ok(['secret', 'create', 'db', '--from-env-file', 'e.env', '--from-file', 'bin']);
    expect(await show('db.yaml', '--reveal-all')).toBe('bin: !!binary /wA=\nuser: alice\nport: "5432"\n');
    expect((await world.run(['secret', 'show', 'db.yaml', '--reveal-all', '--json'])).status).toBe(8);
    expect((await world.run(['secret', 'show', 'db.yaml', '--reveal-all', '--reveal', 'a'])).status).toBe(8);
  });

  it.each(['yaml', 'json'])('reads %s from standard input', async (ending) => {
    await world.ok(['secret', 'create', 'db', '--from-stdin', 'p', '--output', `db.${ending}`], {
      stdin: 'v',
    });
    const stdin = world.read(`db.${ending}`);
    const shown = await world.ok(['secret', 'show', '-', '--reveal', 'p'], { stdin });
    expect(shown.stdout.toString()).toBe('v');
  });

  it('tells key groups apart', async () => {
    const groups = `key_groups:\n      - age: [${testKey.recipient}]\n      - age: [${other}]\n    shamir_threshold: 2`;
    world.write('.sops.yaml', kubernetesRule.replace(/age: .*/, groups));
    await world.ok(['secret', 'create', 'db', '--from-stdin', 'p'], { stdin: 'v' });
    const text = await show('db.yaml');
    expect(text).toContain(
      `db.yaml: encrypted for one key each of 2 of these groups\n  group 1\n    age ${testKey.recipient}\n  group 2\n    age ${other}\n`,
    );
    expect(JSON.parse(await show('db.yaml', '--json'))).toMatchObject({
      threshold: 2,
      recipients: [{ group: 1 }, { group: 2 }],
    });
  });

  it('prints no control character of a file name', async () => {
    const failed = await world.run(['secret', 'show', 'a\u001b[31mb\nc.yaml']);
    expect(failed.stderr).toContain('a\\u001b[31mb\\nc.yaml');
    expect(failed.stderr).not.toContain('\u001b');
  });
});

describe('secret set --remove', () => {
  it('refuses to remove the last encrypted value', async () => {
    await world.ok(['secret', 'create', 'db', '--from-stdin', 'p'], { stdin: 'v' });
    const before = world.read('db.yaml');
    const refused = await world.run(['secret', 'set', 'db.yaml', 'p', '--remove']);
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('git rm db.yaml') });
    expect(world.read('db.yaml')).toBe(before);
  });
});

describe('secret edit where nobody can be asked', () => {
  it.each([
    ['a list for a value', 's/p: .*/p: [CANARY]/'],
    ['another kind', 's/^kind: Secret/kind: ConfigMap/'],
  ])('keeps, encrypted, an edit with %s', async (_, script) => {
    await world.ok(['secret', 'create', 'db', '--from-stdin', 'p'], { stdin: 'v' });
    const before = world.read('db.yaml');
    const editor = join(world.root, 'editor');
    writeFileSync(editor, `#!/bin/sh\nsed -i '${script}' "$1"\n`);
    chmodSync(editor, 0o755);
    const refused = await world.run(['secret', 'edit', 'db.yaml'], { env: { EDITOR: editor } });
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('your edit is kept, encrypted, in db.yaml.edited');
    expect(world.read('db.yaml')).toBe(before);
    expect(await world.plain('db.yaml.edited')).toMatch(/CANARY|kind: ConfigMap/);
    expect(world.read('db.yaml.edited')).not.toContain('CANARY');
  });
});
