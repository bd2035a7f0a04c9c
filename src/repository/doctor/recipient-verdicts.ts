import { SopskitError } from '../../errors/sopskit-error.ts';
import { type AgeFile, openFile, parseFile } from '../../keys/age/file/age-file.ts';
import { decodeArmor } from '../../keys/age/file/armor.ts';
import type { Identity } from '../../keys/age/identity.ts';
import { LockedSshIdentity } from '../../keys/age/ssh/locked-identity.ts';
import type { MasterKey } from '../../keys/key-source.ts';
import type { SealedFile } from '../../sops/sealed-file.ts';
import { neededGroups, readerOf } from '../audit/sealed-version.ts';
import type { RecipientVerdict } from './diagnosis.ts';
import type { KeyAttempts } from './key-attempts.ts';
import type { Places } from './places.ts';
import { wrongStanza } from './stanza-kind.ts';

/** What judging recipients goes by. */
export interface Bench {
  readonly places: Places;
  readonly attempts: KeyAttempts;
  nameOf(id: string): string | null;
}

type Judgement = Pick<RecipientVerdict, 'verdict' | 'place' | 'reason'> & { readonly hint?: string };

/**
 * Judges every recipient of a file: those first whose key is here, unasked; where that is not enough to open the file,
 * those too whose key has to be asked (gpg, a passphrase, a plugin).
 */
export async function judgeRecipients(file: SealedFile, bench: Bench): Promise<RecipientVerdict[][]> {
  const { keyGroups } = file.metadata;
  const silent = await Promise.all(
    keyGroups.map((group) => Promise.all(group.map((key) => judgeSilently(key, bench)))),
  );
  const opened = silent.filter((group) => group.some((each) => each?.verdict === 'opens')).length;
  const ask = opened < neededGroups(file);
  const groups: RecipientVerdict[][] = [];
  for (const [index, group] of keyGroups.entries()) {
    const verdicts: RecipientVerdict[] = [];
    for (const [at, key] of group.entries()) {
      const judgement = silent[index]?.[at] ?? (ask ? await judgeByAsking(key, bench) : unasked);
      verdicts.push({ ...readerOf(key), name: bench.nameOf(readerOf(key).id), hint: null, ...judgement });
    }
    groups.push(verdicts);
  }
  return groups;
}

const unasked: Judgement = { verdict: 'absent', place: null, reason: 'not asked: the file opens without it' };

/** `null` where only asking can tell. */
async function judgeSilently(key: MasterKey, bench: Bench): Promise<Judgement | null> {
  if (key.enc === null)
    return { verdict: 'damaged', place: null, reason: 'the file holds no wrapped data key for it ("enc")' };
  return key.source === 'age' ? judgeAge(key, key.enc, bench.places) : null;
}

async function judgeAge(key: MasterKey, enc: string, places: Places): Promise<Judgement | null> {
  let file: AgeFile;
  try {
    file = parseFile(decodeArmor(enc));
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    return {
      verdict: 'damaged',
      place: null,
      reason: `what is wrapped for it ("enc") is damaged: ${error.message}`,
    };
  }
  const { id } = readerOf(key);
  let exact: Judgement | null = null;
  let isAskable = false;
  for (const { listed, identities } of places.age) {
    for (const identity of identities) {
      const half = await identity.publicHalf();
      if (half === null || mustAsk(identity)) {
        isAskable ||= half === null || half === id;
        continue;
      }
      const judgement = await tryIdentity(file, identity, listed.place);
      if (judgement.verdict === 'opens')
        return half === id
          ? judgement
          : { ...judgement, reason: 'it was wrapped for another key than the file says' };
      if (half === id) exact ??= judgement;
    }
  }
  const wrong = wrongStanza(id, file.header);
  if (exact !== null) return exact;
  if (wrong !== null && !isAskable) return { verdict: 'mismatch', place: null, reason: wrong };
  return isAskable ? null : { verdict: 'absent', place: null, reason: '' };
}

function mustAsk(identity: Identity): boolean {
  return identity.kind === 'plugin' || identity.kind === 'locked' || identity instanceof LockedSshIdentity;
}

async function tryIdentity(file: AgeFile, identity: Identity, place: string): Promise<Judgement> {
  try {
    const fileKey = await identity.unwrap(file.header);
    if (fileKey === null)
      return {
        verdict: 'mismatch',
        place,
        reason: 'its key is here, but the data key was wrapped for another one',
      };
    openFile(file, fileKey).fill(0);
    return { verdict: 'opens', place, reason: '' };
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code === 'interrupted') throw error;
    return { verdict: 'damaged', place, reason: error.message };
  }
}

async function judgeByAsking(key: MasterKey, { attempts }: Bench): Promise<Judgement> {
  const error = await attempts.try(key);
  if (error === null) return { verdict: 'opens', place: key.source === 'pgp' ? 'gpg' : null, reason: '' };
  const verdict = error.code === 'key.unsupported' ? 'unsupported' : isAbsent(error) ? 'absent' : 'failed';
  // of age, the cause is what kept one identity from being used
  const { message } = error.cause instanceof SopskitError ? error.cause : error;
  const reason = (message.split('\n')[0] ?? '').replace(/:$/, '');
  const hint = verdict === 'absent' || error.hint === undefined ? {} : { hint: error.hint };
  return { verdict, place: null, reason, ...hint };
}

function isAbsent({ message, cause }: SopskitError): boolean {
  if (cause instanceof SopskitError) return false;
  return /secret key is not in the keyring|^no identity opens/.test(message);
}
