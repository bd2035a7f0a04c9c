import type { Entry, Leaf, Node, Value } from '../../tree/value.ts';
import { isMergeable, spellFlow } from './flow-spelling.ts';
import type { ScalarContext } from './scalar-spelling.ts';
import { spellScalar } from './scalar-spelling.ts';

/** What an alias' expansion is spelled with. */
export interface ExpansionStyle {
  /** The ciphertexts of the leaves to be sealed in it. */
  readonly sealed: ReadonlyMap<Leaf, string>;
  readonly context: ScalarContext;
  /** The indentation of the lines, where comments make more than one. */
  readonly indent: number;
}

/**
 * Spells what an alias stands for, in its place: a scalar plain where it can, a collection in flow style with
 * ciphertexts in double quotes. It is one line, unless there are comments in it: these keep lines of their own, for
 * selectors may depend on them.
 */
export function spellExpansion(value: Value, style: ExpansionStyle): string {
  if (value.kind === 'mapping' || value.kind === 'sequence') return new Expansion(style).collection(value);
  const ciphertext = style.sealed.get(value);
  if (ciphertext !== undefined) return style.context.context === 'flow' ? `'${ciphertext}'` : ciphertext;
  const spelling = spellScalar(value, style.context);
  return spelling.includes('\n') ? spellFlow(value) : spelling;
}

type Member = Entry | Node;

class Expansion {
  readonly #style: ExpansionStyle;

  constructor(style: ExpansionStyle) {
    this.#style = style;
  }

  collection(value: Value): string {
    if (value.kind === 'mapping') return `{${this.#members(value.entries)}}`;
    if (value.kind === 'sequence') return `[${this.#members(value.items)}]`;
    const ciphertext = this.#style.sealed.get(value);
    return ciphertext === undefined ? spellFlow(value) : `"${ciphertext}"`;
  }

  #members(members: readonly Member[]): string {
    const { indent, sealed } = this.#style;
    // LF in files with CR LF too: go-yaml counts these as two breaks and takes the comment for one of what is above.
    const newLine = `\n${' '.repeat(indent)}`;
    const last = members.findLastIndex((member) => member.kind !== 'comment');
    let lineStarts = false;
    const parts = members.map((member, index) => {
      const before = lineStarts ? '' : member.kind === 'comment' ? newLine : index === 0 ? '' : ' ';
      lineStarts = member.kind === 'comment';
      if (member.kind === 'comment') return `${before}#${sealed.get(member) ?? member.text}${newLine}`;
      return before + this.#member(member) + (index < last ? ',' : '');
    });
    return parts.join('');
  }

  #member(member: Exclude<Member, { kind: 'comment' }>): string {
    if (member.kind !== 'entry') return this.collection(member);
    const merge = member.key === '<<' && isMergeable(member.value);
    return `${merge ? '<<' : spellFlowKey(member)}: ${this.collection(member.value)}`;
  }
}

/** The key as `spellFlow` spells it, refusals included. */
function spellFlowKey(entry: Entry): string {
  const pair = spellFlow({ kind: 'mapping', entries: [{ ...entry, value: { kind: 'null' } }] });
  return pair.slice(1, pair.lastIndexOf(':'));
}
