import { shorten } from '../../keys/age/recipient-text.ts';
import { printablePath } from '../../system/path-text.ts';
import type { Audit } from './audit.ts';
import { grouped } from './grouped.ts';

const headLength = 14;
const tailLength = 6;

/** What recipients are called in text and on the page: by name where there is one. */
export class Labels {
  readonly #names: ReadonlyMap<string, string>;

  constructor({ recipients, history }: Pick<Audit, 'recipients' | 'history'>) {
    const all = [...(history?.former ?? []), ...recipients];
    const named = new Map(all.flatMap(({ id, name }) => (name === null ? [] : [[id, name] as const])));
    const count = grouped(named.values(), (name) => name);
    // one name for two keys, such as a person's old and new one, tells neither
    this.#names = new Map(
      [...named].map(([id, name]) => [id, count.get(name)?.length === 1 ? name : `${name} (${shortId(id)})`]),
    );
  }

  /** The name, else the beginning and the end of the recipient. */
  of(id: string): string {
    const name = this.#names.get(id);
    return name === undefined ? shortId(id) : printablePath(name);
  }

  list(ids: readonly string[]): string {
    return ids.map((id) => this.of(id)).join(', ');
  }
}

/** Enough of a recipient to tell it from others. */
export function shortId(id: string): string {
  const text = printablePath(shorten(id));
  if (text.length <= headLength + tailLength + 4) return text;
  const tail = id.endsWith(text.slice(-tailLength))
    ? text.slice(-tailLength)
    : printablePath(id.slice(-tailLength));
  return `${text.slice(0, headLength)}…${tail}`;
}

/** `1 file`, `2 files`. */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}
