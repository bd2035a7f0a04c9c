import type { Random } from '../../formats/yaml/read-random.ts';
import { comments, keys, oddPlain, strings } from './manifest-words.ts';

/** Returns a random YAML file, made from a tree outwards: what people write, in the odd ways in which they write it. */
export function randomManifest(random: Random): string {
  return new Manifest(random).file();
}

/** Where a node stands: the column of its parent's children, and how deep. */
interface Site {
  readonly column: number;
  readonly depth: number;
}

class Manifest {
  readonly #random: Random;
  readonly #step: number;
  readonly #flush: boolean;
  readonly #commented: number;
  readonly #anchors = new Map<string, 'map' | 'other'>();
  #lines: string[] = [];

  constructor(random: Random) {
    this.#random = random;
    this.#step = random.pick([2, 2, 2, 4, 3]);
    this.#flush = random.chance(0.5);
    this.#commented = random.pick([0, 0.1, 0.1, 0.4]);
  }

  file(): string {
    const random = this.#random;
    const count = random.chance(0.2) ? 2 + random.below(2) : 1;
    for (let index = 0; index < count; index += 1) this.#document(index);
    const end = random.chance(0.08) ? '\r\n' : '\n';
    const text = `${this.#lines.join(end)}${random.chance(0.93) ? end : ''}`;
    return random.chance(0.02) ? `\ufeff${text}` : text;
  }

