/** The flags of one command line: what was typed, what the environment says, and the defaults. */
export interface Values {
  /** Whether a flag has a value, be it an empty one. */
  given(name: string): boolean;
  bool(name: string): boolean;
  /** Returns `null` where sops takes a flag for not given: absent, or empty. */
  text(name: string): string | null;
  /** Returns `null` when the flag is absent. */
  int(name: string): number | null;
  list(name: string): readonly string[];
}

export type FlagValue = boolean | string | number | readonly string[];

/** Makes `Values` from a table by flag name. A name that is not in it counts as not given. */
export function valuesOf(table: ReadonlyMap<string, FlagValue>): Values {
  return {
    given: (name) => table.has(name),
    bool: (name) => table.get(name) === true,
    text: (name) => {
      const value = table.get(name);
      return typeof value === 'string' && value !== '' ? value : null;
    },
    int: (name) => {
      const value = table.get(name);
      return typeof value === 'number' ? value : null;
    },
    list: (name) => {
      const value = table.get(name);
      return Array.isArray(value) ? (value as readonly string[]) : [];
    },
  };
}
