import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identityToRecipient } from '../../../../src/keys/age/generate.ts';
import {
  chooseHybrid,
  chooseReplacing,
  identitiesOfOutput,
  makeReplacing,
  requirePlace,
  requireRotatable,
} from '../../../../src/operations/cluster-keys/rotate/replacing-identity.ts';
import { nodeSystem } from '../../../../src/system/node/node-system.ts';
import type { System } from '../../../../src/system/system.ts';

const old = `age1${'q'.repeat(58)}`;

describe('an identity that replaces another', () => {
  let home: string;
  let system: System;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'sopskit-rotate-'));
    const real = nodeSystem();
    const env = { get: (name: string) => (name === 'HOME' ? home : undefined), all: () => ({ HOME: home }) };
    system = { ...real, env, files: { ...real.files, cwd: home, home } };
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it.each(['x25519', 'hybrid'] as const)('is saved with its comment right above it (%s)', async (kind) => {
    const made = await makeReplacing(system, old, kind, null);
    const lines = readFileSync(made.place, 'utf8').trimEnd().split('\n');
    expect(lines.slice(-3, -1)).toEqual([`# public key: ${made.recipient}`, `# replaces: ${old}`]);
    expect(made.text.lendText((text) => text)).toBe(lines.at(-1));
    expect(await identityToRecipient(made.text)).toBe(made.recipient);
    if (process.platform !== 'win32') expect(statSync(made.place).mode & 0o777).toBe(0o600);
  });

  it('is found again in the file that was named, and never written over', async () => {
    const made = await makeReplacing(system, old, 'x25519', 'new.agekey');
    const [found] = await identitiesOfOutput(system, 'new.agekey');
    expect(found).toMatchObject({
      recipient: made.recipient,
      replaces: old,
      path: path.join(home, 'new.agekey'),
    });
    const before = readFileSync(made.place);
    await expect(makeReplacing(system, old, 'x25519', 'new.agekey')).rejects.toMatchObject({
      code: 'file.unwritable',
    });
    expect(readFileSync(made.place)).toEqual(before);
  });

  it('is asked for a place before it is made', async () => {
    requirePlace(system, null);
    requirePlace(system, 'new.agekey');
    const { place } = await makeReplacing(system, old, 'x25519', 'new.agekey');
    expect(() => requirePlace(system, 'new.agekey')).toThrow(
      expect.objectContaining({ code: 'file.unwritable' }),
    );
    const { place: standard } = await makeReplacing(system, old, 'x25519', null);
    requirePlace(system, null);
    writeFileSync(standard, '-----BEGIN AGE ENCRYPTED FILE-----\n');
    expect(() => requirePlace(system, null)).toThrow(expect.objectContaining({ code: 'identity.invalid' }));
    expect(readFileSync(place, 'utf8')).toContain('# replaces: ');
  });

  it('is added to a key file that has others', async () => {
    const first = await makeReplacing(system, old, 'x25519', null);
    const before = readFileSync(first.place, 'utf8');
    await makeReplacing(system, first.recipient, 'x25519', null);
    expect(readFileSync(first.place, 'utf8').startsWith(before)).toBe(true);
  });

  it('finds none in a file that is not there', async () => {
    expect(await identitiesOfOutput(system, 'nowhere')).toEqual([]);
    writeFileSync(path.join(home, 'empty'), '');
    expect(await identitiesOfOutput(system, 'empty')).toEqual([]);
  });
});

describe('chooseReplacing', () => {
  const known = (files: readonly string[], secrets: readonly string[]) => ({
    inFiles: new Set(files),
    inSecrets: new Set(secrets),
  });
  const found = [
    { recipient: 'age1x', replaces: null },
    { recipient: 'age1y', replaces: old },
    { recipient: 'age1z', replaces: old },
    { recipient: 'age1o', replaces: 'age1other' },
  ];

  it.each<[string, ReturnType<typeof known>, string]>([
    ['the first, where nobody knows either', known([], []), 'age1y'],
    ['the one that a Secret knows', known([], ['age1z']), 'age1z'],
    ['the one that files know', known(['age1z'], []), 'age1z'],
    ['the one that files know before the one that a Secret knows', known(['age1z'], ['age1y']), 'age1z'],
    ['none but those that replace it', known(['age1x'], ['age1o']), 'age1y'],
  ])('takes %s', (_, names, recipient) => {
    expect(chooseReplacing(found, old, names)?.recipient).toBe(recipient);
  });

  it('finds none', () => {
    expect(chooseReplacing(found, 'age1nobody', known([], []))).toBeNull();
  });

  it.each([
    ['files', known(['age1y', 'age1z'], [])],
    ['Secrets', known([], ['age1y', 'age1z'])],
  ])('refuses two that %s know', (_, names) => {
    expect(() => chooseReplacing(found, old, names)).toThrow(
      expect.objectContaining({ code: 'cluster-key.refused' }),
    );
  });
});

describe('chooseHybrid', () => {
  const plain = { recipient: 'age1y', replaces: old, kind: 'x25519' as const };
  const hybrid = { recipient: 'age1pq1z', replaces: old, kind: 'hybrid' as const };
  const nobody = { inFiles: new Set<string>(), inSecrets: new Set<string>() };

  it('passes over what nobody knows', () => {
    expect(chooseHybrid([plain], old, nobody)).toBeNull();
    expect(chooseHybrid([plain, hybrid], old, nobody)).toBe(hybrid);
  });

  it('refuses what is in use already', () => {
    for (const known of [
      { ...nobody, inFiles: new Set(['age1y']) },
      { ...nobody, inSecrets: new Set(['age1y']) },
    ])
      expect(() => chooseHybrid([plain, hybrid], old, known)).toThrow(
        expect.objectContaining({ code: 'cluster-key.refused' }),
      );
  });
});

describe('requireRotatable', () => {
  const real = 'age18cm3rpjpqv24r6wp0ymltk0a3s7dg8l7k38l5wx4s922uyg8ycks7ga2jj';

  it.each(['age1…', 'age1xyz', real.replace(/j$/, 'k')])('says that %s is invalid', (mistyped) => {
    expect(() => requireRotatable(mistyped)).toThrow(expect.objectContaining({ code: 'key.invalid' }));
  });

  it('tells the kind', () => {
    expect(requireRotatable(real)).toBe('x25519');
    expect(requireRotatable(`age1pq1${'q'.repeat(100)}`)).toBe('hybrid');
  });

  it.each([
    ['an SSH key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI'],
    ['a PGP key', '8A4C9B7D8A4C9B7D8A4C9B7D8A4C9B7D8A4C9B7D'],
    ['a plugin', `age1yubikey1${'q'.repeat(58)}`],
    ['a plugin', `age1tag1${'q'.repeat(58)}`],
    ['no age recipient', 'arn:aws:kms:eu-central-1:1:key/x'],
    ['no age recipient', ''],
  ])('refuses %s', (what, recipient) => {
    expect(() => requireRotatable(recipient)).toThrow(
      expect.objectContaining({ code: 'cluster-key.refused', message: expect.stringContaining(what) }),
    );
  });
});
