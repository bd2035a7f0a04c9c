import { expect, it } from 'vitest';
import { holdsUsable } from '../../../../src/operations/cluster-keys/holds.ts';
import { holdingOf } from '../../../../src/operations/cluster-keys/retire/holding.ts';
import { needsRecipient } from '../../../../src/operations/cluster-keys/retire/sealed-files.ts';
import { makeKey, metadataFor, secretWith } from './made-keys.ts';

const [old, fresh, third] = [await makeKey(), await makeKey(), await makeKey()];
const applied = 'kubectl.kubernetes.io/last-applied-configuration';

function lastApplied(key: string): string {
  return JSON.stringify({ data: { 'age.agekey': Buffer.from(key).toString('base64') } });
}

it('removes entries that hold nothing else, whatever their names are, and shortens others', async () => {
  const secret = await secretWith({
    'age.agekey': `# ${old.recipient}\n${old.key}\n`,
    'age.key': old.key,
    'both.agekey': `${old.key}\n${fresh.key}\n`,
    'new.agekey': fresh.key,
  });
  const holding = await holdingOf(secret, old.recipient, null);
  expect(holding?.entries).toEqual([
    { name: 'age.agekey', removed: true },
    { name: 'age.key', removed: true },
    { name: 'both.agekey', removed: false },
  ]);
  expect(holding?.change.remove).toEqual(['age.agekey', 'age.key']);
  expect([...(holding?.change.put ?? [])].map(([name, text]) => [name, text.lendText((one) => one)])).toEqual(
    [['both.agekey', `${fresh.key}\n`]],
  );
  expect(holding?.identity?.lendText((text) => text)).toBe(old.key);
  expect(JSON.stringify(holding?.entries)).not.toContain(old.key);
});

it('finds what kubectl apply left behind, and nothing where another key is in it', async () => {
  const left = await secretWith({ 'new.agekey': fresh.key }, { [applied]: lastApplied(old.key) });
  expect(await holdingOf(left, old.recipient, null)).toMatchObject({
    entries: [],
    leaked: true,
    identity: null,
  });
  const others = await secretWith({ 'new.agekey': fresh.key }, { [applied]: lastApplied(fresh.key) });
  expect(await holdingOf(others, old.recipient, null)).toBeNull();
});

it('is needed by files that the rest of the Secret does not open, Shamir groups and all', async () => {
  const secret = await secretWith({ 'a.agekey': old.key, 'b.agekey': fresh.key, 'c.key': third.key });
  const holding = await holdingOf(secret, old.recipient, null);
  if (holding === null) return expect.unreachable();
  const needs = (...args: Parameters<typeof metadataFor>): boolean =>
    needsRecipient(metadataFor(...args), old.recipient, holdsUsable([holding.after]));
  expect(needs([[old.recipient]])).toBe(true);
  expect(needs([[old.recipient, fresh.recipient]])).toBe(false);
  // the controller passes over an entry of that name
  expect(needs([[old.recipient, third.recipient]])).toBe(true);
  expect(needs([[third.recipient]])).toBe(false);
  expect(needs([[old.recipient], [fresh.recipient]])).toBe(true);
  expect(needs([[old.recipient], [fresh.recipient]], 1)).toBe(false);
  expect(needs([[old.recipient], [fresh.recipient], [third.recipient]], 2)).toBe(true);
});