  #document(index: number): void {
    const random = this.#random;
    this.#anchors.clear();
    if (index > 0 || random.chance(0.2)) this.#lines.push(random.pick(['---', '---', '---', '--- # doc']));
    if (index > 0 && random.chance(0.06)) {
      this.#lines.push(random.pick(['', '{}', '# only a comment', 'null']));
      return;
    }
    this.#map({ column: 0, depth: 0 });
    if (random.chance(0.04)) this.#lines.push('...');
  }

  #map(site: Site, first?: string): void {
    const random = this.#random;
    const pad = ' '.repeat(site.column);
    const unused = new Set<string>(keys);
    const count = 1 + random.below(site.depth === 0 ? 6 : 4);
    for (let index = 0; index < count; index += 1) {
      if (index > 0 || first === undefined) this.#above(site.column);
      const before = index === 0 && first !== undefined ? first : pad;
      if (index > 0 && random.chance(0.05) && this.#merge(before)) continue;
      const key = random.pick([...unused] as [string, ...string[]]);
      unused.delete(key);
      this.#value(`${before}${this.#key(key)}:`, site, 'map');
    }
    this.#above(site.column);
  }

  #merge(before: string): boolean {
    const maps = [...this.#anchors].filter(([, kind]) => kind === 'map').map(([name]) => name);
    const [name] = maps;
    if (name === undefined) return false;
    this.#lines.push(
      `${before}<<: ${this.#random.pick([`*${name}`, `*${name}`, `[*${name}]`])}${this.#behind()}`,
    );
    return true;
  }

  #key(key: string): string {
    const isPlain = /^[A-Za-zü][\w./:ü-]*$/.test(key) && !key.endsWith(':') && !/^(true|null)$/.test(key);
    if (isPlain && this.#random.chance(0.9)) return key;
    return this.#random.chance(0.7) ? JSON.stringify(key) : `'${key}'`;
  }

  #value(before: string, { column, depth }: Site, parent: 'map' | 'list'): void {
    const random = this.#random;
    const inner = { column: column + this.#step, depth: depth + 1 };
    const roll = depth > 4 ? 1 : random.next();
    if (roll < 0.18) {
      if (parent === 'list' && random.chance(0.8))
        this.#map({ column: column + 2, depth: depth + 1 }, `${before} `);
      else {
        this.#lines.push(`${before}${this.#anchor('map')}${this.#behind()}`);
        this.#map(inner);
      }
    } else if (roll < 0.33) {
      if (parent === 'list' && random.chance(0.6))
        this.#list({ column: column + 2, depth: depth + 1 }, `${before} `);
      else {
        this.#lines.push(`${before}${this.#anchor('other')}${this.#behind()}`);
        this.#list(parent === 'map' && this.#flush ? { column, depth: depth + 1 } : inner);
      }
    } else if (roll < 0.43)
      this.#lines.push(`${before}${this.#anchor('other')} ${this.#flow(depth)}${this.#behind()}`);
    else this.#scalar(before, column);
  }

  #list(site: Site, first?: string): void {
    const random = this.#random;
    const pad = ' '.repeat(site.column);
    const count = 1 + random.below(4);
    for (let index = 0; index < count; index += 1) {
      if (index > 0 || first === undefined) this.#above(site.column);
      this.#value(`${index === 0 && first !== undefined ? first : pad}-`, site, 'list');
    }
    if (random.chance(0.3)) this.#above(site.column);
  }

  #scalar(before: string, column: number): void {
    const random = this.#random;
    const names = [...this.#anchors.keys()];
    if (names.length > 0 && random.chance(0.08)) {
      this.#lines.push(`${before} *${random.pick(names as [string, ...string[]])}${this.#behind()}`);
      return;
    }
    const tag = random.chance(0.03)
      ? ` ${random.pick(['!!str', '!custom', '!!binary', '!!int', '!!float', '!'])}`
      : '';
    const head = `${before}${tag}${this.#anchor('other')}`;
    if (random.chance(0.3)) {
      const odd = random.pick(oddPlain);
      this.#lines.push(`${head}${odd === '' ? '' : ` ${odd}`}${this.#behind()}`);
      return;
    }
    const text = random.pick(strings);
    const styles = stylesOf(text);
    const style = random.pick(styles);
    if (style === 'block') this.#block(head, text, column);
    else this.#lines.push(`${head} ${quoted(text, style)}${this.#behind()}`);
  }

  #block(head: string, text: string, column: number): void {
    const random = this.#random;
    const indent = this.#step + (random.chance(0.1) ? 1 : 0);
    const lines = text.replace(/\n+$/, '').split('\n');
    const trailing = /\n*$/.exec(text)?.[0].length ?? 0;
    const digit = /^\s/.test(text) ? String(indent) : '';
    const chomp = trailing === 0 ? '-' : trailing > 1 ? '+' : '';
    this.#lines.push(`${head} ${random.pick(['|', '|', '|', '>'])}${digit}${chomp}${this.#behind()}`);
    for (const line of lines) this.#lines.push(line === '' ? '' : `${' '.repeat(column + indent)}${line}`);
    for (let blank = 1; blank < trailing; blank += 1) this.#lines.push('');
  }

  #flow(depth: number): string {
    const random = this.#random;
    const item = (): string => {
      if (depth < 3 && random.chance(0.15)) return this.#flow(depth + 1);
      if (random.chance(0.3)) return random.pick(['12', 'true', 'null', '1.50', 'a', '0x1F', '2024-01-02']);
      const text = random.pick(strings);
      return quoted(text, random.pick(['double', stylesOf(text).includes('single') ? 'single' : 'double']));
    };
    const items = Array.from({ length: random.below(4) }, (_, index) => [`k${index}`, item()] as const);
    const space = random.pick(['', '', ' ']);
    const joint = random.pick([', ', ', ', ',']);
    return random.chance(0.5)
      ? `{${space}${items.map(([key, value]) => `${key}: ${value}`).join(joint)}${space}}`
      : `[${space}${items.map(([, value]) => value).join(joint)}${space}]`;
  }

  #anchor(kind: 'map' | 'other'): string {
    if (!this.#random.chance(0.06)) return '';
    const name = `a${this.#anchors.size}`;
    if (kind === 'map') {
      // Until the map ends, an alias to it would be a cycle; sops refuses those, and then there is nothing to compare.
      if (this.#random.chance(0.5)) this.#anchors.set(name, kind);
      return ` &${name}`;
    }
    this.#anchors.set(name, kind);
    return ` &${name}`;
  }

  #behind(): string {
    const random = this.#random;
    if (random.chance(this.#commented / 2))
      return `${random.pick([' ', '  ', '   '])}#${random.pick(comments)}`;
    return random.chance(0.01) ? ' ' : '';
  }

  #above(column: number): void {
    const random = this.#random;
    if (random.chance(0.08)) this.#lines.push('');
    if (!random.chance(this.#commented)) return;
    for (let count = 1 + random.below(2); count > 0; count -= 1) {
      const at = random.chance(0.9) ? column : random.below(column + 3);
      this.#lines.push(`${' '.repeat(at)}#${random.pick(comments)}`);
    }
    if (random.chance(0.15)) this.#lines.push('');
  }
}

type Style = 'plain' | 'single' | 'double' | 'block';

/** The styles in which YAML can write a text. */
function stylesOf(text: string): [Style, ...Style[]] {
  const styles: [Style, ...Style[]] = ['double'];
  if (/^[A-Za-zü日][^\n\r\t:#\u0000-\u001f\u007f-\u009f\u2028\ufeff\ue000]*\S$/.test(text))
    styles.push('plain', 'plain', 'plain');
  if (!/[\n\r\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\ufeff]/.test(text)) styles.push('single');
  if (/\n/.test(text) && !/[\r\u0000-\u0008\u007f-\u009f]/.test(text)) styles.push('block', 'block');
  return styles;
}

function quoted(text: string, style: Style): string {
  if (style === 'plain') return text;
  return style === 'single' ? `'${text.replaceAll("'", "''")}'` : JSON.stringify(text);
}
