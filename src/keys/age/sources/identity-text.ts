import { SopskitError } from '../../../errors/sopskit-error.ts';
import { Secret } from '../../../secret/secret.ts';
import type { System } from '../../../system/system.ts';
import { decodeArmor } from '../file/armor.ts';
import type { Identity } from '../identity.ts';
import { parseIdentity } from '../identity-line.ts';
import { LockedIdentityFile } from './locked-identity-file.ts';
import type { Problem, SourceReport } from './report.ts';

const armored = '-----BEGIN AGE';
const binary = 'age-encryption';
const maxLength = 1 << 24;
const maxProblems = 3;

export interface TextOptions {
  /** Whether several identities may stand on a line, as sops allows in SOPS_AGE_KEY. */
  readonly manyPerLine: boolean;
  /** Is given the text of each native identity, to keep it beyond the reading. Default: nobody is. */
  readonly keep?: KeepText | undefined;
}

/** Takes an identity with its text, which is the taker's to wipe. `comments`: the lines with `#` right above it. */
export type KeepText = (identity: Identity, text: Secret, comments: readonly string[]) => void;

/**
 * Reads an identity file: one identity a line, blank lines and `#` comments ignored, or the whole file encrypted with a
 * passphrase (sops' unwrapIdentities). Unlike sops, a line that is no identity does not spoil the others.
 */
export function readIdentityText(
  bytes: Uint8Array,
  place: string,
  options: TextOptions,
  system: System,
): SourceReport {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return problem(place, utf16);
  const text = textOf(bytes);
  if (text.startsWith(armored) || text.startsWith(binary)) return readLockedFile(bytes, text, place, system);
  if (/^\s*-----BEGIN .*PRIVATE KEY/.test(text)) return problem(place, sshKey);
  const problems: Problem[] = [];
  const identities: Identity[] = [];
  let comments: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const where = options.manyPerLine && !text.includes('\n') ? '' : `line ${index + 1} `;
    if (line.startsWith('#')) comments.push(line.replace(/\r$/, ''));
    else {
      for (const word of wordsOf(line.replace(/\r$/, ''), options)) {
        const read = readWord(word, where, system);
        if ('text' in read) problems.push(read);
        else {
          identities.push(read);
          if (read.kind === 'native') options.keep?.(read, Secret.fromText(word), comments);
        }
      }
      comments = [];
    }
  }
  if (identities.length === 0 && problems.length === 0) problems.push(empty(text));
  return { place, identities, absent: null, problems: firstFew(distinct(problems)) };
}

/** Decodes UTF-8 without its byte order mark; a TextDecoder would cost start-up time. */
function textOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** Words of one line are not told apart, as they are not quoted: one sentence about them is enough. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [problem.text, problem])).values()];
}

function firstFew(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length <= maxProblems) return problems;
  return [
    ...problems.slice(0, maxProblems),
    { text: `${problems.length - maxProblems} more are not identities` },
  ];
}

function wordsOf(line: string, options: TextOptions): string[] {
  if (line === '' || line.startsWith('#')) return [];
  return options.manyPerLine ? line.split(/\s+/).filter((word) => word !== '') : [line];
}

function readWord(word: string, where: string, system: System): Identity | Problem {
  try {
    return parseIdentity(word, system) ?? describe(word, where);
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    return {
      text: `${where}is a damaged identity: ${error.message}`,
      hint: /AGE-\S*AGE-/.test(word)
        ? 'Several identities stand on a line each; nothing joins them.'
        : 'Copy the whole identity again.',
    };
  }
}

/** Says what stands where an identity should, without quoting it. */
function describe(word: string, where: string): Problem {
  if (/^(age1|ssh-)/.test(word)) {
    const hint = 'The identity begins with AGE-SECRET-KEY-; it is in the file that age-keygen made.';
    return { text: `${where}is a public key, not an identity`, hint };
  }
  if (/^\s*AGE-(SECRET-KEY|PLUGIN)-/.test(word)) {
    return {
      text: `${where}has white space around the identity`,
      hint: 'Remove it: sops does not read the line either.',
    };
  }
  if (/^["'`]?(~|\.{0,2}[/\\]|[A-Za-z]:\\)|\.(txt|key|agekey)["'`]?$/.test(word)) {
    return {
      text: `${where}is a path, not an identity`,
      hint: 'Put the path of a key file into SOPS_AGE_KEY_FILE.',
    };
  }
  return {
    text: `${where}is not an identity`,
    hint: 'An identity begins with AGE-SECRET-KEY- or AGE-PLUGIN-.',
  };
}

function empty(text: string): Problem {
  if (/^# public key: /m.test(text)) {
    const hint = 'The line that begins with AGE-SECRET-KEY- is missing: take it from a backup.';
    return { text: 'names a public key but holds no identity', hint };
  }
  return { text: 'holds no identity' };
}

const sshKey: Problem = {
  text: 'is an SSH key, not an age identity',
  hint: 'Put the path of the SSH key into SOPS_AGE_SSH_PRIVATE_KEY_FILE.',
};

const utf16: Problem = {
  text: 'is UTF-16, as PowerShell writes with ">"',
  hint: 'Write it again as UTF-8: `age-keygen -o keys.txt`.',
};

function readLockedFile(bytes: Uint8Array, text: string, place: string, system: System): SourceReport {
  if (bytes.length >= maxLength) return problem(place, { text: 'is too long for an identity file' });
  try {
    const file = text.startsWith(armored) ? decodeArmor(text) : bytes;
    return { place, identities: [new LockedIdentityFile(file, place, system)], absent: null, problems: [] };
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    return problem(place, { text: `is an encrypted identity file, but ${error.message}` });
  }
}

function problem(place: string, text: Problem): SourceReport {
  return { place, identities: [], absent: null, problems: [text] };
}
