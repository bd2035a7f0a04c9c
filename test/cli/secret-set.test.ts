import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretWorld } from './secret-world.ts';

const canary = 'CANARY-set-4711';
let world: SecretWorld;
beforeEach(() => {
  world = new SecretWorld();
});
afterEach(() => world.remove());

const manifest = `# above
apiVersion: v1
kind: Secret
metadata: {name: one}
data:
  "user": 'YWRtaW4='   # who

  token: ${Buffer.from(canary).toString('base64')}
stringData:
  conf: |
    a: 1
`;

async function sealed(name: string, text: string): Promise<void> {
  world.write(name, text);
  await world.ok(['encrypt', '-i', `${world.folder}/${name}`]);
}

async function value(file: string, key: string, ...flags: string[]): Promise<string> {
  return (await world.ok(['secret', 'show', file, '--reveal', key, ...flags])).stdout.toString();
}

describe('secret set', () => {
  it('writes text as base64 into its line, and touches no other', async () => {
    await sealed('s.yaml', manifest);
    const before = world.read('s.yaml').split('\n');
    await world.ok(['secret', 'set', 's.yaml', 'user'], { stdin: 'röot' });
    const after = world.read('s.yaml').split('\n');
    expect(after.length).toBe(before.length);
    const changed = after
      .filter((line, index) => line !== before[index])
      .map((line) => line.trim().split(':', 1)[0]);
    expect(changed.filter((key) => key !== 'lastmodified')).toEqual(['"user"', 'mac']);
    expect(await world.plain('s.yaml')).toBe(manifest.replace("'YWRtaW4='", 'csO2b3Q='));
  });

  it('keeps a value of stringData there, and puts a new key into data', async () => {
    await sealed('s.yaml', manifest);
    await world.ok(['secret', 'set', 's.yaml', 'conf'], { stdin: 'b: 2\n' });
    await world.ok(['secret', 'set', 's.yaml', 'new'], { stdin: 'x' });
    const plain = await world.plain('s.yaml');
    expect(plain).toContain('  conf: |\n    b: 2\n');
    expect(plain).toContain(`  token: ${Buffer.from(canary).toString('base64')}\n  new: eA==\nstringData:`);
    const binary = await world.run(['secret', 'set', 's.yaml', 'conf'], {
      stdin: Uint8Array.from([0xff, 0xfe]),
    });
    expect(binary).toMatchObject({ status: 1, stderr: expect.stringContaining('takes text only') });
  });

  it('takes bytes, an empty value only when asked, and trims only when asked', async () => {
    await sealed('s.yaml', manifest);
    world.write('bin', Uint8Array.from([0, 255, 10]));
    await world.ok(['secret', 'set', 's.yaml', 'bin', '--from-file', 'bin']);
    expect((await world.ok(['secret', 'show', 's.yaml', '--reveal', 'bin'])).stdout).toEqual(
      Buffer.from([0, 255, 10]),
    );
    expect((await world.run(['secret', 'set', 's.yaml', 'user'])).stderr).toContain(
      'standard input is empty',
    );
    await world.ok(['secret', 'set', 's.yaml', 'user', '--allow-empty']);
    expect(await value('s.yaml', 'user')).toBe('');
    await world.ok(['secret', 'set', 's.yaml', 'user', '--trim'], { stdin: 'pw\r\n' });
    expect(await value('s.yaml', 'user')).toBe('pw');
    const exact = await world.ok(['secret', 'set', 's.yaml', 'user'], { stdin: 'pw\n' });
    expect(exact.stderr).toContain('ends with a line break');
    expect(await value('s.yaml', 'user')).toBe('pw\n');
  });

  it('asks on a terminal, and writes nothing where nothing changes', async () => {
    await sealed('s.yaml', manifest);
    const before = world.read('s.yaml');
    const same = await world.ok(['secret', 'set', 's.yaml', 'user'], {
      typed: true,
      answers: ['admin', 'admin'],
    });
    expect(same.questions).toEqual(['New value of user', 'The same again']);
    expect(same.stderr).toContain('has that value already');
    expect(world.read('s.yaml')).toBe(before);
    await world.ok(['secret', 'set', 's.yaml', 'user', '--prompt'], { answers: ['new', 'new'] });
    expect(await value('s.yaml', 'user')).toBe('new');
  });

  it('removes a key', async () => {
    await sealed('s.yaml', manifest);
    await world.ok(['secret', 'set', 's.yaml', 'token', '--remove']);
    expect(await world.plain('s.yaml')).not.toContain('token');
    const before = world.read('s.yaml');
    expect((await world.ok(['secret', 'set', 's.yaml', 'token', '--remove'])).stderr).toContain(
      'nothing was written',
    );
    expect(world.read('s.yaml')).toBe(before);
  });

  it('finds the Secret in a file with several, and in a List', async () => {
    const other = manifest.replace('name: one', 'name: two').replace('# above\n', '');
    const list = `apiVersion: v1\nkind: List\nitems:\n  # a comment\n  - apiVersion: v1\n    kind: Secret\n    metadata: {name: three, namespace: n}\n    data: {k: dg==}\n`;
    await sealed('m.yaml', `${manifest}---\n${other}---\n${list}`);
    const vague = await world.run(['secret', 'set', 'm.yaml', 'user'], { stdin: canary });
    expect(vague.stderr).toContain('Secret one, Secret two, Secret n/three');
    expect(vague.stderr).not.toContain('CANARY');
    await world.ok(['secret', 'set', 'm.yaml', 'user', '--name', 'two'], { stdin: 'second' });
    await world.ok(['secret', 'set', 'm.yaml', 'k', '--namespace', 'n'], { stdin: 'third' });
    expect(await value('m.yaml', 'user', '--name', 'one')).toBe('admin');
    expect(await value('m.yaml', 'user', '--name', 'two')).toBe('second');
    expect(await value('m.yaml', 'user', '--document', '2')).toBe('second');
    expect(await value('m.yaml', 'k', '--name', 'three')).toBe('third');
    expect(await world.plain('m.yaml')).toContain('  # a comment\n');
    expect((await world.run(['secret', 'set', 'm.yaml', 'k', '--name', 'none'])).stderr).toContain(
      'no Secret of the file fits',
    );
  });

  it('works on JSON', async () => {
    await sealed(
      's.json',
      '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "j"}, "data": {"a": "YQ=="}}\n',
    );
    await world.ok(['secret', 'set', 's.json', 'a'], { stdin: 'b' });
    await world.ok(['secret', 'set', 's.json', 'c'], { stdin: 'd' });
    expect(JSON.parse(await world.plain('s.json')).data).toEqual({ a: 'Yg==', c: 'ZA==' });
  });

  it.each([
    ['a value in the command line', ['s.yaml', 'user', canary], 'no value behind them'],
    ['a value as a flag', ['s.yaml', 'user', '--value', canary], '--value is not taken'],
    ['KEY=VALUE', ['s.yaml', `user=${canary}`], 'Give the key alone'],
    ['no key', ['s.yaml'], 'FILE KEY'],
    ['two sources', ['s.yaml', 'user', '--stdin', '--prompt'], 'exclude each other'],
    ['a file that is not there', ['none.yaml', 'user'], 'no such file'],
    ['a file in clear', ['plain.yaml', 'token'], 'not encrypted'],
    ['a file without a Secret', ['other.yaml', 'a'], 'holds no Secret'],
    ['more than Kubernetes takes', ['s.yaml', 'big', '--from-file', 'big'], '1 MiB'],
  ])('refuses %s, and shows no value', async (_, args, said) => {
    await sealed('s.yaml', manifest);
    await sealed('other.yaml', 'apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n');
    world.write('plain.yaml', manifest);
    world.write('big', Buffer.alloc(1024 * 1024, canary));
    const before = world.read('s.yaml');
    const refused = await world.run(['secret', 'set', ...args], { stdin: canary });
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain(said);
    expect(refused.stderr + refused.stdout.toString()).not.toContain('CANARY');
    expect(world.read('s.yaml')).toBe(before);
  });

  it('does not write a value that the selector of the file leaves readable', async () => {
    world.write('s.yaml', manifest);
    await world.ok(['encrypt', '-i', '--encrypted-regex', '^(token|user|conf)$', `${world.folder}/s.yaml`]);
    const before = world.read('s.yaml');
    const refused = await world.run(['secret', 'set', 's.yaml', 'other'], { stdin: canary });
    expect(refused.stderr).toContain('would leave the value readable');
    expect(world.read('s.yaml')).toBe(before);
  });

  it('says so where no key here opens the file', async () => {
    await sealed('s.yaml', manifest);
    const refused = await world.run(['secret', 'set', 's.yaml', 'user'], {
      stdin: canary,
      env: { SOPS_AGE_KEY: '' },
    });
    expect(refused.status).toBe(128);
    expect(refused.stderr).not.toContain('CANARY');
  });
});
