import { gunzipSync } from 'node:zlib';
import type { Mapping } from '../tree/value.ts';
import { bytesOf, secretEntries } from './secret-manifest-read.ts';

/** A shorter value is found only as a word of its own. */
const longEnough = 8;

/** A shorter one is no secret, and stands in many a text by chance. */
const shortest = 4;

/** How often a text may be packed: Helm has base64 in base64 of gzip. */
const deepest = 4;

/** Bytes that a packed text may grow to. More than a Secret can hold. */
const largest = 8 * 1024 * 1024;

/** What tells in a text which value of a Secret it repeats. */
export interface RepeatedValues {
  /** Returns the key of the value, `null` for a whole Secret that somebody noted; `undefined`: nothing is repeated. */
  in(text: string): string | null | undefined;
}

interface Needle {
  readonly key: string;
  readonly text: string;
  readonly isWord: boolean;
}

/**
 * Finds the values of a Secret in texts: plain, escaped as in JSON, in base64, in gzip, packed in one another. Values
 * that stand in its name or namespace are in clear anyway, and are not looked for.
 */
export function repeatedValues(manifest: Mapping, names: readonly string[]): RepeatedValues {
  const object = { manifest, path: [], branch: 0, name: null, namespace: null, type: null };
  const needles = secretEntries(object).flatMap((entry) => {
    const bytes = bytesOf(entry);
    const texts = bytes === null ? rawTexts(entry.value) : formsOf(bytes);
    return texts
      .filter((text) => !names.some((name) => name.includes(text)))
      .map((text): Needle => ({ key: entry.key, text, isWord: text.length < longEnough }));
  });
  return { in: (text) => findIn(text, needles, 0) };
}

/** What is no value for Kubernetes may be one in a file that somebody wrote. */
function rawTexts(value: { readonly kind: string; readonly value?: unknown }): string[] {
  return typeof value.value === 'string' && value.value.length >= shortest ? [value.value] : [];
}

/** How a value may be written. Its long lines count alone too: YAML indents them. */
function formsOf(bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString('utf8').trim();
  const lines = text.includes('\n') ? text.split('\n').map((line) => line.trim()) : [];
  const forms = [text, JSON.stringify(text).slice(1, -1), ...lines.filter((line) => isTelling(line))];
  const codes = [buffer, Buffer.from(text)].map((one) => one.toString('base64').replace(/=+$/, ''));
  return [...new Set([...forms, ...codes])].filter(
    (one) => one.length >= shortest && !['true', 'false', 'null'].includes(one),
  );
}

function isTelling(line: string): boolean {
  return line.length >= 2 * longEnough && !line.startsWith('-----');
}

function findIn(text: string, needles: readonly Needle[], depth: number): string | null | undefined {
  const found = needles.find((needle) => isIn(text, needle));
  if (found !== undefined) return found.key;
  if (/\bkind["']?\s*:\s*["']?Secret\b/.test(text) && /\b(?:data|stringData)["']?\s*:/.test(text))
    return null;
  if (depth === deepest) return undefined;
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{12,}/g)) {
    const inner = unpacked(run);
    const key = inner === null ? undefined : findIn(inner, needles, depth + 1);
    if (key !== undefined) return key;
  }
  return undefined;
}

function isIn(text: string, { text: value, isWord }: Needle): boolean {
  if (!isWord) return text.includes(value);
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
    const [before, after] = [text[at - 1] ?? ' ', text[at + value.length] ?? ' '];
    if (![before, after].some((one) => /[A-Za-z0-9]/.test(one))) return true;
  }
  return false;
}

/** Takes base64 (of URLs too) apart, and gzip in it; `null`: it is none. */
function unpacked(run: string): string | null {
  const bytes = Buffer.from(run, 'base64');
  if (bytes.length < shortest) return null;
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString('utf8');
  try {
    return gunzipSync(bytes, { maxOutputLength: largest }).toString('utf8');
  } catch {
    return null;
  }
}
