import { readSetValue } from '../../../src/cli/operations/set-value.ts';
import { SopskitError } from '../../../src/errors/sopskit-error.ts';
import type { FormatName } from '../../../src/formats/format.ts';
import { decrypt, decryptTree, rotate, set, unset } from '../../../src/index.ts';
import type { Path } from '../../../src/tree/path.ts';
import type { Random } from '../../formats/yaml/read-random.ts';
import { comparePrints, withTestKey } from './compare-file.ts';
import type { Findings } from './findings.ts';
import { crash } from './known-differences.ts';
import type { Change, Peer } from './peer.ts';
import { asSopsKeeps, attempt, readData, sameTrees } from './trees.ts';

export interface SealedFile {
  readonly title: string;
  readonly format: FormatName;
  readonly bytes: Uint8Array;
}

const jsonValues = [
  '"new"',
  '"two words"',
  '"line\\nbreak"',
  '"  padded "',
  '"12"',
  '""',
  '"\\u00e9\\ud83d\\ude00"',
  '1.5',
  '-3',
  '12',
  'true',
  'null',
  '{"a": 1, "b": "x"}',
  '{"deep": {"list": [1, "two", null]}}',
  '1e21',
  '"#c"',
  '"a: b"',
  '"\\ttab"',
] as const;

/** Flat formats hold strings only: what else one sets there, sops prints so that its own MAC does not fit. */
export function randomChange(format: FormatName, paths: readonly Path[], random: Random): Change {
  if (format === 'binary' || random.chance(0.2)) return { kind: 'rotate' };
  const depth = depths.get(format);
  const fitting = paths.filter((path) => depth === undefined || path.length === depth);
  const added = depth === 2 ? ['DEFAULT', 'new_key'] : ['new_key'];
  const path = fitting[random.below(fitting.length)] ?? added;
  if (random.chance(0.3)) return { kind: 'unset', path };
  const values = jsonValues.filter((json) => depth === undefined || /^"\w/.test(json));
  return {
    kind: 'set',
    path: random.chance(0.3) ? added : path,
    json: random.pick(values as [string, ...string[]]),
  };
}

const depths: ReadonlyMap<FormatName, number> = new Map([
  ['dotenv', 1],
  ['ini', 2],
]);

/** Changes a file with each tool, whoever wrote it, and opens each result with both. */
export async function compareChange(
  peer: Peer,
  file: SealedFile,
  change: Change,
  findings: Findings,
): Promise<void> {
  findings.compared += 1;
  const title = `${file.title}, ${JSON.stringify(change)}`;
  const theirs = await peer.change(file.format, file.bytes, change);
  const ours = await attempt(() => changeOurs(file, change));
  if (ours instanceof SopskitError) {
    if (theirs.status !== 0) return findings.expected('neither changes the file');
    if (isLayout(ours)) return findings.expected(refusedChange);
    return findings.problem(`${title}: ${ours.code}, sops changes it`, file.bytes, ours.message);
  }
  const opened = await openBoth(peer, title, { ...file, bytes: ours }, findings);
  if (theirs.status !== 0) {
    if (crash.test(theirs.stderr)) return findings.expected('sops crashes while changing');
    return findings.problem(`${title}: sops ${theirs.status}`, file.bytes, theirs.stderr);
  }
  const theirTree = await openBoth(peer, `${title} by sops`, { ...file, bytes: theirs.stdout }, findings);
  if (opened === null || theirTree === null) return;
  if (!sameTrees(asSopsKeeps(opened), asSopsKeeps(theirTree))) {
    findings.problem(`${title}: other data`, file.bytes, ours, theirs.stdout);
  }
}

/** What sopskit does not change in place: it refuses, and says so. The tests allow few of them. */
export const refusedChange = 'sopskit refuses a change that it cannot write';

function isLayout({ code }: SopskitError): boolean {
  return code === 'sops.layout' || code === 'document.not-emittable';
}

async function changeOurs({ format, bytes }: SealedFile, change: Change): Promise<Uint8Array> {
  const settings = { ...withTestKey, format };
  if (change.kind === 'rotate') return rotate(bytes, settings);
  if (change.kind === 'unset') return unset(bytes, change.path, settings);
  return set(bytes, change.path, await readSetValue(change.json), settings);
}

/** Opens a changed file with both tools: they must read the same, and sopskit must print what it reads. */
async function openBoth(peer: Peer, title: string, { format, bytes }: SealedFile, findings: Findings) {
  const settings = { ...withTestKey, format };
  const printed = await peer.decrypt(format, bytes);
  const own = await attempt(() => decrypt(bytes, settings));
  const tree = await attempt(() => decryptTree(bytes, settings));
  if (own instanceof SopskitError || tree instanceof SopskitError) {
    if (printed.status !== 0) findings.expected('a changed file that neither opens');
    else findings.problem(`${title}: sopskit does not open it`, bytes);
    return null;
  }
  if (printed.status === 0) await comparePrints(title, { format, tree, printed: printed.stdout }, findings);
  else if (crash.test(printed.stderr)) findings.expected('sops crashes on the changed file');
  else findings.problem(`${title}: sops does not open it`, bytes, printed.stderr);
  const isFlat = format === 'dotenv' || format === 'ini';
  const isEmptied = tree.every((branch) => branch.entries.length === 0);
  if (!isFlat && !isEmptied && !sameTrees(asSopsKeeps(await readData(format, own)), asSopsKeeps(tree))) {
    findings.problem(`${title}: printed other data`, bytes, own);
  }
  return tree;
}
