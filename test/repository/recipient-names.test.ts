import { describe, expect, it } from 'vitest';
import { recipientNames } from '../../src/repository/recipient-names.ts';

// Recipients of nobody: only their shape counts here.
const [a, b, c, d] = ['age1aaa0', 'age1bbb0', 'age1ccc0', 'age1ddd0'];
const pgp = '0123456789ABCDEF0123456789ABCDEF01234567';
const arn = 'arn:aws:kms:eu-west-1:111122223333:key/test-key';

async function names(text: string): Promise<Record<string, string>> {
  return Object.fromEntries(await recipientNames(Buffer.from(text)));
}

describe('names of recipients', () => {
  it.each([
    ['an anchor', `keys:\n  - &alice ${a}\n  - &bob ${b}\n`, { [a]: 'alice', [b]: 'bob' }],
    ['an anchor over a comment', `keys:\n  # users\n  - &alice ${a} # laptop\n`, { [a]: 'alice' }],
    [
      'a comment behind',
      `age:\n  - ${a} # Alice\n  - "${b}"   #bob's phone\n`,
      { [a]: 'Alice', [b]: "bob's phone" },
    ],
    ['a comment behind a comma', `age: [\n  ${a}, # Alice\n  ${b}] # Bob\n`, { [a]: 'Alice', [b]: 'Bob' }],
    ['comments above', `age:\n  # Alice:\n  - ${a}\n  # Bob\n  - ${b}\n`, { [a]: 'Alice', [b]: 'Bob' }],
    [
      'a comment above the field',
      `creation_rules:\n  - path_regex: x\n    # cluster\n    age: ${a}\n`,
      { [a]: 'cluster' },
    ],
    ['a comment behind a field', `creation_rules:\n  - age: ${a} # cluster\n`, { [a]: 'cluster' }],
    ['a comment at a block', `creation_rules:\n  - age: >- # cluster\n      ${a}\n`, { [a]: 'cluster' }],
    ['a key that is no field', `people:\n  alice: ${a}\n  bob: ${pgp}\n`, { [a]: 'alice', [pgp]: 'bob' }],
    ['a fingerprint in groups of four', `pgp: '${pgp.match(/.{4}/g)?.join(' ')}' # Bob\n`, { [pgp]: 'Bob' }],
    [
      'the comment of an SSH key',
      `age:\n  - ssh-ed25519 AAAAtest alice@laptop\n`,
      {
        'ssh-ed25519 AAAAtest alice@laptop': 'alice@laptop',
      },
    ],
    ['an alias', `keys:\n  - &carol ${c}\ncreation_rules:\n  - age:\n      - *carol\n`, { [c]: 'carol' }],
  ])('%s', async (_, text, expected) => expect(await names(text)).toEqual(expected));

  it.each([
    ['a heading over several', `age:\n  # admins\n  - ${a}\n  - ${b}\n`, {}],
    [
      'only the heading, not the rest',
      `age:\n  # admins\n  - ${a}\n  - ${b}\n  # ci\n  - ${c}\n`,
      { [c]: 'ci' },
    ],
    ['a comment about the rule', `creation_rules:\n  # production\n  - age: ${a}\n`, {}],
    [
      'prose of several lines',
      `creation_rules:\n  - path_regex: x\n    # rotate this\n    # every year\n    age: ${a}\n`,
      {},
    ],
    ['a recipient that was commented out', `age:\n  # - ${d}\n  - ${a}\n`, {}],
    [
      'text in a folded list',
      `creation_rules:\n  - age: >-\n      ${a},\n      # bob\n    pgp: ${pgp}\n`,
      {},
    ],
    ['a comment behind a list of several', `age: ${a},${b} # both\n`, {}],
    ['a comment behind a list in a line', `age: [${a}, ${b}] # both\n`, {}],
    ['a private key', `age:\n  # AGE-SECRET-KEY-1TESTTEST\n  - ${a}\n`, {}],
    ['a file that is no YAML', `age: [\n`, {}],
    ['an empty file', '', {}],
  ])('not %s', async (_, text, expected) => expect(await names(text)).toEqual(expected));

  it('finds recipients that are maps by their ids', async () => {
    const text = `creation_rules:\n  - key_groups:\n      - kms:\n          - arn: ${arn} # prod\n            context:\n              App: web\n`;
    expect(await names(text)).toEqual({ [arn]: 'prod', [`${arn}|App:web`]: 'prod' });
  });
});
