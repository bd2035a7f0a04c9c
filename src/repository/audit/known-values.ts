import type { TracedValue } from './unchanged-values.ts';

/** The values that somebody could read in versions of a file, or of several. */
export class KnownValues {
  readonly #atPlace = new Set<string>();
  readonly #anywhere = new Set<string>();
  readonly #strong = new Set<string>();
  /** Files whose places and values are all alike. */
  readonly #whole = new Set<string>();

  add(values: readonly TracedValue[]): void {
    for (const { place, forms, strength } of values)
      for (const form of forms) {
        this.#atPlace.add(`${form} ${place}`);
        if (isFindable(strength)) this.#anywhere.add(form);
        if (strength === 'strong') this.#strong.add(form);
      }
    if (isTelling(values)) this.#whole.add(signature(values));
  }

  /** The places in a later version of the same file whose values are known, moved or as base64 too. */
  in(values: readonly TracedValue[]): string[] {
    const isKnown = ({ place, forms, strength }: TracedValue): boolean =>
      forms.some(
        (form) => this.#atPlace.has(`${form} ${place}`) || (isFindable(strength) && this.#anywhere.has(form)),
      );
    return values.filter(isKnown).map(({ place }) => place);
  }

  /** The same in another file: one that was moved, or that holds a long value of these. */
  inOther(values: readonly TracedValue[]): string[] {
    if (isTelling(values) && this.#whole.has(signature(values))) return this.in(values);
    const isKnown = ({ forms, strength }: TracedValue): boolean =>
      strength === 'strong' && forms.some((form) => this.#strong.has(form));
    return values.filter(isKnown).map(({ place }) => place);
  }
}

function isFindable(strength: TracedValue['strength']): boolean {
  return strength === 'usual' || strength === 'strong';
}

function isTelling(values: readonly TracedValue[]): boolean {
  return values.some(({ strength }) => strength !== 'none');
}

function signature(values: readonly TracedValue[]): string {
  return values
    .map(({ place, forms }) => `${place} ${forms[0]}`)
    .sort()
    .join('\n');
}
