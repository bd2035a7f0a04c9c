/** Where work that takes a while tells how it goes. */
export interface Narrator {
  /** One line that stays. */
  say(line: string): void;
  /** What is waited for, drawn over itself; empty: nothing any more. */
  wait(what: string): void;
}
