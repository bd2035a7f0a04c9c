import { SopskitError } from '../../../src/errors/sopskit-error.ts';
import type { FormatName } from '../../../src/formats/format.ts';
import { decrypt } from '../../../src/index.ts';
import { openInput } from '../../../src/library/decrypt.ts';
import { prepare } from '../../../src/library/settings.ts';
import { decryptedBytes } from '../../../src/sops/decrypt.ts';
import type { Path } from '../../../src/tree/path.ts';
import type { Mapping, Node } from '../../../src/tree/value.ts';
import type { Random } from '../../formats/yaml/read-random.ts';
import { openingStatus, withTestKey } from './compare-file.ts';
import type { Findings } from './findings.ts';
import { crash, knownOutputRefusal, sameButForKnown } from './known-differences.ts';
import type { Ended, Peer } from './peer.ts';
import { attempt, readData, sameTrees } from './trees.ts';

const formats: readonly FormatName[] = ['yaml', 'json', 'dotenv', 'ini', 'binary'];

interface Sealed {
  readonly title: string;
  readonly format: FormatName;
  readonly bytes: Uint8Array;
}

/** Decrypts a file into every other format with both tools. */
export async function compareOutputs(peer: Peer, file: Sealed, findings: Findings): Promise<void> {
  for (const output of formats.filter((name) => name !== file.format)) {
    const theirs = await peer.decrypt(file.format, file.bytes, { output });
    const ours = await attempt(() =>
      decrypt(file.bytes, { ...withTestKey, format: file.format, outputFormat: output }),
    );
    await compareEnd(`${file.title} to ${output}`, { theirs, ours, output, sealed: file.bytes }, findings);
  }
}

/** Extracts parts of a file with both tools. */
export async function compareExtracts(
  peer: Peer,
  file: Sealed,
  paths: readonly Path[],
  findings: Findings,
): Promise<void> {
  const bench = await prepare({ ...withTestKey, format: file.format });
  const open = await attempt(() => openInput(file.bytes, {}, bench));
  for (const path of paths) {
    const theirs = await peer.decrypt(file.format, file.bytes, { extract: path });
    const ours =
      open instanceof SopskitError
        ? open
        : await attempt(async () => decryptedBytes(open, { extract: path }));
    const title = `${file.title} at ${JSON.stringify(path)}`;
    await compareEnd(title, { theirs, ours, output: file.format, sealed: file.bytes }, findings);
  }
}

interface Ends {
  readonly theirs: Ended;
  readonly ours: Uint8Array | SopskitError;
  readonly output: FormatName;
  readonly sealed: Uint8Array;
}

async function compareEnd(
  title: string,
  { theirs, ours, output, sealed }: Ends,
  findings: Findings,
): Promise<void> {
  findings.compared += 1;
  if (ours instanceof SopskitError) {
    if (theirs.status === openingStatus(ours.code)) return;
    if (crash.test(theirs.stderr)) return findings.expected('sops crashes while printing');
    const known = knownOutputRefusal(ours);
    if (known !== null) return findings.expected(known);
    return findings.problem(
      `${title}: ${ours.code}, sops ${theirs.status}`,
      sealed,
      ours.message,
      theirs.stderr,
    );
  }
  if (theirs.status !== 0) {
    if (crash.test(theirs.stderr)) return findings.expected('sops crashes while printing');
    return findings.problem(`${title}: sops ${theirs.status}`, sealed, ours, theirs.stderr);
  }
  if (Buffer.compare(ours, theirs.stdout) === 0) return;
  const known = sameButForKnown(ours, theirs.stdout);
  if (known !== null) findings.expected(known);
  else if (!sameTrees(await readPart(output, theirs.stdout), await readPart(output, ours)))
    findings.expected('sops prints other data');
  else findings.problem(`${title}: printed differently`, sealed, theirs.stdout, ours);
}

/** A printed part may be a list, which is no document by itself. */
async function readPart(format: FormatName, bytes: Uint8Array): Promise<readonly Mapping[] | null> {
  const isList = format === 'yaml' && bytes[0] === 0x2d;
  return readData(format, isList ? Buffer.concat([Buffer.from('list:\n'), bytes]) : bytes);
}

/** Picks paths into a tree that `--extract` can spell, and now and then one that leads nowhere. */
export function somePaths(tree: Mapping | undefined, random: Random, count: number): Path[] {
  return Array.from({ length: count }, () => {
    const path: (string | number)[] = [];
    let node: Node | undefined = tree;
    for (let depth = 1 + random.below(4); depth > 0 && node !== undefined; depth -= 1) {
      const step = stepInto(node, random);
      if (step === null) break;
      path.push(step[0]);
      node = step[1];
    }
    return random.chance(0.05) || path.length === 0 ? [...path, 'nowhere'] : path;
  });
}

function stepInto(node: Node, random: Random): readonly [string | number, Node] | null {
  if (node.kind === 'sequence' && node.items.length > 0) {
    const index = random.below(node.items.length);
    const item = node.items[index];
    return item === undefined ? null : [index, item];
  }
  if (node.kind !== 'mapping') return null;
  const entries = new Map<string, Node>();
  for (const member of node.entries) {
    if (member.kind !== 'entry' || typeof member.key !== 'string' || entries.has(member.key)) continue;
    if (/^[^"'[\]\0\n]+$/.test(member.key)) entries.set(member.key, member.value);
  }
  return [...entries][random.below(entries.size)] ?? null;
}
