import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import type { KeySource, MasterKey } from '../../src/keys/key-source.ts';
import { Secret } from '../../src/secret/secret.ts';
import type { System } from '../../src/system/system.ts';

/** What a key source brings to be tested. */
export interface KeySourceCase {
  readonly source: KeySource;
  /** Recipients as on the command line, at least one, of which `owner` can unwrap each. */
  readonly recipients: string;
  /** Text that is no recipient: `parse` must refuse it. */
  readonly invalidRecipients: string;
  /** A system with the private keys of `recipients`. */
  owner(): System;
  /** A system with other private keys, or none. */
  stranger(): System;
  /** Texts that no message may hold: private keys, passphrases, tokens of both systems. */
  readonly canaries: readonly string[];
  /** Counts how often the identities of a system made by `owner` were loaded (files read, programs run, …). */
  loads(system: System): number;
}

/** The suite that every key source runs. */
export function describeKeySource(title: string, make: () => KeySourceCase | Promise<KeySourceCase>): void {
  describe(`${title}: the contract of key sources`, () => {
    it('names itself once for flags, rules, groups and metadata', async () => {
      const { source } = await make();
      expect(source.flag.env).toMatch(/^SOPS_[A-Z0-9_]+$/);
      expect(source.flag.name).toMatch(/^[a-z][a-z-]+$/);
      expect(
        [source.name, source.ruleField, source.groupField].every((name) => /^[a-z_0-9]+$/.test(name)),
      ).toBe(true);
    });

    it('parses recipients into keys that are not wrapped yet', async () => {
      const { source, recipients } = await make();
      const keys = source.parse(recipients);
      expect(keys.length).toBeGreaterThan(0);
      for (const key of keys) expect(key).toMatchObject({ source: source.name, enc: null });
      expect(source.parse('')).toEqual([]);
    });

    it('refuses what is no recipient', async () => {
      const { source, invalidRecipients } = await make();
      expect(codeOf(() => source.parse(invalidRecipients))).toBe('key.invalid');
    });

    it('unwraps what it wrapped', async () => {
      const { source, recipients, owner } = await make();
      const session = source.open(owner());
      for (const key of source.parse(recipients)) {
        const dataKey = testDataKey();
        const wrapped = await session.wrap(key, dataKey);
        expect(wrapped).toMatchObject({ source: key.source, id: key.id });
        expect(wrapped.enc).toBeTypeOf('string');
        expect(hexOf(await session.unwrap(wrapped))).toBe(hexOf(dataKey));
      }
    });

    it('wraps anew each time', async () => {
      const { source, recipients, owner } = await make();
      const session = source.open(owner());
      const key = firstOf(source.parse(recipients));
      const encs = [await session.wrap(key, testDataKey()), await session.wrap(key, testDataKey())].map(
        ({ enc }) => enc,
      );
      expect(encs[0]).not.toBe(encs[1]);
    });

    it('decodes the metadata it wrote, and keeps fields it does not know', async () => {
      const { source, recipients, owner } = await make();
      const session = source.open(owner());
      const wrapped = await session.wrap(firstOf(source.parse(recipients)), testDataKey());
      const foreign = {
        kind: 'entry',
        key: 'from_the_future',
        value: { kind: 'string', value: 'kept' },
      } as const;
      const fields = { kind: 'mapping', entries: [...wrapped.fields.entries, foreign] } as const;
      const decoded = source.decode(fields);
      expect(decoded).toMatchObject({ source: wrapped.source, id: wrapped.id, enc: wrapped.enc });
      expect(decoded.fields.entries).toContainEqual(foreign);
      const again = await session.wrap(decoded, testDataKey());
      expect(again.fields.entries).toContainEqual(foreign);
      expect(hexOf(await session.unwrap(decoded))).toBe(hexOf(testDataKey()));
    });

    it('refuses metadata that is none', async () => {
      const { source } = await make();
      expect(codeOf(() => source.decode({ kind: 'mapping', entries: [] }))).toBe('sops.metadata');
    });

    it('says key.unavailable to a stranger', async () => {
      const { source, recipients, owner, stranger } = await make();
      const wrapped = await source.open(owner()).wrap(firstOf(source.parse(recipients)), testDataKey());
      const error = await failureOf(source.open(stranger()).unwrap(wrapped));
      expect(error.code).toBe('key.unavailable');
      expect(error.hint).toBeTruthy();
    });

    it('shows no secret in any error', async () => {
      const { source, recipients, invalidRecipients, owner, stranger, canaries } = await make();
      const wrapped = await source.open(owner()).wrap(firstOf(source.parse(recipients)), testDataKey());
      const errors = [
        await failureOf(source.open(stranger()).unwrap(wrapped)),
        await failureOf(source.open(owner()).unwrap({ ...wrapped, enc: damage(wrapped) })),
        ...[invalidRecipients, ...canaries].map((text) => thrownBy(() => source.parse(text))),
      ];
      const shown = errors
        .map((error) => `${inspect(error, { depth: 9 })} ${JSON.stringify(error)} ${error?.hint}`)
        .join('\n');
      for (const canary of [...canaries, hexOf(testDataKey())]) expect(shown.includes(canary)).toBe(false);
    });

    it('touches nothing until it is asked, and loads identities once for many files', async () => {
      const { source, recipients, owner, loads } = await make();
      const system = owner();
      const session = source.open(system);
      expect(loads(system)).toBe(0);
      const key = firstOf(source.parse(recipients));
      const wrapped = await Promise.all([1, 2, 3].map(() => session.wrap(key, testDataKey())));
      await session.unwrap(firstOf(wrapped));
      const after = loads(system);
      expect(after).toBeGreaterThan(0);
      await Promise.all(wrapped.map((each) => session.unwrap(each)));
      expect(loads(system)).toBe(after);
    });
  });
}

/** A data key with a pattern that is easy to search for. */
export function testDataKey(): Secret {
  return new Secret(Uint8Array.from({ length: 32 }, (_, index) => 0xc0 ^ (index * 7)));
}

export function hexOf(secret: Secret): string {
  return secret.lend((bytes) => Buffer.from(bytes).toString('hex'));
}

/** Returns what a promise rejects with; a SopskitError, or the test fails. */
export async function failureOf(promise: Promise<unknown>): Promise<SopskitError> {
  const outcome = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(outcome instanceof SopskitError)) throw new Error('expected a SopskitError', { cause: outcome });
  return outcome;
}

function thrownBy(action: () => unknown): SopskitError | null {
  try {
    action();
    return null;
  } catch (error) {
    if (error instanceof SopskitError) return error;
    throw error;
  }
}

function codeOf(action: () => unknown): string | undefined {
  return thrownBy(action)?.code;
}

function firstOf(keys: readonly MasterKey[]): MasterKey {
  const [key] = keys;
  if (key === undefined) throw new Error('expected a key');
  return key;
}

/** The same ciphertext, one character changed in its middle. */
function damage({ enc }: MasterKey): string {
  const text = enc ?? '';
  const at = Math.floor(text.length * 0.7);
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
}
