import { sealedStatuses } from '../../../src/cli/sealed-statuses.ts';
import { type ErrorCode, exitStatusOf } from '../../../src/errors/codes.ts';
import { SopskitError } from '../../../src/errors/sopskit-error.ts';
import { formatNamed } from '../../../src/formats/registry.ts';
import { decrypt, decryptTree, encrypt } from '../../../src/index.ts';
import { isAsSopsWrites } from '../../../src/sops/opened-text.ts';
import type { Mapping } from '../../../src/tree/value.ts';
import { testKey } from '../../cli/world.ts';
import type { Findings } from './findings.ts';
import { crash, knownRefusal, sameButForKnown } from './known-differences.ts';
import type { Ended, Peer } from './peer.ts';
import type { PlainFile } from './random-files.ts';
import { asSopsKeeps, attempt, readData, sameTrees } from './trees.ts';

/** The two encrypted forms of a file; `null` where it was refused. */
export interface Encrypted {
  readonly theirs: Uint8Array | null;
  readonly ours: Uint8Array | null;
}

export const withTestKey = { identities: [testKey.identity] } as const;

/** Encrypts a file with both tools and opens each result with both. */
export async function compareFile(peer: Peer, file: PlainFile, findings: Findings): Promise<Encrypted> {
  const { format, bytes, policy } = file;
  const settings = { format, recipients: { age: [testKey.recipient] }, ...policy, allowPlaintext: true };
  const sops = await peer.encrypt(format, bytes, policy);
  const own = await attempt(() => encrypt(bytes, settings));
  const encrypted: Encrypted = {
    theirs: sops.status === 0 ? sops.stdout : null,
    ours: own instanceof SopskitError ? null : own,
  };
  compareRefusals(file, sops, own, findings);
  const plain = encrypted.ours === null ? null : await readData(format, bytes);
  let opens = true;
  if (encrypted.theirs !== null) opens = await openTheirs(peer, file, encrypted.theirs, plain, findings);
  if (encrypted.ours !== null) await openOurs(peer, file, encrypted.ours, { plain, opens }, findings);
  findings.compared += 1;
  return encrypted;
}

/** What sopskit finds no way to write so that sops reads it as meant: odd places of comments. The tests allow few. */
export const refusedLayout = 'sopskit refuses a layout';

function compareRefusals(
  file: PlainFile,
  sops: Ended,
  own: Uint8Array | SopskitError,
  findings: Findings,
): void {
  if (!(own instanceof SopskitError)) {
    if (sops.status === 0) return;
    // go-yaml loses its place over a U+FEFF inside a text, depending on where its buffer ends
    if (Buffer.from(file.bytes).includes('\ufeff', 1)) {
      return findings.expected('sops refuses a text with a byte order mark inside');
    }
    if (crash.test(sops.stderr)) return findings.expected('sops crashes while encrypting');
    return findings.problem(`${file.title}: sops refuses it (${sops.status})`, file.bytes, sops.stderr);
  }
  const status = exitStatusOf[own.code];
  if (sops.status === status) return findings.expected('both refuse');
  if (own.code === 'sops.layout' && sops.status === 0) return findings.expected(refusedLayout);
  const known = knownRefusal(own);
  if (known !== null || crash.test(sops.stderr))
    return findings.expected(known ?? 'sops crashes while encrypting');
  findings.problem(
    `${file.title}: status ${status} (${own.code}), sops ${sops.status}`,
    file.bytes,
    own.message,
  );
}

/** A readable string that begins with white space: the number is often wrong, and the value then another. */
const readableBlock = /[|>]\d[-+]?$/m;

