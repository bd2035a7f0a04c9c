import { describe, expect, it } from 'vitest';
import { testKey } from '../cli/world.ts';
import { damages } from './damage.ts';
import { runInMemory } from './memory-world.ts';
import { canariesIn, samples } from './samples.ts';
import { decryptStatus, ownStatus } from './statuses.ts';

const variables = { SOPS_AGE_KEY: testKey.identity };
const sealed = await runInMemory(
  ['encrypt', '--indent', '4', '--age', testKey.recipient, 'f.yaml'],
  { 'f.yaml': Buffer.from(samples.yaml) },
  variables,
);
const sound = sealed.stdout.toString();

const commands: readonly (readonly string[])[] = [
  ['decrypt', 'f.yaml'],
  ['decrypt', '-i', 'f.yaml'],
  ['decrypt', '--ignore-mac', 'f.yaml'],
  ['decrypt', '--output-type', 'json', 'f.yaml'],
  ['decrypt', '--extract', '["db"]["password"]', 'f.yaml'],
  ['set', 'f.yaml', '["new"]', '"x"'],
  ['unset', 'f.yaml', '["half"]'],
  ['rotate', '-i', 'f.yaml'],
  ['updatekeys', '-y', 'f.yaml'],
  ['groups', 'add', '-i', '-f', 'f.yaml', '--age', testKey.recipient],
  ['filestatus', 'f.yaml'],
  ['encrypt', '-i', '--age', testKey.recipient, 'f.yaml'],
];

describe('a damaged file', () => {
  it('was sound before', async () => {
    const { status, stdout } = await run(['decrypt', 'f.yaml'], Buffer.from(sound));
    expect(status).toBe(0);
    expect(stdout.toString()).toContain('CANARY-value');
  });

  it('with readable comments, as old sops releases wrote them, can be changed', async () => {
    const old = sound.replace(/^#ENC.*/m, '# readable');
    const { status, stderr, files } = await run(['set', 'f.yaml', '["half"]', '0.25'], Buffer.from(old));
    expect(status, stderr).toBe(0);
    const now = files.get('/w/f.yaml') ?? new Uint8Array();
    expect(Buffer.from(now).toString()).toMatch(/^#ENC/);
    expect((await run(['decrypt', 'f.yaml'], now)).stdout.toString()).toMatch(/^# readable\n/);
  });

  describe.each(damages.map((damage) => [damage.name, damage] as const))('with %s', (name, damage) => {
    const bytes = Buffer.from(damage.harm(sound));

    it('ends as in sops', async () => {
      expect(bytes.equals(Buffer.from(sound)), 'the damage does nothing').toBe(false);
      const { status, stderr } = await run(['decrypt', 'f.yaml'], bytes);
      expect(status, stderr).toBe(ownStatus[name] ?? decryptStatus[name]);
    });

    it.each(
      commands.map((argv) => [argv.slice(0, -1).join(' ').replace(testKey.recipient, '…'), argv] as const),
    )('%s tells why and where, and touches nothing', async (_, argv) => {
      const result = await run(argv, bytes);
      expect(result.stderr).not.toMatch(/internal error|^\s+at /m);
      expect(canariesIn(result.stderr)).toEqual([]);
      expect(result.milliseconds).toBeLessThan(20_000);
      expect(result.stderr).not.toMatch(/[0-9A-F]{64}/);
      if (result.status === 0) return;
      expect(result.stderr).toContain('f.yaml');
      expect(Buffer.compare(result.files.get('/w/f.yaml') ?? new Uint8Array(), bytes)).toBe(0);
      if (argv[0] !== 'updatekeys') expect(result.stdout.length).toBe(0);
    });
  });
});

function run(argv: readonly string[], bytes: Uint8Array) {
  const config = `creation_rules:\n  - age: ${testKey.recipient}\n`;
  return runInMemory(argv, { 'f.yaml': bytes, '.sops.yaml': Buffer.from(config) }, variables);
}
