import { SopskitError } from '../../errors/sopskit-error.ts';

const freeAliased = 100;
const freeTotal = 1000;
const rangeLow = 400_000;
const rangeHigh = 4_000_000;

/**
 * Counts nodes as they are expanded, and refuses a document that consists almost only of aliases ("billion laughs"),
 * by the measure of go-yaml v3.0.4's decoder: up to 99 % of 400,000 nodes, down to 10 % of 4,000,000.
 */
export class AliasBudget {
  private total = 0;
  private aliased = 0;

  count(isAliased: boolean): void {
    this.total += 1;
    if (!isAliased) return;
    this.aliased += 1;
    if (this.aliased <= freeAliased || this.total <= freeTotal) return;
    if (this.aliased / this.total > allowedRatio(this.total)) throw excessiveAliases();
  }
}

function allowedRatio(total: number): number {
  if (total <= rangeLow) return 0.99;
  if (total >= rangeHigh) return 0.1;
  return 0.99 - 0.89 * ((total - rangeLow) / (rangeHigh - rangeLow));
}

function excessiveAliases(): SopskitError {
  return new SopskitError('document.aliases', 'YAML: the aliases expand to far too many values', {
    hint: 'Write the values out, or encrypt the file as binary: --input-type binary.',
  });
}

/** Returns the error for an anchor inside whose value an alias refers to it. */
export function selfReference(node: { readonly line: number; readonly column: number }): SopskitError {
  return new SopskitError('document.aliases', 'YAML: an alias refers to a value that contains it', {
    place: { line: node.line, column: node.column },
    hint: 'Write the value out instead of the alias.',
  });
}
