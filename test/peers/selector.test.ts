import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Selector } from '../../src/config/selector.ts';
import { compileSelector } from '../../src/sops/selector.ts';
import { dice, randomSelector, randomTree } from '../sops/selector-random.ts';
import type { SelectorCase } from '../sops/selector-tree.ts';
import { printTree, verdictsOf } from '../sops/selector-tree.ts';
import { describePeers } from './peers.ts';

const FILES = 150;
const TREES_PER_FILE = 6;
const RECORDED_FILES = 30;

describePeers(
  'selectors against the real sops',
  ['sops', 'age-keygen'],
  ({ sops, 'age-keygen': ageKeygen }) => {
    let folder = '';
    let recipient = '';

    beforeAll(() => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sopskit-selector-'));
      execFileSync(ageKeygen, ['-o', path.join(folder, 'test-key.txt')], { stdio: 'ignore' });
      recipient = execFileSync(ageKeygen, ['-y', path.join(folder, 'test-key.txt')], {
        encoding: 'utf8',
      }).trim();
    });
    afterAll(() => fs.rmSync(folder, { recursive: true }));

    const encrypt = (selector: Selector, text: string) => {
      const config = { creation_rules: [{ age: recipient, [selector.kind]: selector.value }] };
      fs.writeFileSync(path.join(folder, '.sops.yaml'), JSON.stringify(config));
      fs.writeFileSync(path.join(folder, 'file.yaml'), text);
      return spawnSync(sops, ['encrypt', 'file.yaml'], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, PWD: folder },
      });
    };

    it('encrypts the same leaves of random trees', async () => {
      const recorded: SelectorCase[] = [];
      for (let file = 0; file < FILES; file++) {
        const from = dice(3133 + file);
        const selector = randomSelector(from);
        const trees = Array.from({ length: TREES_PER_FILE }, () => randomTree(from));
        const text = trees.map(printTree).join('---\n');
        const { status, stdout, stderr } = encrypt(selector, text);
        expect([status, stderr, text]).toEqual([0, '', text]);
        const encrypted = stdout.split(/^---\n/m).map(encryptedLeaves);
        for (const [index, tree] of trees.entries()) {
          const verdicts = await verdictsOf(selector, tree);
          expect({ selector, text: printTree(tree), verdicts }).toEqual({
            selector,
            text: printTree(tree),
            verdicts: encrypted[index],
          });
          if (file < RECORDED_FILES) recorded.push({ selector, tree, encrypted: encrypted[index] ?? '' });
        }
      }
      if (process.env['SOPSKIT_RECORD'] === '1') record(recorded);
    });

    it.each([
      ['ENC', 23],
      ['sops:enc', 0],
    ])('refuses a ciphertext that matches unencrypted_comment_regex %s: %i', async (value, expected) => {
      const selector: Selector = { kind: 'unencrypted_comment_regex', value };
      const { status, stdout } = encrypt(selector, '# a comment\na: b\n');
      expect(status).toBe(expected);
      const compiled = await compileSelector(selector);
      const ciphertext = /#(ENC\[.*\])/.exec(stdout)?.[1] ?? 'ENC[AES256_GCM,data:dGVzdA==,type:comment]';
      expect(compiled.matchesCiphertext(ciphertext)).toBe(expected !== 0);
    });

    it('shows what an invalid expression does in sops: nothing is encrypted', () => {
      const { status, stdout } = encrypt(
        { kind: 'encrypted_regex', value: '^(?!kind$)' },
        'password: p\nkind: k\n',
      );
      expect([status, encryptedLeaves(stdout)]).toEqual([0, '00']);
    });
  },
);

/** One digit a leaf, in the order of the text; lines of the metadata left out. */
function encryptedLeaves(text: string): string {
  const lines = text.split(/^sops:/m)[0]?.split('\n') ?? [];
  return lines
    .map((line) => line.replace(/^(?: |- )*/, ''))
    .filter((line) => line !== '' && (line.startsWith('#') || !line.endsWith(':')))
    .map((line) => (line.includes('ENC[AES256_GCM,') ? '1' : '0'))
    .join('');
}

function record(cases: readonly SelectorCase[]): void {
  const file = new URL('../vectors/selectors.json', import.meta.url);
  fs.writeFileSync(file, `[\n${cases.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`);
}
