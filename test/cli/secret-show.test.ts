import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretWorld } from './secret-world.ts';
import { testKey } from './world.ts';

const canary = 'CANARY-show-4711';
let world: SecretWorld;
beforeEach(() => {
  world = new SecretWorld();
  const values = { pw: canary, 'tls.crt': 'one\ntwo\n', bin: Uint8Array.from([0, 255]), none: '' };
  const lines = Object.entries(values).map(
    ([key, value]) => `  ${key}: ${JSON.stringify(Buffer.from(value).toString('base64'))}`,
  );
  world.write(
    's.yaml',
    `apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: app}\ndata:\n${lines.join('\n')}\n  odd: no base64\nstringData:\n  text: ${canary}\n`,
  );
});
afterEach(() => world.remove());

describe('secret show', () => {
  it('shows keys, lengths and kinds, for whom, and no value', async () => {
    await world.ok(['encrypt', '-i', `${world.folder}/s.yaml`]);
    const shown = await world.ok(['secret', 'show', 's.yaml']);
    expect(shown.stdout.toString()).toBe(`s.yaml: encrypted for
  age ${testKey.recipient}

Secret app/db, type Opaque
  pw       16 B  text
  tls.crt   8 B  text, 2 lines
  bin       2 B  binary
  none      0 B  empty
  odd         ?  NOT BASE64
  text     16 B  text, stringData
`);
  });

  it('shows what can be known without a key', async () => {
    await world.ok(['encrypt', '-i', `${world.folder}/s.yaml`]);
    const shown = await world.ok(['secret', 'show', 's.yaml'], { env: { SOPS_AGE_KEY: '' } });
    const text = shown.stdout.toString();
    expect(text).toContain('not opened here: ');
    expect(text).toMatch(/^ {2}pw +≤ 18 B {2}$/m);
    expect(text).toMatch(/^ {2}text +≤ 16 B {2}stringData$/m);
    const json = await world.ok(['secret', 'show', 's.yaml', '--json'], { env: { SOPS_AGE_KEY: '' } });
    expect(JSON.parse(json.stdout.toString())).toMatchObject({
      encrypted: true,
      opened: false,
      problem: expect.any(String),
    });
  });

  it('prints one documented JSON document', async () => {
    await world.ok(['encrypt', '-i', `${world.folder}/s.yaml`]);
    const shown = await world.ok(['secret', 'show', 's.yaml', '--json']);
    expect(shown.stdout.toString()).not.toContain('CANARY');
    expect(JSON.parse(shown.stdout.toString())).toMatchObject({
      file: 's.yaml',
      encrypted: true,
      opened: true,
      problem: null,
      recipients: [{ kind: 'age', id: testKey.recipient }],
      secrets: [
        {
          ...{ document: 1, title: 'Secret app/db', name: 'db', namespace: 'app', type: 'Opaque' },
          keys: [
            { key: 'pw', field: 'data', encrypted: true, bytes: 16, atMost: 16, content: 'text', lines: 1 },
            { key: 'tls.crt', bytes: 8, content: 'text', lines: 2 },
            { key: 'bin', bytes: 2, content: 'binary', lines: null },
            { key: 'none', bytes: 0, content: 'empty' },
            { key: 'odd', bytes: null, content: 'invalid' },
            { key: 'text', field: 'stringData', bytes: 16 },
          ],
        },
      ],
    });
  });

  it('says that a file in clear is one', async () => {
    const text = (await world.ok(['secret', 'show', 's.yaml'])).stdout.toString();
    expect(text).toContain('s.yaml: NOT encrypted');
    expect(text).toMatch(/pw +16 B {2}text, READABLE/);
    expect(text).not.toContain('CANARY');
    expect((await world.ok(['secret', 'show', 's.yaml', '--reveal', 'pw'])).stdout.toString()).toBe(canary);
  });

  it.each([
    [['s.yaml', '--reveal', 'nope'], 'has no such key; it has pw, tls.crt'],
    [['s.yaml', '--reveal', 'odd'], 'is not base64'],
    [['s.yaml', '--reveal', 'pw', '--json'], 'exclude|not as JSON'],
    [['nope.yaml'], 'no such file'],
    [['.sops.yaml'], 'holds no Secret'],
    [[], 'takes a file'],
  ])('fails for %s without a value', async (args, said) => {
    await world.ok(['encrypt', '-i', `${world.folder}/s.yaml`]);
    const failed = await world.run(['secret', 'show', ...args]);
    expect(failed.status).not.toBe(0);
    expect(failed.stderr).toMatch(new RegExp(said));
    expect(failed.stderr + failed.stdout.toString()).not.toContain('CANARY');
  });
});
