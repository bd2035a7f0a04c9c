import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testKey } from '../cli/world.ts';
import { damages } from '../faults/damage.ts';
import { runInMemory } from '../faults/memory-world.ts';
import { samples } from '../faults/samples.ts';
import { decryptStatus } from '../faults/statuses.ts';
import { describePeers } from './peers.ts';

const age = ['--age', testKey.recipient];
const commands: Readonly<Record<string, readonly string[]>> = {
  decrypt: ['decrypt', 'f.yaml'],
  'ignore the MAC': ['decrypt', '--ignore-mac', 'f.yaml'],
  extract: ['decrypt', '--extract', '["db"]["password"]', 'f.yaml'],
  convert: ['decrypt', '--output-type', 'json', 'f.yaml'],
  'old form': ['-d', 'f.yaml'],
  set: ['set', 'f.yaml', '["new"]', '"x"'],
  unset: ['unset', 'f.yaml', '["number"]'],
  rotate: ['rotate', '-i', 'f.yaml'],
  updatekeys: ['updatekeys', '-y', 'f.yaml'],
  'groups add': ['groups', 'add', '-i', '-f', 'f.yaml', ...age],
  filestatus: ['filestatus', 'f.yaml'],
  encrypt: ['encrypt', '-i', ...age, 'f.yaml'],
};

/** `damage: command: [sops, sopskit]`, where the two end differently on purpose. */
const onPurpose: Readonly<Record<string, readonly [number, number]>> = {
  // a file that nobody could open afterwards is not written
  'no version: updatekeys': [0, 1],
  'no version: groups add': [0, 1],
  'an empty version: updatekeys': [0, 1],
  'an empty version: groups add': [0, 1],
  'a version that is none: updatekeys': [0, 1],
  'a version that is none: groups add': [0, 1],
  'only the first 70 %: updatekeys': [0, 1],
  'only the first 70 %: groups add': [0, 1],
  'a huge shamir_threshold: groups add': [0, 1],
  'a recipient that is none: groups add': [0, 1],
  'two blocks: groups add': [0, 1],
  // the depth that is enough for any document of people
  '1,000 levels of flow: filestatus': [0, 1],
  '1,000 levels of flow: encrypt': [0, 2],
};

describePeers('a damaged file ends as in sops', ['sops'], ({ sops }) => {
  let folder: string;
  let sound: string;
  const env = { HOME: '/nonexistent', PATH: process.env['PATH'], SOPS_AGE_KEY: testKey.identity };
  const config = `creation_rules:\n  - age: ${testKey.recipient}\n`;
  const theirs = (argv: readonly string[], bytes: string | Uint8Array) => {
    writeFileSync(join(folder, 'f.yaml'), bytes);
    return spawnSync(sops, argv, { cwd: folder, env, input: '', maxBuffer: 1 << 26 });
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sopskit-faults-'));
    writeFileSync(join(folder, '.sops.yaml'), config);
    sound = theirs(['encrypt', 'f.yaml'], samples.yaml).stdout.toString();
    expect(sound).toContain('sops:');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(damages.map((damage) => [damage.name, damage] as const))('with %s', async (name, damage) => {
    const bytes = Buffer.from(damage.harm(sound));
    const differences: string[] = [];
    for (const [command, argv] of Object.entries(commands)) {
      const { status } = theirs(argv, bytes);
      if (command === 'decrypt') expect(decryptStatus[name]).toBe(status);
      const files = { 'f.yaml': bytes, '.sops.yaml': Buffer.from(config) };
      const own = await runInMemory(argv, files, { SOPS_AGE_KEY: testKey.identity });
      const [sopsStatus, ownStatus] = onPurpose[`${name}: ${command}`] ?? [own.status, own.status];
      const asMeant = status === sopsStatus && own.status === ownStatus;
      if (!asMeant && name !== 'UTF-16')
        differences.push(`${command}: sops ${status}, sopskit ${own.status}: ${own.stderr}`);
    }
    expect(differences).toEqual([]);
  });
});
