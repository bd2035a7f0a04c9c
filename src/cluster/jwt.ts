import { jsonFormat } from '../formats/json/json-format.ts';
import { numberIn } from './fields.ts';

/** When a token ends that is a JWT and says so (RFC 7519, `exp`); `null` where it is not, or does not. */
export function expiryOf(token: string): Date | null {
  const [, payload = '', signature] = token.split('.');
  if (signature === undefined) return null;
  try {
    const claims = jsonFormat.parse(Buffer.from(payload, 'base64url')).branches[0];
    const seconds = claims === undefined ? null : numberIn(claims, 'exp');
    return seconds === null ? null : new Date(seconds * 1000);
  } catch {
    return null;
  }
}
