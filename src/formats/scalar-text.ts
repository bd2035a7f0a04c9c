import type { Comment, Scalar } from '../tree/value.ts';
import { type ByteText, encodeText, toByteText } from './byte-text.ts';

/**
 * Prints a scalar as sops' dotenv and INI stores do (stores.go, ValToString): floats in Go's shortest `G` notation,
 * with `.0` where they would look like integers, times without fractions of a second, null as `<nil>`.
 */
export function scalarText(scalar: Scalar): ByteText {
  switch (scalar.kind) {
    case 'string':
      return encodeText(scalar.value);
    case 'bytes':
      return toByteText(scalar.value);
    case 'int':
    case 'bool':
      return String(scalar.value);
    case 'float':
      return floatText(scalar.value);
    case 'time':
      return scalar.value.replace(/\.\d+/, '');
    case 'null':
      return '<nil>';
    case 'odd':
      return scalar.text;
  }
}

/** A comment's text as bytes. */
export function commentText(comment: Comment): ByteText {
  return comment.bytes === undefined ? encodeText(comment.text) : toByteText(comment.bytes);
}

/** strconv.FormatFloat(value, 'G', -1, 64): an exponent below 1e-4 and from 1e6 on. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = Object.is(value, -0) ? '-' : '';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 6) {
    const digits = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${mantissa}E${exponent < 0 ? '-' : '+'}${digits}`;
  }
  const text = sign + plainDecimal(mantissa, exponent);
  return text.includes('.') ? text : `${text}.0`;
}

function plainDecimal(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace('-', '').replace('.', '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return fraction === '' ? sign + whole : `${sign}${whole}.${fraction}`;
}
