import type { TargetFile } from './target.ts';

/** What is looked through. */
export type Scope =
  /** `whole`: nothing of it was left out, so that "nowhere" can be said. */
  | { readonly kind: 'tree'; readonly whole: boolean }
  | { readonly kind: 'staged' }
  /** `versions`: those of a file in the range, as far as they were listed. */
  | { readonly kind: 'history'; readonly versions: (file: string) => readonly TargetFile[] };
