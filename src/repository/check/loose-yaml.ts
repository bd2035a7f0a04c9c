// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so

import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Mapping } from '../../tree/value.ts';

export interface LooseDocument {
  readonly branch: Mapping;
  /** What to add to the lines of its nodes. */
  readonly lineOffset: number;
}

/** Stands for what a template puts in: `isPlaceholder` takes it for a variable. */
const filledIn = '${TEMPLATE}';

/**
 * Reads what sops would refuse, as far as it can be read: each document for itself, lists at the top as the items of a
 * List, and templates with a placeholder for each of their expressions. `null` where a document remains that cannot be read.
 */
export async function readLoosely(bytes: Uint8Array, template: boolean): Promise<LooseDocument[] | null> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const { readYaml } = await import('../../formats/yaml/read.ts');
  const read = (part: string) => readYaml(Buffer.from(part)).branches;
  const found: LooseDocument[] = [];
  for (const { part, line } of documentsOf(template ? withoutExpressions(text) : text)) {
    const branch = readOne(part, read);
    if (branch === null) return null;
    if (branch !== 'empty') found.push({ branch: branch.mapping, lineOffset: line + branch.shift });
  }
  return found;
}

function readOne(
  part: string,
  read: (text: string) => readonly Mapping[],
): { mapping: Mapping; shift: number } | 'empty' | null {
  if (part.split('\n').every((line) => /^\s*(?:#.*)?$/.test(line))) return 'empty';
  for (const [prefix, shift] of [
    ['', 0],
    ['kind: List\nitems:\n', -2],
    // keys that are there twice are refused in the first document only; kubectl takes the last
    ['first: document\n---\n', -2],
  ] as const) {
    try {
      const mapping = read(prefix + part).at(-1);
      if (mapping !== undefined) return { mapping, shift };
    } catch (error) {
      if (!(error instanceof SopskitError)) throw error;
    }
  }
  return null;
}

/** Splits at the lines that begin or end a document; directives (`%YAML 1.2`, which sops refuses) are left out. */
function documentsOf(text: string): { part: string; line: number }[] {
  const parts: { part: string; line: number }[] = [];
  let lines: string[] = [];
  let start = 0;
  text
    .replace(/^\ufeff/, '')
    .split('\n')
    .forEach((line, index) => {
      if (/^(?:---|\.\.\.)(?:\s|$)/.test(line)) {
        parts.push({ part: lines.join('\n'), line: start });
        lines = [line.slice(3)];
        start = index;
      } else lines.push(line.startsWith('%') ? '' : line);
    });
  parts.push({ part: lines.join('\n'), line: start });
  return parts;
}

/** Lines that only steer a template go; expressions within lines become the placeholder. */
function withoutExpressions(text: string): string {
  return text
    .replaceAll(
      /\{\{[\s\S]{0,2000}?\}\}|\{%[\s\S]{0,2000}?%\}|\{#[\s\S]{0,2000}?#\}|<%[\s\S]{0,2000}?%>/g,
      (expression) => literalOf(expression) + '\n'.repeat(expression.split('\n').length - 1),
    )
    .split('\n')
    .map((line) => (line.replaceAll(filledIn, '').trim() === '' ? '' : line))
    .join('\n');
}

/** What an expression puts in: nothing where it is a remark, a text that it has in it, else what nobody knows. */
function literalOf(expression: string): string {
  if (/^(?:\{\{-?\s*\/\*|\{#)/.test(expression)) return '';
  const text = /^\{\{-?\s*["`]([^"`\\\n]*)["`]\s*(?:\|\s*(?:b64enc|s?quote|trim|nospace)\s*)*-?\}\}$/.exec(
    expression,
  );
  return text?.[1] ?? filledIn;
}
