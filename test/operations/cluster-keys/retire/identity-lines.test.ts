import { expect, it } from 'vitest';
import { withoutIdentity } from '../../../../src/operations/cluster-keys/retire/identity-lines.ts';
import { makeKey } from './made-keys.ts';

const [old, other] = [await makeKey(), await makeKey()];

it('takes the line and the comments right above it', async () => {
  const text = `# mine\n\n# created: today\n# public key: ${old.recipient}\n${old.key}\n# other\n${other.key}\n`;
  expect(await withoutIdentity(text, old.recipient, false)).toEqual({
    rest: `# mine\n\n# other\n${other.key}\n`,
    empty: false,
    identity: old.key,
    comments: ['# created: today', `# public key: ${old.recipient}`],
  });
});

it('leaves what another key says of it, unless all that names it is to go', async () => {
  const text = `${old.key}\n# replaces: ${old.recipient}\n${other.key}\n`;
  expect((await withoutIdentity(text, old.recipient, false))?.rest).toBe(
    `# replaces: ${old.recipient}\n${other.key}\n`,
  );
  expect((await withoutIdentity(text, old.recipient, true))?.rest).toBe(`${other.key}\n`);
});

it('takes every copy, with line ends of Windows and without one at the end', async () => {
  const text = `${old.key}\r\n${other.key}\r\n${old.key}`;
  expect((await withoutIdentity(text, old.recipient, true))?.rest).toBe(`${other.key}\r\n`);
});

it('says when nothing but comments stays', async () => {
  expect(await withoutIdentity(`# a\n\n${old.key}\n`, old.recipient, true)).toMatchObject({ empty: true });
  expect(await withoutIdentity(`${old.key}\ngarbage\n`, old.recipient, true)).toMatchObject({ empty: false });
});

it('is null where it is not in it, and looks past damaged lines', async () => {
  expect(await withoutIdentity(`${other.key}\n`, old.recipient, true)).toBeNull();
  expect(await withoutIdentity(`# ${old.recipient}\n`, old.recipient, true)).toBeNull();
  expect(await withoutIdentity(`${old.key.slice(0, -2)}\n${other.key}\n`, old.recipient, true)).toBeNull();
});
