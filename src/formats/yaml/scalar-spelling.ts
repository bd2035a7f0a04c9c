import type { Scalar } from '../../tree/value.ts';
import type { LiteralPlace } from './literal-spelling.ts';
import { spellLiteral } from './literal-spelling.ts';
import { spellDouble, spellSingle } from './quoted-spelling.ts';
import type { ScalarText } from './scalar-text.ts';
import { scalarText, stringText } from './scalar-text.ts';
import type { ScalarTraits } from './scalar-traits.ts';
import { scalarTraits } from './scalar-traits.ts';
import { looksTyped } from './typed-text.ts';

/** Where a scalar is to stand. A key is spelled on one line; whether it needs a `? ` is the caller's business. */
export type ScalarContext =
  | ({ readonly context: 'block' } & LiteralPlace)
  | { readonly context: 'flow' }
  | { readonly context: 'key' };

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal';

/**
 * Spells a scalar as go-yaml v3.0.4 would there, tag included: plain, in quotes, or as a literal, whose body then
 * follows on lines of its own, without the last line break. Where go-yaml's spelling would not read back as the same
 * value, double quotes are used. Throws `document.not-emittable` for an `odd` scalar.
 */
export function spellScalar(scalar: Scalar, context: ScalarContext): string {
  return spellText(scalarText(scalar), context);
}

/** Spells a mapping key on one line. A key `<<` is quoted, so that it stays a key and merges nothing. */
export function spellKey(key: string, context: 'block' | 'flow' = 'block'): string {
  return spellText(stringText(key), { context: context === 'block' ? 'key' : 'flow' });
}

function spellText(scalar: ScalarText, context: ScalarContext): string {
  const { text, tag } = scalar;
  if (!scalar.isString && tag === '') return text;
  const block = context.context === 'block';
  if (tag === '!!merge' && !block) return spellDouble(text);
  const traits = scalarTraits(text);
  const plain = context.context === 'flow' ? traits.plainInFlow : traits.plainInBlock;
  return (
    (tag === '' ? '' : `${tag} `) +
    spellIn(canonicalStyle(scalar, traits), text, plain, block ? context : null)
  );
}

function spellIn(style: ScalarStyle, text: string, plain: boolean, place: LiteralPlace | null): string {
  if (style === 'plain' && plain) return text;
  if (style === 'literal' && place !== null) return spellLiteral(text, place) ?? spellDouble(text);
  if (style === 'plain' || style === 'single') return spellSingle(text) ?? spellDouble(text);
  return spellDouble(text);
}

/** The style go-yaml gives a scalar in block context: its `stringv`, then `yaml_emitter_select_scalar_style`. */
export function canonicalStyle(scalar: ScalarText, traits: ScalarTraits): ScalarStyle {
  const { text } = scalar;
  if (text.includes('\n')) return traits.literal ? 'literal' : 'double';
  if (scalar.isString && scalar.tag === '' && looksTyped(text)) return 'double';
  if (traits.plainInBlock) return 'plain';
  return traits.single ? 'single' : 'double';
}
