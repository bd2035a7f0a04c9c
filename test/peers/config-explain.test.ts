import { join } from 'node:path';
import { expect, it } from 'vitest';
import { looksSealed } from '../../src/cipher/sealed-value.ts';
import { formatForPath } from '../../src/formats/registry.ts';
import { explainFile } from '../../src/repository/explain/explain-file.ts';
import { nodeSystem } from '../../src/system/node/node-system.ts';
import { walk } from '../../src/tree/walk.ts';
import { alice, bob, secret } from '../config/lint/lint-case.ts';
import { SopsFolder } from './config-sops.ts';
import { describePeers } from './peers.ts';

const documents = `${secret}---\napiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Secret\n    data:\n      # a comment\n      a: dGVzdA==\n`;

const files: Readonly<Record<string, string>> = {
  'a.yaml': secret,
  'apps/two.sops.yaml': documents,
  'apps/x.json': '{"data": {"a": 1, "b_secret": "c"}, "list": [{"data": true}, "x"], "empty": ""}',
  'apps/x.env': 'A=1\nB_secret=2\n# a comment\n',
  'apps/x.ini': '[data]\na = 1\n[other]\nb_secret = 2\n',
  'apps/deep/commented.yaml': 'a: 1\n# secret\nb: 2\nc:\n  # secret\n  - 3\n  - d: 4\n',
};

const selectors = [
  null,
  'encrypted_regex: ^(data|stringData)$',
  'encrypted_regex: data|secret',
  'unencrypted_regex: ^(kind|a)$',
  'encrypted_suffix: _secret',
  'unencrypted_suffix: a',
  'encrypted_comment_regex: secret',
  'unencrypted_comment_regex: secret',
];

const rules = (selector: string | null) =>
  [
    'creation_rules:',
    '  - path_regex: ^apps/.*\\.sops\\.ya?ml$',
    `    age: ${bob}`,
    ...(selector === null ? [] : [`    ${selector}`]),
    '  - path_regex: (?i)\\.(YAML|env)$',
    `    age: ${alice},${bob}`,
    ...(selector === null ? [] : [`    ${selector}`]),
    '  - path_regex: ^apps/[^/]+$',
    '    key_groups:',
    `      - age: [${alice}]`,
    ...(selector === null ? [] : [`    ${selector}`]),
    '',
  ].join('\n');

/** Paths of the values that sops encrypted. */
async function sealedPaths(name: string, sealed: string): Promise<string[]> {
  const document = (await formatForPath(name)).parseSealed(Buffer.from(sealed));
  return document.data.flatMap((branch, index) => {
    const found: string[] = [];
    walk(branch, ({ leaf, path }) => {
      if (leaf.kind === 'string' && looksSealed(leaf.value) && !leaf.value.endsWith('type:comment]'))
        found.push(`${index + 1}: ${JSON.stringify(path)}`);
    });
    return found;
  });
}

describePeers('config explain against the real sops', ['sops'], ({ sops }) => {
  const cases = selectors.flatMap((selector) => Object.keys(files).map((name) => ({ selector, name })));

  it.each(cases)('$name by $selector', async ({ selector, name }) => {
    const folder = new SopsFolder(sops, { ...files, '.sops.yaml': rules(selector) });
    try {
      const explained = await explainFile(nodeSystem(), {
        file: join(folder.path, name),
        config: null,
        content: null,
      });
      const outcome = folder.encrypt(name);
      expect(explained.problems).toEqual([]);
      expect(outcome.status, outcome.stderr).toBe(0);
      const theirs = await sealedPaths(name, outcome.sealed);
      const ours = (explained.values?.encrypted ?? []).map(
        ({ document, path }) => `${document}: ${JSON.stringify(path)}`,
      );
      expect(withoutCommentItems(ours)).toEqual(withoutCommentItems(theirs));
      const recipients = explained.policy?.keyGroups.flat().map(({ id }) => id) ?? [];
      for (const recipient of recipients) expect(outcome.sealed).toContain(recipient);
      // every document has the metadata again
      expect(new Set(outcome.sealed.match(/age1\w{20,}/g)).size).toBe(recipients.length);
    } finally {
      folder.remove();
    }
  });

  it('a path that no rule matches', async () => {
    const folder = new SopsFolder(sops, { 'infra/a.txt': 'x', '.sops.yaml': rules(null) });
    try {
      const file = join(folder.path, 'infra/a.txt');
      const explained = await explainFile(nodeSystem(), { file, config: null, content: null });
      expect(explained.rule).toBeNull();
      expect(folder.encrypt('infra/a.txt').stderr).toContain('no matching creation rules');
    } finally {
      folder.remove();
    }
  });
});

/** Whether a comment is an item of its list depends on whether it is encrypted; the values are the same. */
function withoutCommentItems(paths: readonly string[]): string[] {
  return paths.map((path) => path.replaceAll(/,\d+/g, ',#'));
}
