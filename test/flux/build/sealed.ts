import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A test key: it opens nothing but what these tests encrypt. */
export const buildKey = {
  recipient: 'age128tmndjpx0uws2ktekzzft6kt3jegrcht9rsst48h8239wzcfyaspg4l9y',
  identity: 'AGE-SECRET-KEY-1RFLT7CX7D6GU7FXHDLC827AYU896NDSDR85JM7JKXGJCWPJL4F9QTC8V6L',
};

/** Encrypts a text with the real sops, as a file of this name. `args`: more flags. */
export function sealed(sops: string, name: string, text: string, args: readonly string[] = []): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sopskit-sealed-'));
  try {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return execFileSync(sops, ['encrypt', '--age', buildKey.recipient, ...args, file], {
      encoding: 'utf8',
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
