import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findIdentities } from '../../../../src/keys/age/find-identities.ts';
import {
  archiveFolder,
  archiveIdentity,
} from '../../../../src/operations/cluster-keys/retire/key-archive.ts';
import { keyPlaces, removeFromFile } from '../../../../src/operations/cluster-keys/retire/key-places.ts';
import { Secret } from '../../../../src/secret/secret.ts';
import { nodeFiles } from '../../../../src/system/node/node-files.ts';
import { nodeTermination } from '../../../../src/system/node/termination.ts';
import type { System } from '../../../../src/system/system.ts';
import { fakeSystem } from '../../../system/fake-system.ts';
import { makeKey } from './made-keys.ts';

let folder: string;
const [old, fresh] = [await makeKey(), await makeKey()];

/** Real files, and an environment and home of the test's own. */
function systemWith(env: Readonly<Record<string, string>>): System {
  const fake = fakeSystem({ env: { XDG_CONFIG_HOME: path.join(folder, 'none'), ...env } });
  return { ...fake, files: nodeFiles(fake.env, nodeTermination()) };
}

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sopskit-retire-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('keeps an identity with how to use it, for its owner alone, and once', async () => {
  const system = systemWith({});
  const archive = archiveFolder(system, path.join(folder, 'keys.txt'), null);
  const words = { recipient: old.recipient, comments: ['# the first'], from: ['Secret a/b, context c'] };
  const kept = await archiveIdentity(system, archive, Secret.fromText(old.key), words);
  const name = `2026-01-02-${old.recipient.slice(-8)}.agekey`;
  expect(kept).toEqual({ path: path.join(folder, 'retired', name), found: false });
  const text = readFileSync(kept.path, 'utf8');
  expect(text.split('\n')).toContain(old.key);
  expect(text).toContain('# the first');
  expect(text).toContain(`SOPS_AGE_KEY_FILE=${kept.path} sopskit decrypt FILE`);
  if (process.platform !== 'win32') {
    expect(statSync(kept.path).mode & 0o777).toBe(0o600);
    expect(statSync(archive).mode & 0o777).toBe(0o700);
  }
  expect(await archiveIdentity(system, archive, Secret.fromText(old.key), words)).toEqual({
    path: kept.path,
    found: true,
  });
  expect(readdirSync(archive)).toEqual([name]);
});

it('never writes over a file of that name', async () => {
  const system = systemWith({});
  const words = { recipient: old.recipient, comments: [], from: [] };
  const name = `2026-01-02-${old.recipient.slice(-8)}`;
  writeFileSync(path.join(folder, `${name}.agekey`), 'something else');
  const kept = await archiveIdentity(system, folder, Secret.fromText(old.key), words);
  expect(path.basename(kept.path)).toBe(`${name}-2.agekey`);
  expect(readFileSync(path.join(folder, `${name}.agekey`), 'utf8')).toBe('something else');
});

it('finds it in every key file, through links, and takes it out of them', async () => {
  const [file, link] = [path.join(folder, 'keys.txt'), path.join(folder, 'link.txt')];
  writeFileSync(file, `# a\n${old.key}\n${fresh.key}\n`, { mode: 0o600 });
  symlinkSync(file, link);
  const system = systemWith({ SOPS_AGE_KEY_FILE: link });
  const places = await keyPlaces(system, await findIdentities(system, { runCommands: false }), old.recipient);
  expect(places.files.map((one) => one.path)).toEqual([link]);
  expect(places.fixed).toEqual([]);
  await removeFromFile(system, link, old.recipient);
  expect(readFileSync(file, 'utf8')).toBe(`${fresh.key}\n`);
  await removeFromFile(system, link, fresh.recipient);
  expect(readdirSync(folder)).toEqual(['link.txt']);
});

it('says where it cannot be moved out of', async () => {
  const system = systemWith({ SOPS_AGE_KEY: old.key });
  const places = await keyPlaces(system, await findIdentities(system, { runCommands: false }), old.recipient);
  expect(places).toEqual({ files: [], fixed: ['SOPS_AGE_KEY'] });
});
