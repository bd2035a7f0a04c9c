import { pathText } from '../../system/path-text.ts';
import type { Git } from '../git/git.ts';

/** The files that may be encrypted, by what their names end with. */
export const usualPatterns: readonly string[] = ['*.yaml', '*.yml', '*.json', '*.env', '*.ini'];

/**
 * The lines that hand files to the drivers: those of the patterns, and every encrypted file in the index that the usual
 * patterns do not cover, by name. New files are covered before they are there; plain ones lose nothing by it.
 */
export async function attributeLines(git: Git, patterns: readonly string[]): Promise<readonly string[]> {
  const others = patterns === usualPatterns ? (await encryptedFiles(git)).filter(isUnusual) : [];
  return [...patterns.map(quotedPattern), ...others.map(filePattern)].map(
    (pattern) => `${pattern} diff=sopskit merge=sopskit`,
  );
}

function isUnusual(file: string): boolean {
  return !usualPatterns.some((pattern) => file.endsWith(pattern.slice(1)));
}

async function encryptedFiles(git: Git): Promise<string[]> {
  const args = [
    'grep',
    '--no-recurse-submodules',
    '--cached',
    '-l',
    '-z',
    '-F',
    '-a',
    '-e',
    'ENC[AES256_GCM,',
  ];
  const { stdout } = await git.run(args, { statuses: [1] });
  return Buffer.from(stdout)
    .toString('latin1')
    .split('\0')
    .filter((name) => name !== '')
    .map((name) => pathText(Buffer.from(name, 'latin1')))
    .filter((name) => !/[\n\ud800-\udfff]/u.test(name))
    .sort();
}

/** A pattern for one file: from the top, nothing in it meant as a wildcard; in quotes where there are spaces. */
function filePattern(file: string): string {
  const pattern = `/${file.replace(/[\\*?[\]]/g, '\\$&')}`;
  return /[\s"\\]/.test(pattern) ? inQuotes(pattern) : pattern;
}

/** A pattern as somebody typed it; one in quotes already is left so. */
function quotedPattern(pattern: string): string {
  return /^[^\s"#][^\s"]*$|^".*"$/.test(pattern) ? pattern : inQuotes(pattern);
}

function inQuotes(pattern: string): string {
  return `"${pattern.replace(/["\\]/g, '\\$&').replaceAll('\t', '\\t')}"`;
}
