import { operationOf } from './functions.ts';
import { type Part, parseTemplate, type Refusal } from './parse.ts';

/**
 * Puts variables into a text as fluxcd/pkg/envsubst does. `lookUp` is asked for every variable that has a say; for one
 * that is not set (`null`) the text is refused, but where the expression itself says what it is to be then.
 */
export function substituteText(
  text: string,
  lookUp: (name: string) => string | null,
): string | Refusal | Unset {
  const bytes = Buffer.from(text, 'utf8');
  const parts = parseTemplate(bytes);
  if ('kind' in parts) return parts;
  let unset: string | null = null;
  const print = (part: Part): string => {
    if (part.kind === 'text') return part.text;
    const args = part.args.map(print);
    const name = Buffer.from(part.name, 'latin1').toString('utf8');
    const found = lookUp(name);
    if (found === null && !defaults.has(part.operator)) unset ??= name;
    const value = Buffer.from(found ?? '', 'utf8').toString('latin1');
    return operationOf(part.operator, args.length)(value, args);
  };
  const whole = parts.map(print).join('');
  if (unset !== null) return notSet(unset);
  return Buffer.from(whole, 'latin1').toString('utf8');
}

/** A variable that is not set, in envsubst's words. */
export interface Unset extends Refusal {
  readonly variable: string;
}

function notSet(variable: string): Unset {
  const message = `variable not set (strict mode): ${JSON.stringify(variable)}`;
  return { kind: 'refused', message, variable };
}

/** Operators that say what is put in for a variable that is not set (template.go, isDefaultOp). */
const defaults: ReadonlySet<string> = new Set(['-', '+', '=', '?', ':-', ':+', ':=', ':?']);
