import fc from 'fast-check';

/** Draws from an arbitrary; what `fc.gen()` hands out. */
type Draw = fc.GeneratorValue;

/**
 * Random YAML files, as text: every scalar style, tags, anchors, aliases, merge keys, comments in odd places, flow
 * collections, several documents, both line ends. Not all of them are valid; readers refuse some.
 */
export const yamlTexts: fc.Arbitrary<string> = fc.gen().map((draw) => new TextWriter(draw, false).file());

/** The same without aliases and block scalars, and with comments only at the column of what they stand above. */
export const tameYaml: fc.Arbitrary<string> = fc.gen().map((draw) => new TextWriter(draw, true).file());

const words = [
  'alpha',
  'beta',
  'secret value',
  'x',
  'it has: no colon',
  'a#b',
  'ünïcödé',
  '<<',
  'yes',
  '0x1F',
  '-',
];

class TextWriter {
  readonly #draw: Draw;
  readonly #tame: boolean;
  readonly #step: number;
  readonly #lines: string[] = [];
  readonly #anchors: { readonly name: string; readonly kind: 'scalar' | 'mapping' | 'sequence' }[] = [];
  #keys = 0;

  constructor(draw: Draw, tame: boolean) {
    this.#draw = draw;
    this.#tame = tame;
    this.#step = draw(fc.integer, { min: 1, max: 4 });
  }

  file(): string {
    const documents = this.#below(6) === 0 ? 1 + this.#below(3) : 1;
    for (let index = 0; index < documents; index++) this.#document(index);
    const lineBreak = this.#below(5) === 0 ? '\r\n' : '\n';
    const text = this.#lines.join(lineBreak);
    const ending = this.#pick(['', lineBreak, lineBreak, lineBreak, lineBreak + lineBreak]);
    return (this.#below(20) === 0 ? '\ufeff' : '') + text + ending;
  }

  #document(index: number): void {
    if (index > 0 || this.#below(4) === 0) this.#lines.push(this.#pick(['---', '---', '--- # start']));
    const kind = this.#below(12);
    if (kind === 0) this.#lines.push(`{${this.#flowPairs(1)}}`);
    else if (kind === 1 && index > 0 && !this.#tame)
      this.#lines.push(this.#pick(['', '# nothing', '{}', 'null']));
    else this.#mapping(this.#below(8) === 0 ? this.#below(3) : 0, 0);
    if (this.#below(12) === 0) this.#lines.push('...');
  }

  #below(limit: number): number {
    return this.#draw(fc.integer, { min: 0, max: limit - 1 });
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.#below(items.length)] as Item;
  }

  #comments(column: number): void {
    if (this.#below(4) !== 0) return;
    const count = 1 + this.#below(2);
    for (let index = 0; index < count; index++) {
      if (this.#below(4) === 0) this.#lines.push(this.#pick(['', '', '  ']));
      const at = this.#below(5) === 0 && !this.#tame ? this.#below(8) : column;
      this.#lines.push(`${' '.repeat(at)}#${this.#pick([' note', ' sops: x', '', 'tight', ' é'])}`);
    }
    if (this.#below(3) === 0) this.#lines.push('');
  }

  #trailing(): string {
    return this.#below(6) === 0 ? `${this.#pick([' ', '  ', '\t'])}# ${this.#pick(['behind', 'x'])}` : '';
  }

  #mapping(column: number, depth: number, first = ' '.repeat(column)): void {
    const count = 1 + this.#below(depth === 0 ? 5 : 3);
    const merged = this.#below(12) === 0 ? this.#below(count) : -1;
    for (let index = 0; index < count; index++) {
      if (index > 0 || first.trim() === '') this.#comments(column);
      const start = index === 0 ? first : ' '.repeat(column);
      this.#entry(start, column, depth, index === merged);
      if (this.#below(10) === 0) this.#lines.push('');
    }
    this.#comments(column);
  }

  #key(): string {
    this.#keys += 1;
    const name = `k${this.#keys}`;
    return this.#pick([name, name, name, name, `"${name}"`, `'${name}'`, `"a ${name}"`]);
  }

  #entry(start: string, column: number, depth: number, merges: boolean): void {
    const mapping = this.#anchors.findLast((anchor) => anchor.kind === 'mapping');
    if (merges && mapping !== undefined && !this.#tame) {
      this.#lines.push(`${start}<<: *${mapping.name}${this.#trailing()}`);
      return;
    }
    const key = this.#below(40) === 0 ? `? ${this.#key()}\n${' '.repeat(column)}` : this.#key();
    this.#value(`${start}${key}:`, column, depth, true);
  }

  #value(before: string, column: number, depth: number, inMapping: boolean): void {
    const kind = this.#below(depth > 3 ? 7 : 11);
    if (kind < 4) this.#lines.push(`${before} ${this.#scalar(column)}${this.#trailing()}`);
    else if (kind === 4 && !this.#tame) this.#block(before, column);
    else if (kind < 6) this.#lines.push(before + this.#aliasOrEmpty() + this.#trailing());
    else if (kind === 6)
      this.#lines.push(`${before} ${this.#anchor('sequence', this.#flow(depth))}${this.#trailing()}`);
    else if (kind < 9) this.#nestedMapping(before, column, depth, inMapping);
    else this.#nestedSequence(before, column, depth, inMapping);
  }

  #nestedMapping(before: string, column: number, depth: number, inMapping: boolean): void {
    if (!inMapping && this.#below(3) > 0) {
      this.#mapping(column + 2, depth + 1, `${before} `);
      return;
    }
    const properties = this.#below(4) === 0 ? ` &${this.#name('mapping')}` : '';
    this.#lines.push(`${before}${properties}${this.#trailing()}`);
    this.#mapping(column + this.#step, depth + 1);
  }

