import { SopskitError } from '../errors/sopskit-error.ts';
import { checkName } from '../manifests/secret-manifest-rules.ts';
import { printablePath } from '../system/path-text.ts';
import type { System } from '../system/system.ts';
import { absolute } from './streams.ts';

/** Where Secrets are taken from: files (`-` is standard input), or a cluster. */
export type ImportSource =
  | { readonly kind: 'files'; readonly files: readonly string[] }
  /** `null`: all. */
  | { readonly kind: 'cluster'; readonly names: readonly string[] | null };

const typed = /^secrets?\//i;
const type = /^secrets?$/i;

/**
 * Tells what the arguments are: `secret/NAME…` or `secret NAME…` as kubectl takes them, or files. What is a file of that
 * name is that file; a folder is none. Throws `usage.*`, `manifest.invalid` for a text that is no name.
 */
export function importSource(
  system: System,
  words: readonly string[],
  all: boolean,
): { readonly source: ImportSource; readonly remark: string | null } {
  if (all) return { source: { kind: 'cluster', names: null }, remark: null };
  const isFile = (word: string): boolean => {
    const kind = system.files.status(absolute(system, word))?.kind ?? null;
    return kind !== null && kind !== 'directory';
  };
  const [first = '', ...rest] = words;
  if (type.test(first) && !isFile(first)) return { source: named(rest, first), remark: null };
  const live = words.filter((word) => typed.test(word) && !isFile(word));
  const files = words.filter((word) => !live.includes(word));
  if (live.length === 0) return { source: { kind: 'files', files }, remark: remarkOf(files) };
  if (files.length > 0) throw both(live, files);
  return {
    source: named(
      live.map((word) => word.replace(typed, '')),
      null,
    ),
    remark: null,
  };
}

/** `after`: the word before the names, where they stand alone. */
function named(names: readonly string[], after: string | null): ImportSource {
  if (names.length === 0) {
    throw new SopskitError('usage.invalid', 'no Secret is named', {
      hint: 'Name them as kubectl does (secret/NAME), or take all of a namespace: --all -n NAMESPACE.',
    });
  }
  const wrong = after === null ? undefined : names.find((name) => name.includes('/') || name === '-');
  if (wrong !== undefined) {
    throw new SopskitError(
      'usage.invalid',
      `behind ${after} there are names alone, and no ${printablePath(wrong)}`,
      {
        hint: 'Write secret/NAME secret/NAME, or secret NAME NAME.',
      },
    );
  }
  for (const name of names) checkName(name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return { kind: 'cluster', names };
  throw new SopskitError('usage.invalid', `Secret ${twice} is named twice`, { hint: 'Name it once.' });
}

function both(live: readonly string[], files: readonly string[]): SopskitError {
  const [word = '', file = ''] = [live[0], files[0]].map((one) => printablePath(one ?? ''));
  const hint = 'Import them one after the other.';
  return new SopskitError(
    'usage.conflict',
    `${word} is a Secret of the cluster, and ${file} a file: they are not imported together`,
    { hint },
  );
}

/** A file goes before a Secret of the cluster; who meant the other must hear of it. */
function remarkOf(files: readonly string[]): string | null {
  const file = files.find((word) => typed.test(word));
  return file === undefined
    ? null
    : `${printablePath(file)} is a file here, and is read; the Secret of the cluster is: secret ${printablePath(file.replace(typed, ''))}`;
}
