import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { emitYaml, emitYamlValue } from '../../src/formats/yaml/emit.ts';
import type { Mapping, Node, Value } from '../../src/tree/value.ts';
import { RandomTrees } from '../formats/yaml/emit-random.ts';
import type { TreeJson } from '../formats/yaml/emit-tree.ts';
import { asMapping, treeFromJson } from '../formats/yaml/emit-tree.ts';
import { askGoYaml } from './goyaml-emit.ts';
import { describePeers } from './peers.ts';

const withComments = `# head of the file
# second line

# above a
a: one # behind a
b:
    # head of b
    - x # behind x
    # above y
    - y
    - k: v # behind v
      # foot of k
      l: w
    # foot of b
# above c
c:
    d: |
        two
        lines
    # foot of d
    e: {f: [1, 2.5, true, null, {}, []]} # behind e
    "12:30": 'yes'
    multi: "tab\\there"
<<: {merged: 1}
time: 2024-01-02
# foot of the file
---
# only a comment
second: 1e3 # thousand
`;

/** JSON.stringify cannot print int64 numbers; these trees become text by hand. */
function jsonText(tree: TreeJson): string {
  const [kind, value] = tree;
  switch (kind) {
    case 'map':
      return `{${(tree.slice(1) as [string, TreeJson][]).map(([key, item]) => `${JSON.stringify(key)}: ${jsonText(item)}`).join(', ')}}`;
    case 'list':
      return `[${(tree.slice(1) as TreeJson[]).map(jsonText).join(', ')}]`;
    case 'str':
      return JSON.stringify(value);
    case 'null':
      return 'null';
    default:
      return String(value);
  }
}

/** What JSON can say, without what sops changes on the way (the sign of a zero, integers that it takes for floats). */
function forJson(tree: TreeJson): TreeJson {
  const [kind, value] = tree;
  if (kind === 'list')
    return ['list', ...(tree.slice(1) as TreeJson[]).filter(([item]) => item !== 'comment').map(forJson)];
  if (kind === 'map') {
    const members = (tree.slice(1) as [string, TreeJson][]).filter(
      ([key, item]) => key !== 'sops' && Array.isArray(item),
    );
    return ['map', ...members.map(([key, item]) => [key, forJson(item)])];
  }
  if (kind === 'float') return ['float', ['1.5', '-2.25', '1e+30', '0.00001234'][String(value).length % 4]];
  return kind === 'bytes' || kind === 'time' ? ['null'] : tree;
}

/** Comments come out of encryption without their place behind a value. */
function aboveValues<T extends Node>(node: T): T {
  if (node.kind === 'comment') return { ...node, inline: false };
  if (node.kind === 'sequence') return { ...node, items: node.items.map(aboveValues) };
  if (node.kind !== 'mapping') return node;
  const entries = node.entries.map((member) =>
    member.kind === 'comment' ? aboveValues(member) : { ...member, value: aboveValues(member.value) },
  );
  return { ...node, entries };
}

describePeers('the YAML emitter and sops', ['sops', 'age-keygen', 'goyaml-emit-oracle'], (peers) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sopskit-emit-'));
  const key = path.join(folder, 'test-key.txt');
  execFileSync(peers['age-keygen'], ['-o', key], { stdio: 'ignore' });
  const recipient = /age1[a-z0-9]+/.exec(readFileSync(key, 'utf8'))?.[0] ?? '';
  afterAll(() => rmSync(folder, { recursive: true }));

  function sops(...args: string[]): string {
    const env = { HOME: folder, PATH: '', SOPS_AGE_KEY_FILE: key };
    return execFileSync(peers.sops, args, {
      cwd: folder,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  function encrypt(name: string, text: string, ...flags: string[]): void {
    writeFileSync(path.join(folder, name), text);
    sops('encrypt', '-i', '--age', recipient, ...flags, name);
  }

  async function read(text: string): Promise<Mapping[]> {
    const [answer] = await askGoYaml(peers['goyaml-emit-oracle'], [{ op: 'read', text }]);
    return (answer?.branches ?? []).map(asMapping);
  }

  it('print JSON as the same YAML, at any indentation', async () => {
    const random = new RandomTrees(5);
    const members = Array.from(
      { length: 400 },
      (_, index) => [`key ${index}`, forJson(random.node())] as const,
    );
    const lossless = await withoutLosses(members);
    expect(lossless.length).toBeGreaterThan(250);
    encrypt('random.json', jsonText(['map', ...lossless]));
    for (const indent of [1, 2, 4, 10]) {
      const ours = emitYaml([asMapping(['map', ...lossless])], { indent });
      expect(ours).toBe(sops('--indent', String(indent), 'decrypt', '--output-type', 'yaml', 'random.json'));
    }
  });

  /** Leaves out the members that sops would lose: the emitter differs there on purpose. */
  async function withoutLosses(
    members: readonly (readonly [string, TreeJson])[],
  ): Promise<(readonly [string, TreeJson])[]> {
    let kept = [...members];
    for (const indent of [1, 2, 4, 10]) {
      const requests = kept.map(
        (member) => ({ op: 'emit', indent, branches: [['map', member] as TreeJson] }) as const,
      );
      const answers = await askGoYaml(peers['goyaml-emit-oracle'], requests);
      kept = kept.filter(
        (member, index) => emitYaml([asMapping(['map', member])], { indent }) === answers[index]?.text,
      );
    }
    return kept;
  }

  it.each([2, 4, 5])('print plain comments where sops prints them (indent %i)', async (indent) => {
    const branches = await read(withComments);
    expect(branches.length).toBe(2);
    encrypt('plain.yaml', withComments, '--encrypted-regex', '^nothing$');
    expect(emitYaml(branches, { indent })).toBe(sops('--indent', String(indent), 'decrypt', 'plain.yaml'));
  });

  it('print decrypted comments where sops prints them', async () => {
    const branches = await read(withComments);
    encrypt('sealed.yaml', withComments);
    expect(readFileSync(path.join(folder, 'sealed.yaml'), 'utf8')).not.toContain('behind');
    expect(emitYaml(branches.map(aboveValues), {})).toBe(sops('decrypt', 'sealed.yaml'));
  });

  it('print extracted values alike: a list with an indentation of its own, a mapping as a file', async () => {
    const [branch, ...more] = await read(withComments);
    encrypt('extract.yaml', withComments, '--encrypted-regex', '^nothing$');
    const extract = (at: string): string => sops('--indent', '2', 'decrypt', '--extract', at, 'extract.yaml');
    expect(emitYamlValue(valueAt(branch, 'b'), { indent: 2 })).toBe(extract('["b"]'));
    expect(emitYaml([valueAt(branch, 'c') as Mapping, ...more], { indent: 2 })).toBe(extract('["c"]'));
    const comment = treeFromJson(['comment', ' head of b', false]);
    expect(emitYamlValue(comment, { indent: 2 })).toBe(extract('["b"][0]'));
  });
});

function valueAt(branch: Mapping | undefined, name: string): Value {
  const found = branch?.entries.find((member) => member.kind === 'entry' && member.key === name);
  return found?.kind === 'entry' ? found.value : { kind: 'null' };
}
