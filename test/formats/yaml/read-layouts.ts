import { mutate, soup } from './read-noise.ts';
import { Random } from './read-random.ts';
import { flowPlain, keys, plain, tags } from './read-words.ts';

/** Returns a random YAML file: mostly well-formed and full of comments, sometimes broken, sometimes mere noise. */
export function layout(seed: number): string {
  const random = new Random(seed);
  const kind = random.next();
  const text = kind < 0.08 ? soup(random) : new Layout(random).file();
  const broken = kind > 0.85 ? mutate(text, random) : text;
  return random.chance(0.12) ? broken.replaceAll('\n', '\r\n') : broken;
}

class Layout {
  private readonly random: Random;
  private readonly out: string[] = [];
  private readonly anchors: string[] = [];
  private count = 0;

  constructor(random: Random) {
    this.random = random;
  }

  file(): string {
    const { random } = this;
    if (random.chance(0.04))
      this.out.push(
        random.pick([
          '%YAML 1.1\n---\n',
          '%TAG !e! tag:x,2000:\n---\n',
          '%YAML 1.2\n---\n',
          '%TAG ! !x\n--- # c\n',
        ]),
      );
    this.noise(0);
    const documents = random.chance(0.3) ? 1 + random.below(3) : 1;
    for (let at = 0; at < documents; at += 1) {
      if (at > 0 && random.chance(0.15)) this.out.push(random.pick(['...\n', '... # end\n']));
      if (at > 0 || random.chance(0.15))
        this.out.push(random.pick(['---\n', '--- # doc\n', '---\n\n', '--- !!map\n', '---\n']));
      this.noise(0);
      if (random.chance(0.93)) this.collection(0, 0, random.chance(0.94) ? 'mapping' : 'sequence');
      else
        this.out.push(
          random.pick([
            '',
            '~\n',
            '{}\n',
            '{a: b} # c\n',
            'null # c\n',
            'foo\n',
            '*a0\n',
            '[a]\n',
            '&r\n',
            '!!null\n',
          ]),
        );
      this.noise(0);
    }
    if (random.chance(0.05)) this.out.push('...\n');
    const text = this.out.join('');
    return random.chance(0.1) ? text.replace(/\n$/, '') : text;
  }

  /** Blank lines and comment lines, at any indentation. */
  private noise(indent: number): void {
    const { random } = this;
    if (random.chance(0.55)) return;
    for (let left = 1 + random.below(4); left > 0; left -= 1) {
      const roll = random.next();
      if (roll < 0.35) this.out.push(random.pick(['\n', '\n', '  \n', '\n\n']));
      else this.out.push(`${' '.repeat(this.odd(indent))}${this.comment()}\n`);
    }
  }

  private odd(indent: number): number {
    const { random } = this;
    if (random.chance(0.6)) return indent;
    return Math.max(0, indent + random.pick([-4, -3, -2, -1, 1, 2, 3, 4, -indent]));
  }

  private comment(): string {
    this.count += 1;
    return this.random.pick([
      `# c${this.count}`,
      `# c${this.count}`,
      `#c${this.count} `,
      '#',
      `## ü${this.count}`,
      `#\tc${this.count}: x`,
    ]);
  }

  /** A trailing comment, or nothing; then the line's end. */
  private endLine(): void {
    const { random } = this;
    if (random.chance(0.3))
      this.out.push(
        `${random.pick([' ', '  ', ' ', '   ', random.chance(0.1) ? '\t' : ' '])}${this.comment()}`,
      );
    else if (random.chance(0.05)) this.out.push(' ');
    this.out.push('\n');
  }

  private collection(indent: number, depth: number, kind: 'mapping' | 'sequence', inline = false): void {
    const { random } = this;
    const members = 1 + random.below(depth > 3 ? 2 : 4);
    for (let at = 0; at < members; at += 1) {
      if (!(inline && at === 0)) {
        this.noise(indent);
        this.out.push(' '.repeat(random.chance(0.003) ? indent + 1 : indent));
      }
      if (kind === 'mapping') this.entry(indent, depth, at);
      else this.item(indent, depth);
    }
  }

  private entry(indent: number, depth: number, at: number): void {
    const { random } = this;
    if (random.chance(0.03)) {
      const merged =
        this.anchors.length > 0 ? `*${random.pick(this.anchors as [string, ...string[]])}` : '{m: 1}';
      this.out.push(`<<: ${random.chance(0.2) ? `[${merged}]` : merged}`);
      this.endLine();
      return;
    }
    if (random.chance(0.03)) {
      this.out.push(`? ${this.key(at)}`);
      this.endLine();
      this.noise(indent);
      if (random.chance(0.2)) return;
      this.out.push(`${' '.repeat(indent)}:`);
    } else {
      this.out.push(`${random.chance(0.03) ? '&k ' : ''}${this.key(at)}${random.pick(['', '', '', ' '])}:`);
    }
    this.value(indent, depth, 'mapping');
  }

  private key(at: number): string {
    const { random } = this;
    return random.chance(0.97)
      ? `${random.pick(keys).replace(/\w(?=\W*$)/, (last) => last + at)}`
      : random.pick(keys);
  }

