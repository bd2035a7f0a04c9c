import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { ageSource } from '../../../src/keys/age/age-source.ts';
import { parseFile } from '../../../src/keys/age/file/age-file.ts';
import { decodeArmor } from '../../../src/keys/age/file/armor.ts';
import type { Stanza } from '../../../src/keys/age/file/stanza.ts';
import type { MasterKey } from '../../../src/keys/key-source.ts';
import { type FakeSystem, type FakeWorld, fakeSystem } from '../../system/fake-system.ts';
import { failureOf, hexOf, testDataKey } from '../contract.ts';
import { testIdentity, testRecipient, writePluginProgram } from './plugin-program.ts';

const folder = writePluginProgram();
afterAll(() => rmSync(folder, { recursive: true }));

describe('age plugins', () => {
  it('wrap and unwrap the data key', async () => {
    const system = pluginSystem('');
    const wrapped = await wrap(system);
    expect(hexOf(await ageSource.open(system).unwrap(wrapped))).toBe(hexOf(testDataKey()));
    expect(system.runs).toEqual([
      ['age-plugin-sopskittest', '--age-plugin=recipient-v1'],
      ['age-plugin-sopskittest', '--age-plugin=identity-v1'],
    ]);
  });

  it('are told in the order of the protocol', async () => {
    const { seen } = reportOf(await wrap(pluginSystem('')));
    expect(seen).toEqual(['add-recipient', 'wrap-file-key', 'extension-labels']);
  });

  it('may ask the user, whose terminal they cannot repaint', async () => {
    const system = pluginSystem('questions', { answers: ['slot 9', '123456', 'never'] });
    const { answers } = reportOf(await wrap(system));
    expect(answers).toEqual(['ok|', 'ok|slot 9', 'ok|123456', 'ok|no|', 'unsupported|']);
    expect(system.told).toEqual(['sopskittest plugin: please[2J touch']);
    expect(system.questions).toEqual([
      'sopskittest plugin: Which slot?',
      'sopskittest plugin: What PIN?',
      'sopskittest plugin: Really?',
    ]);
  });

  it('are told "fail" where there is no terminal', async () => {
    const system = pluginSystem('questions');
    const { answers } = reportOf(await wrap(system));
    expect(answers).toEqual(['ok|', 'fail|', 'fail|', 'fail|', 'unsupported|']);
    expect(system.warnings).toEqual(['sopskittest plugin: please[2J touch']);
  });

  it('fail with what they say, without the identity they repeat', async () => {
    const wrapped = await wrap(pluginSystem(''));
    const error = await failureOf(ageSource.open(pluginSystem('error')).unwrap(wrapped));
    expect(error.message).toContain('the age plugin "sopskittest" failed: no luck with [identity]');
    expect(error.message).not.toContain(testIdentity);
    expect((await failureOf(wrap(pluginSystem('error')))).code).toBe('key.wrap');
  });

  it.each([
    ['silent', 'it ended without an answer'],
    ['garbage', 'it sent a malformed stanza'],
    ['twice', 'it sent the file key twice'],
  ])('that break the protocol (%s) are named', async (scenario, message) => {
    const wrapped = await wrap(pluginSystem(''));
    const error = await failureOf(ageSource.open(pluginSystem(scenario)).unwrap(wrapped));
    expect(error.message).toContain(message);
  });

  it('that are not installed are named, with the way to get them', async () => {
    const error = await failureOf(wrap(fakeSystem()));
    expect(error.code).toBe('key.wrap');
    expect(error.message).toContain('the age plugin "sopskittest" is not installed');
    expect(error.hint).toContain('age-plugin-sopskittest');
  });
});

function pluginSystem(scenario: string, world: FakeWorld = {}): FakeSystem {
  return fakeSystem({ ...world, env: { PATH: folder, SCENARIO: scenario, SOPS_AGE_KEY: testIdentity } });
}

function wrap(system: FakeSystem): Promise<MasterKey> {
  const [key] = ageSource.parse(testRecipient);
  if (key === undefined) throw new Error('expected a key');
  return ageSource.open(system).wrap(key, testDataKey());
}

/** What the plugin wrote about its conversation into the argument of its stanza. */
function reportOf(key: MasterKey): { seen: string[]; answers: string[] } {
  const [stanza]: readonly (Stanza | undefined)[] = parseFile(decodeArmor(key.enc ?? '')).header.stanzas;
  return JSON.parse(Buffer.from(stanza?.args[0] ?? '', 'base64').toString()) as {
    seen: string[];
    answers: string[];
  };
}