/** Opens a file that sops wrote; returns whether sops itself can. */
async function openTheirs(
  peer: Peer,
  { title, format, bytes }: PlainFile,
  sealed: Uint8Array,
  plain: readonly Mapping[] | null,
  findings: Findings,
): Promise<boolean> {
  const settings = { ...withTestKey, format };
  const printed = await peer.decrypt(format, sealed);
  const own = await attempt(() => decrypt(sealed, settings));
  const tree = await attempt(() => decryptTree(sealed, settings));
  if (own instanceof SopskitError || tree instanceof SopskitError) {
    const code = (own as SopskitError).code;
    if (printed.status === openingStatus(code)) findings.expected('a file of sops that neither opens');
    else
      findings.problem(`${title}: sopskit does not open it (${code}), sops ${printed.status}`, bytes, sealed);
    return printed.status === 0;
  }
  if (plain !== null && !sameTrees(tree, plain)) {
    if (sameTrees(asSopsKeeps(tree), asSopsKeeps(plain))) findings.expected('sops encrypts other data');
    else if (format === 'yaml' && readableBlock.test(Buffer.from(sealed).toString('latin1'))) {
      findings.expected('sops gives a block scalar a wrong indentation');
    } else if (format === 'ini') findings.expected('ini.v1 writes values that it reads otherwise');
    else findings.problem(`${title}: sops' file holds other data`, bytes, sealed);
  }
  if (printed.status !== 0) {
    if (crash.test(printed.stderr)) findings.expected('sops crashes on its own file');
    else findings.problem(`${title}: sops does not open its own file, sopskit does`, bytes, printed.stderr);
    return false;
  }
  await comparePrints(title, { format, tree, printed: printed.stdout }, findings);
  if (Buffer.compare(own, printed.stdout) !== 0) {
    await explainDifference(title, { format, bytes, sealed, tree, own, printed: printed.stdout }, findings);
  }
  return true;
}

interface Printed {
  readonly format: PlainFile['format'];
  readonly tree: readonly Mapping[];
  readonly printed: Uint8Array;
}

/** A tree that both read must be printed alike, unless sops' text does not read as the tree. */
export async function comparePrints(
  title: string,
  { format, tree, printed }: Printed,
  findings: Findings,
): Promise<void> {
  const emitted = await attempt(async () => (await formatNamed(format)).emit(tree, {}));
  if (emitted instanceof SopskitError)
    return findings.problem(`${title}: not printed (${emitted.code})`, printed);
  if (Buffer.compare(emitted, printed) === 0) return;
  const known = sameButForKnown(emitted, printed);
  if (known !== null) return findings.expected(known);
  const [theirs, ours] = [await readData(format, printed), await readData(format, emitted)];
  const isKept = sameTrees(asSopsKeeps(ours), asSopsKeeps(tree));
  if (isKept && !sameTrees(theirs, ours)) findings.expected('sops prints other data');
  else findings.problem(`${title}: printed differently`, printed, emitted);
}

/** Bytes may differ from what sops prints where sops loses data, or would itself write the file differently. */
async function explainDifference(
  title: string,
  it: Printed & { readonly bytes: Uint8Array; readonly sealed: Uint8Array; readonly own: Uint8Array },
  findings: Findings,
): Promise<void> {
  const { format, tree } = it;
  const [theirs, ours] = [await readData(format, it.printed), await readData(format, it.own)];
  const isKept = sameTrees(asSopsKeeps(ours), asSopsKeeps(tree));
  const document = (await formatNamed(format)).parseSealed(it.sealed);
  if (isKept && !sameTrees(theirs, ours)) findings.expected('sops prints other data');
  else if (isKept && !isAsSopsWrites(document, {}))
    findings.expected('a text of sops that sops would write otherwise');
  else findings.problem(`${title}: decrypted differently`, it.bytes, it.sealed, it.printed, it.own);
}

/** Opens a file that sopskit wrote, also with sops. */
async function openOurs(
  peer: Peer,
  { title, format, bytes }: PlainFile,
  sealed: Uint8Array,
  { plain, opens }: { readonly plain: readonly Mapping[] | null; readonly opens: boolean },
  findings: Findings,
): Promise<void> {
  const settings = { ...withTestKey, format };
  const own = await attempt(() => decrypt(sealed, settings));
  const tree = await attempt(() => decryptTree(sealed, settings));
  if (own instanceof SopskitError || tree instanceof SopskitError) {
    return findings.problem(`${title}: sopskit does not open its own file`, bytes, sealed);
  }
  if (Buffer.compare(own, bytes) !== 0)
    findings.problem(`${title}: the file is not kept`, bytes, own, sealed);
  if (!sameTrees(tree, plain)) findings.problem(`${title}: other data`, bytes, sealed);
  const printed = await peer.decrypt(format, sealed);
  if (printed.status === 0)
    return comparePrints(`${title}, ours`, { format, tree, printed: printed.stdout }, findings);
  if (crash.test(printed.stderr)) {
    findings.expected(opens ? 'sops crashes on our file, not on its own' : 'sops crashes on its own file');
  } else findings.problem(`${title}: sops does not open our file`, bytes, sealed, printed.stderr);
}

/** The exit status of commands that read an encrypted file. */
export function openingStatus(code: ErrorCode): number {
  return sealedStatuses.of?.[code] ?? exitStatusOf[code];
}
