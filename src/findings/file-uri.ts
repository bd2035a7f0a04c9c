import { pathBytes } from '../system/path-text.ts';

/** Returns a relative path as a relative URI (RFC 3986): every byte but unreserved characters and `/` is escaped. */
export function relativeUri(file: string): string {
  let uri = '';
  for (const byte of pathBytes(file)) {
    const character = String.fromCharCode(byte);
    uri += /[A-Za-z0-9._~/-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return uri;
}
