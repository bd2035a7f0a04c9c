import { expect, it } from 'vitest';
import { findIdentities } from '../../../../src/keys/age/find-identities.ts';
import { chooseRecipient } from '../../../../src/operations/cluster-keys/retire/choose-recipient.ts';
import { fakeSystem } from '../../../system/fake-system.ts';
import { makeKey, secretWith } from './made-keys.ts';

const [old, fresh, other] = [await makeKey(), await makeKey(), await makeKey()];
const file = '/fake/home/.config/sops/age/keys.txt';
const replacing = `# replaces: ${old.recipient}\n${fresh.key}\n`;

async function choose(keyFile: string, entries: Readonly<Record<string, string>>): Promise<string | null> {
  const found = await findIdentities(fakeSystem({ files: { [file]: keyFile } }), { runCommands: false });
  return chooseRecipient([await secretWith(entries)], found);
}

it('is the one that was replaced, as long as the cluster or a key file has it', async () => {
  expect(await choose(replacing, { 'a.agekey': old.key, 'b.agekey': fresh.key })).toBe(old.recipient);
  expect(await choose(`${old.key}\n${replacing}`, { 'b.agekey': fresh.key })).toBe(old.recipient);
  expect(await choose(replacing, { 'b.agekey': fresh.key })).toBeNull();
});

it('is not guessed', async () => {
  const held = { 'a.agekey': old.key, 'b.agekey': other.key };
  await expect(choose(fresh.key, held)).rejects.toMatchObject({
    code: 'cluster-key.refused',
    message: expect.stringContaining(other.recipient),
  });
  const two = `${replacing}# replaces: ${other.recipient}\n${(await makeKey()).key}\n`;
  await expect(choose(two, held)).rejects.toThrow('several identities');
  await expect(choose(fresh.key, {})).rejects.toThrow('no Secret that Kustomizations decrypt with');
});
