import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testKey } from '../cli/world.ts';
import { type RunSettings, Scene } from '../faults/scene.ts';
import { describePeers } from './peers.ts';

const canary = 'CANARY-secret-4711';
const base64 = Buffer.from(canary).toString('base64');
const rule = `creation_rules:\n  - encrypted_regex: ^(data|stringData)$\n    age: ${testKey.recipient}\n`;

describePeers('secret and the real sops', ['sops'], (peers) => {
  let scene: Scene;

  beforeEach(() => {
    scene = new Scene();
    scene.write('.sops.yaml', rule);
  });
  afterEach(() => scene.remove());

  function sops(args: readonly string[]): string {
    const result = spawnSync(peers.sops, args, { cwd: scene.cwd, env: scene.env(), encoding: 'utf8' });
    expect(result.status, `sops ${args.join(' ')}\n${result.stderr}`).toBe(0);
    return result.stdout;
  }
  function ok(argv: readonly string[], settings: RunSettings = {}): string {
    const result = scene.run(argv, settings);
    expect(result.status, `${argv.join(' ')}\n${result.stderr}`).toBe(0);
    return result.stdout.toString();
  }
  const decrypted = (file: string): unknown => JSON.parse(sops(['decrypt', '--output-type', 'json', file]));

  it('decrypts what secret create writes', () => {
    scene.write('bin', Uint8Array.from([0, 255, 254, 10]));
    ok(
      ['secret', 'create', 'db', '-n', 'app', '--from-stdin', 'pw', '--from-file', 'bin', '--label', 'a=b'],
      { input: canary },
    );
    expect(decrypted('db.yaml')).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'db', namespace: 'app', labels: { a: 'b' } },
      type: 'Opaque',
      data: { bin: 'AP/+Cg==', pw: base64 },
    });
    ok(['secret', 'create', 'text', '--from-stdin', 'conf', '--string-data', '-o', 'text.json'], {
      input: 'a: 1\nb: 2\n',
    });
    expect(decrypted('text.json')).toMatchObject({ stringData: { conf: 'a: 1\nb: 2\n' } });
  });

  it('sets values in files that sops wrote, in its layout', () => {
    scene.write(
      's.yaml',
      `apiVersion: v1\nkind: Secret\nmetadata:\n    name: s\ndata:\n    a: YQ==\n    # why\n    b: Yg==\n`,
    );
    sops(['encrypt', '-i', 's.yaml']);
    const before = scene.read('s.yaml').toString().split('\n');
    ok(['secret', 'set', 's.yaml', 'b'], { input: canary });
    const after = scene.read('s.yaml').toString().split('\n');
    const changed = after.flatMap((line, index) =>
      line === before[index] ? [] : [line.trim().split(':', 1)[0]],
    );
    expect(changed.filter((key) => key !== 'lastmodified')).toEqual(['b', 'mac']);
    expect(decrypted('s.yaml')).toMatchObject({ data: { a: 'YQ==', b: base64 } });
    ok(['secret', 'set', 's.yaml', 'c'], { input: 'new' });
    ok(['secret', 'set', 's.yaml', 'a', '--remove']);
    expect(decrypted('s.yaml')).toMatchObject({ data: { b: base64, c: 'bmV3' } });
    expect(ok(['secret', 'show', 's.yaml', '--reveal', 'b'])).toBe(canary);
  });

  it('shows the values in the editor as text, and sops decrypts what becomes of them', () => {
    const seen = path.join(scene.root, 'seen');
    scene.write(
      's.yaml',
      `# top\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n  user: YWRtaW4=   # who\n  "pw": '${base64}'\n  multi: YQpiCg==\n  bin: //4A\n  odd: not base64\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: t}\ndata:\n  n: MQ==\n`,
    );
    sops(['encrypt', '-i', 's.yaml']);
    const plain = sops(['decrypt', 's.yaml']);
    const editor = scene.editor(
      `cp "$1" ${seen}; printf '%s\\n' "$0" "$@" > ${seen}.args; sed -i -e 's/user: admin/user: 0x50/' -e 's/n: "1"/n: |\\n        x\\n        y/' "$1"`,
    );
    ok(['secret', 'edit', 's.yaml'], { env: { EDITOR: editor } });
    const shown = fs.readFileSync(seen, 'utf8');
    expect(shown).toContain(`pw: ${canary}\n`);
    expect(shown).toContain('multi: |\n');
    expect(shown).toMatch(/bin: !!binary \/\/4A\n/);
    expect(shown).toContain('odd: not base64\n');
    expect(fs.readFileSync(`${seen}.args`, 'utf8')).not.toContain('CANARY');
    const expected = plain.replace('user: YWRtaW4=', 'user: MHg1MA==').replace('n: MQ==', 'n: eAp5Cg==');
    expect(sops(['decrypt', 's.yaml'])).toBe(expected);
  });

  it('leaves the file alone where the editor changes nothing, or spoils it', () => {
    ok(['secret', 'create', 's', '--from-stdin', 'pw'], { input: canary });
    const before = scene.read('s.yaml').toString();
    expect(scene.run(['secret', 'edit', 's.yaml'], { env: { EDITOR: 'true' } }).status).toBe(200);
    for (const spoil of ['s/pw: /pw: [/', 's/pw: .*/pw: {a: b}/', 's/  pw:/  p w:/']) {
      const spoilt = scene.run(['secret', 'edit', 's.yaml'], {
        env: { EDITOR: scene.editor(`sed -i '${spoil}' "$1"`) },
      });
      expect(spoilt.status, spoil).not.toBe(0);
      expect(spoilt.stderr.toString()).not.toContain('CANARY');
      expect(scene.read('s.yaml').toString()).toBe(before);
    }
    for (const file of scene.files())
      expect(fs.readFileSync(path.join(scene.root, file), 'latin1'), file).not.toContain('CANARY');
  });

  it('imports what kubectl prints', () => {
    const live = {
      apiVersion: 'v1',
      kind: 'Secret',
      data: { pw: base64 },
      metadata: { name: 'db', uid: 'u', managedFields: [] },
      type: 'Opaque',
    };
    ok(['secret', 'import', '-'], { input: JSON.stringify(live, null, 4) });
    expect(decrypted('db.yaml')).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'db' },
      type: 'Opaque',
      data: { pw: base64 },
    });
    expect(scene.run(['decrypt', 'db.yaml']).stdout.toString()).toContain(base64);
  });

  it.each([
    ['an unwritable folder', ['secret', 'create', 'x', '--from-stdin', 'pw', '-o', 'no/such/x.yaml']],
    ['a rule that is missing', ['secret', 'create', 'x', '--from-stdin', 'pw', '--config', 'none.yaml']],
    ['a wrong MAC', ['secret', 'set', 'mac.yaml', 'pw']],
    ['a file in clear', ['secret', 'set', 'plain.yaml', 'pw']],
    ['a value in argv', ['secret', 'set', 's.yaml', 'pw', canary]],
    ['a key that is none', ['secret', 'set', 's.yaml', `pw=${canary}`]],
    ['a literal', ['secret', 'create', 'x', '--from-literal', `pw=${canary}`]],
    ['broken input', ['secret', 'import', 'broken']],
    ['an editor that fails', ['secret', 'edit', 's.yaml']],
    ['a prompt without a terminal', ['secret', 'create', 'x', '--prompt', 'pw']],
    ['nothing to reveal', ['secret', 'show', 's.yaml', '--reveal', 'none']],
    ['a flag that does not exist', ['secret', 'set', 's.yaml', 'pw', `--valeu=${canary}`]],
  ])('shows and leaves no value: %s', (_, argv) => {
    ok(['secret', 'create', 's', '--from-stdin', 'pw'], { input: canary });
    scene.write('mac.yaml', scene.read('s.yaml').toString().replace('name: s', 'name: changed'));
    const before = scene.files();
    scene.write('plain.yaml', `apiVersion: v1\nkind: Secret\nmetadata: {name: p}\ndata: {pw: ${base64}}\n`);
    scene.write('broken', `{"a": "${canary}`);
    for (const env of [{}, { SOPSKIT_DEBUG: '1' }]) {
      const failed = scene.run(argv, { input: canary, env, shell: 'setsid "$@"' });
      const said = failed.stderr.toString() + failed.stdout.toString();
      expect(failed.status, said).not.toBe(0);
      expect(said).not.toContain('internal error');
      for (const mark of ['CANARY', base64.slice(0, 12)]) expect(said).not.toContain(mark);
    }
    for (const name of ['plain.yaml', 'broken']) fs.rmSync(scene.path(name));
    expect(scene.files()).toEqual(before);
  });
});
