/** What is looked through. */
export type Scope =
  /** `whole`: nothing of it was left out, so that "nowhere" can be said. */
  | { readonly kind: 'tree'; readonly whole: boolean }
  | { readonly kind: 'staged' }
  | { readonly kind: 'history' };
