/** What is seen at one moment of something that is waited for. */
export type Judgement =
  | { readonly state: 'holds' }
  /** Not yet; `why` is one clause without a full stop. */
  | { readonly state: 'waits'; readonly why: string }
  /** It will not hold by itself: at once (`certain`), or if it stays so for a while. */
  | {
      readonly state: 'stuck';
      readonly certain: boolean;
      readonly why: string;
      readonly hint: string | null;
    };

export const holds: Judgement = { state: 'holds' };

export function waits(why: string): Judgement {
  return { state: 'waits', why };
}

export function stuck(certain: boolean, why: string, hint: string | null = null): Judgement {
  return { state: 'stuck', certain, why, hint };
}
