/**
 * Makes a plugin's text fit for a terminal and a log: no control characters, which could repaint the screen, and no
 * identity, should the plugin repeat the one it was given.
 */
export function printable(bytes: Uint8Array): string {
  return new TextDecoder()
    .decode(bytes)
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '')
    .replace(/AGE-(?:SECRET-KEY|PLUGIN)-[0-9A-Z+\-._]*/gi, '[identity]')
    .trim();
}
