/** Reads one environment variable; `undefined` when it is not set (an empty value is a value). */
export interface Environment {
  get(name: string): string | undefined;
  /** The whole environment, for child processes. */
  all(): Readonly<Record<string, string>>;
}
