import { describe, expect, it } from 'vitest';
import { formatNamed } from '../../src/formats/registry.ts';
import { reviewSecrets } from '../../src/manifests/review-secrets.ts';
import type { Leaf } from '../../src/tree/value.ts';
import { walk } from '../../src/tree/walk.ts';

/** Reviews a text of which everything stays readable but what is called `sealed`. */
async function review(text: string): Promise<void> {
  const { branches } = (await formatNamed('yaml')).parse(Buffer.from(text));
  const readable = new Set<Leaf>();
  for (const branch of branches)
    walk(branch, ({ leaf, keys }) => {
      if (!keys.includes('sealed')) readable.add(leaf);
    });
  reviewSecrets(branches, readable);
}

const item = 'apiVersion: v1, kind: Secret, stringData: ';

describe('reviewSecrets', () => {
  it.each([
    ['a Secret', 'apiVersion: v1\nkind: Secret\ndata: {password: eA==}\n', ['data', 'password']],
    ['a second document', `a: b\n---\n{${item}{a: x}}\n`, ['stringData', 'a']],
    [
      'an item of a List',
      `apiVersion: v1\nkind: List\nitems: [{${item}{a: x}}]\n`,
      ['items', 0, 'stringData', 'a'],
    ],
    [
      'an item of a SecretList',
      'apiVersion: v1\nkind: SecretList\nitems: [{data: {a: x}}]\n',
      ['items', 0, 'data', 'a'],
    ],
  ])('refuses %s that stays readable', async (_, text, path) => {
    await expect(review(text)).rejects.toMatchObject({ code: 'sops.readable-secret', place: { path } });
  });

  it.each([
    ['what is sealed', `{${item}{sealed: x}}\n`],
    ['another kind', 'apiVersion: v1\nkind: ConfigMap\ndata: {a: x}\n'],
    ["another API's Secret", 'apiVersion: example.com/v1\nkind: Secret\ndata: {a: x}\n'],
    ['what of a Secret is no secret', 'apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n'],
  ])('lets pass %s', async (_, text) => {
    await expect(review(text)).resolves.toBeUndefined();
  });
});