  private item(indent: number, depth: number): void {
    const { random } = this;
    this.out.push('-');
    if (random.chance(0.4) && depth < 6) {
      const gap = 1 + random.below(3);
      const kind = random.pick(['mapping', 'mapping', 'sequence'] as const);
      if (random.chance(0.75)) {
        this.out.push(' '.repeat(gap));
        this.collection(indent + 1 + gap, depth + 1, kind, true);
      } else {
        this.endLine();
        this.collection(indent + 1 + gap, depth + 1, kind);
      }
      return;
    }
    this.value(indent, depth, 'sequence');
  }

  private value(indent: number, depth: number, parent: 'mapping' | 'sequence'): void {
    const { random } = this;
    const roll = random.next();
    const hasProperties = this.properties();
    if (roll < 0.38 && depth < 6) {
      const kind = random.pick(['mapping', 'sequence'] as const);
      const flush = kind === 'sequence' && parent === 'mapping' && random.chance(0.5);
      this.endLine();
      this.collection(flush ? indent : indent + 1 + random.below(4), depth + 1, kind);
    } else if (roll < 0.46) this.block(indent);
    else if (roll < 0.58) this.flow(indent, depth);
    else if (roll < 0.63) this.multiline(indent);
    else if (roll < 0.68) this.endLine();
    else {
      this.out.push(` ${this.scalar(plain, !hasProperties)}`);
      this.endLine();
    }
  }

  private properties(): boolean {
    const { random } = this;
    const hasTag = random.chance(0.04);
    const hasAnchor = random.chance(0.06);
    if (hasTag) this.out.push(` ${random.pick(tags)}`);
    if (hasAnchor) {
      const name = `a${this.anchors.length}`;
      this.out.push(` &${name}`);
      // Until the node ends an alias to it would be a cycle: rare, but wanted.
      if (random.chance(0.9)) this.anchors.push(name);
    }
    return hasTag || hasAnchor;
  }

  private scalar(words: readonly [string, ...string[]], mayBeAlias = true): string {
    const { random } = this;
    const roll = random.next();
    if (mayBeAlias && roll < 0.1 && this.anchors.length > 0)
      return `*${random.pick(this.anchors as [string, ...string[]])}`;
    if (roll < 0.25) return random.pick(['"d # q"', '"\\u00e9\\n\\x41"', '""', '"a\\\\ b"', '"x: y"']);
    if (roll < 0.4) return random.pick(["'s # q'", "'it''s'", "''", "'a: b'"]);
    return random.pick(words);
  }

  private block(indent: number): void {
    const { random } = this;
    const width = 1 + random.below(4);
    const digit = random.chance(0.15) ? String(width) : '';
    this.out.push(
      ` ${random.pick(['|', '>'])}${random.pick([`-${digit}`, `+${digit}`, digit, `${digit}-`])}`,
    );
    this.endLine();
    for (let left = random.below(4); left > 0; left -= 1) {
      const line = random.pick([
        'text',
        'two words',
        'text',
        '# no comment',
        '',
        'a: b',
        '- x',
        random.pick(['  deeper', 'text', 'text', '\ttab']),
      ]);
      this.out.push(line === '' ? '\n' : `${' '.repeat(indent + width)}${line}\n`);
    }
  }

  private multiline(indent: number): void {
    const { random } = this;
    const quote = random.pick(['', '"', "'"]);
    const pad = ' '.repeat(indent + 1 + random.below(3));
    const middle = random.pick(['', '\n', `\n${pad}mid`]);
    this.out.push(` ${quote}first${middle}\n${pad}last${quote}`);
    this.endLine();
  }

  private flow(indent: number, depth: number): void {
    this.out.push(' ');
    this.flowCollection(indent, depth);
    this.endLine();
  }

  private flowCollection(indent: number, depth: number): void {
    const { random } = this;
    const isMap = random.chance(0.5);
    this.out.push(isMap ? '{' : '[');
    const members = random.below(4);
    for (let at = 0; at < members; at += 1) {
      if (at > 0) this.out.push(',');
      this.flowSpace(indent);
      const isPair = isMap || random.chance(0.1);
      if (isPair)
        this.out.push(`${random.chance(0.05) ? '? ' : ''}k${at}${random.pick([': ', ': ', ':\n    ', ''])}`);
      if (random.chance(0.2) && depth < 5) this.flowCollection(indent, depth + 1);
      else if (!isPair || random.chance(0.9)) this.out.push(this.scalar(flowPlain));
      this.flowSpace(indent);
    }
    if (random.chance(0.1)) this.out.push(',');
    this.flowSpace(indent);
    this.out.push(isMap ? '}' : ']');
  }

  private flowSpace(indent: number): void {
    const { random } = this;
    const roll = random.next();
    if (roll < 0.6) this.out.push(random.pick(['', ' ']));
    else if (roll < 0.8) this.out.push(` ${this.comment()}\n${' '.repeat(indent + 1 + random.below(3))}`);
    else if (roll < 0.9) this.out.push(`\n${' '.repeat(indent + 1)}`);
    else
      this.out.push(
        `\n${' '.repeat(this.odd(indent))}${this.comment()}\n${random.pick(['', '\n'])}${' '.repeat(indent + 1)}`,
      );
  }
}
