import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'vitest';

/** Returns the absolute path of a real tool (`sops`, `age-keygen`, …), or `null` where it is not installed. */
export function peer(name: string): string | null {
  const folder = process.env['SOPSKIT_PEERS_BIN'] ?? path.join(homedir(), '.cache', 'sopskit-peers', 'bin');
  const file = path.join(folder, name);
  try {
    accessSync(file, constants.X_OK);
    return file;
  } catch {
    return null;
  }
}

/**
 * Describes tests that need real tools, whose paths `define` gets by name. Without them the tests say "skipped";
 * with `SOPSKIT_REQUIRE_PEERS=1` they fail.
 */
export function describePeers<Name extends string>(
  title: string,
  names: readonly Name[],
  define: (peers: Readonly<Record<Name, string>>) => void,
): void {
  const found = names.map((name) => [name, peer(name)] as const);
  const missing = found.filter(([, file]) => file === null).map(([name]) => name);
  if (missing.length === 0) {
    describe(title, () => define(Object.fromEntries(found) as Record<Name, string>));
    return;
  }
  const reason = `needs ${missing.join(', ')}`;
  if (process.env['SOPSKIT_REQUIRE_PEERS'] === '1') throw new Error(`${title} ${reason}`);
  describe.skip(`${title} (${reason})`, () => {
    it('waits for the tools', () => {});
  });
}
