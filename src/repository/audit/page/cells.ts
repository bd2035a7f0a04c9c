import { html, type Markup } from '../../../page/html.ts';
import type { Audit, AuditedFile } from '../audit.ts';

/** What a file is to a recipient: class of its cell, what a screen reader and a copy say, and what hovering says more. */
export interface CellKind {
  readonly name: string;
  readonly says: string;
  readonly about: string;
}

const kinds = {
  yes: { name: 'y', says: 'yes', about: 'opens it' },
  part: { name: 'p', says: 'with others', about: 'opens it together with other keys' },
  extra: { name: 'x', says: 'yes, not in rule', about: 'opens it, and its rule does not name it' },
  missing: { name: 'm', says: 'missing', about: 'is in its rule, and cannot open it' },
  hidden: {
    name: 'h',
    says: 'by a shared data key',
    about: 'is not listed, and opens it by a data key that another file shares',
  },
  former: {
    name: 'f',
    says: 'removed, may still',
    about: 'was removed, and has its data key or may have it',
  },
  old: { name: 'o', says: 'old versions', about: 'was removed, and reads old versions in the history' },
} as const satisfies Readonly<Record<string, CellKind>>;

type KindName = keyof typeof kinds;

/** Those that a legend explains, in its order. */
export const legend: readonly CellKind[] = Object.values(kinds);

/** Knows what each file is to each recipient. */
export class Cells {
  readonly #hidden = new Set<string>();
  readonly #former = new Map<string, KindName>();

  constructor({ sharedDataKeys, history }: Audit) {
    for (const { id, files } of sharedDataKeys.flatMap(({ hiddenReaders }) => hiddenReaders))
      for (const path of files) this.#hidden.add(pair(path, id));
    // where it cannot be told, the worse is shown
    for (const { id, files } of history?.former ?? [])
      for (const { path, reads } of files)
        this.#former.set(pair(path, id), reads === 'then' ? 'old' : 'former');
  }

  /** The kind of a cell, or `null` where there is nothing between the two. */
  of(file: AuditedFile, id: string): CellKind | null {
    const name = this.#nameOf(file, id);
    return name === null ? null : kinds[name];
  }

  /** The kinds that occur, for the legend. */
  used(files: readonly AuditedFile[], ids: readonly string[]): readonly CellKind[] {
    const found = new Set(files.flatMap((file) => ids.map((id) => this.of(file, id))));
    return legend.filter((kind) => found.has(kind));
  }

  #nameOf(file: AuditedFile, id: string): KindName | null {
    if (file.groups.some((group) => group.includes(id))) {
      if (file.rule?.extra.includes(id)) return 'extra';
      return file.alone.includes(id) ? 'yes' : 'part';
    }
    if (this.#hidden.has(pair(file.path, id))) return 'hidden';
    return this.#former.get(pair(file.path, id)) ?? (file.rule?.missing.includes(id) ? 'missing' : null);
  }
}

/** The cell itself. Its text is for screen readers and for copying; what is seen is drawn by the style sheet. */
export function cellMarkup(kind: CellKind | null): Markup {
  return kind === null ? html`<td></td>` : html`<td class="${kind.name}">${kind.says}</td>`;
}

function pair(path: string, id: string): string {
  return `${path}\n${id}`;
}