  #nestedSequence(before: string, column: number, depth: number, inMapping: boolean): void {
    const properties = this.#below(5) === 0 ? ` &${this.#name('sequence')}` : '';
    this.#lines.push(`${before}${properties}${this.#trailing()}`);
    const at = inMapping && this.#below(2) === 0 ? column : column + this.#step;
    const count = 1 + this.#below(3);
    for (let index = 0; index < count; index++) {
      this.#comments(at);
      this.#value(`${' '.repeat(at)}-`, at, depth + 1, false);
    }
    this.#comments(at);
  }

  #name(kind: 'scalar' | 'mapping' | 'sequence'): string {
    const name = `n${this.#anchors.length}`;
    this.#anchors.push({ name, kind });
    return name;
  }

  #anchor(kind: 'scalar' | 'sequence', text: string): string {
    return this.#below(6) === 0 ? `&${this.#name(kind)} ${text}` : text;
  }

  #aliasOrEmpty(): string {
    const anchor = this.#anchors.length > 0 ? this.#pick(this.#anchors) : null;
    if (anchor !== null && !this.#tame && this.#below(4) > 0) return ` *${anchor.name}`;
    return this.#pick(['', ' null', ' ~', ' {}', ' []', ' ""', " ''"]);
  }

  #scalar(column: number): string {
    const tag = this.#below(10) === 0 ? this.#pick(['!!str ', '!Ref ', '! ', '!!str\t']) : '';
    return this.#anchor('scalar', tag + this.#content(column));
  }

  #content(column: number): string {
    const deeper = ' '.repeat(column + this.#step);
    switch (this.#below(12)) {
      case 0:
        return this.#pick(['12', '0x1F', '1_000', '1.50', '1e3', 'true', '2024-01-02', '.inf', '0o17', '+5']);
      case 1:
        return `'${this.#pick(words).replaceAll("'", "''")}'`;
      case 2:
        return `"${this.#pick(['a\\nb', 'tab\\there', '\\u00e9', 'plain', ' padded ', '#x'])}"`;
      case 3:
        return `first\n${deeper}second`;
      case 4:
        return `"first\n\n${deeper}second \\\n${deeper}third"`;
      case 5:
        return `'first\n${deeper}it''s'`;
      default:
        return this.#pick(['alpha', 'beta gamma', 'x:y', 'http://a/b', 'ünï', 'a#b', 'ENC', '1.2.3']);
    }
  }

  #block(before: string, column: number): void {
    const header = this.#pick(['|', '|', '|-', '|+', '>', '>-', '>+']);
    const indicated = this.#below(6) === 0 && column % 1 === 0;
    const indent = Math.max(column, 0) + this.#step;
    const properties = this.#anchor('scalar', '').trim();
    const number = indicated ? String(this.#step) : '';
    this.#lines.push(
      `${before} ${properties}${properties === '' ? '' : ' '}${header}${number}${this.#trailing()}`,
    );
    const padding = ' '.repeat(indent);
    const count = 1 + this.#below(3);
    for (let index = 0; index < count; index++) {
      if (index > 0 && this.#below(4) === 0) this.#lines.push('');
      const extra = indicated || index > 0 ? this.#pick(['', '', '  ']) : '';
      this.#lines.push(
        padding + extra + this.#pick(['line', 'two words', '# no comment', 'key: value', 'é']),
      );
    }
    for (let index = this.#below(3); index > 1; index--) this.#lines.push('');
  }

  #flow(depth: number): string {
    return this.#below(2) === 0 ? `{${this.#flowPairs(depth)}}` : `[${this.#flowItems(depth)}]`;
  }

  #flowPairs(depth: number): string {
    const count = 1 + this.#below(3);
    const pairs = Array.from({ length: count }, () => `${this.#key()}: ${this.#flowValue(depth)}`);
    return this.#spaced(pairs.join(this.#pick([', ', ', ', ' , '])));
  }

  #flowItems(depth: number): string {
    const count = this.#below(4);
    return this.#spaced(Array.from({ length: count }, () => this.#flowValue(depth)).join(', '));
  }

  #spaced(text: string): string {
    return this.#pick([text, text, ` ${text} `]);
  }

  #flowValue(depth: number): string {
    if (depth < 3 && this.#below(6) === 0) return this.#flow(depth + 1);
    if (this.#below(8) === 0) return this.#aliasOrEmpty().trim() || 'null';
    return this.#pick([
      'a',
      'two words',
      '12',
      "'single'",
      '"double"',
      'true',
      "'it''s'",
      '"\\n"',
      '!!str 5',
      'x y',
    ]);
  }
}
