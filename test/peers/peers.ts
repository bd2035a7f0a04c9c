import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'vitest';

/** Tools that come with the system, of any version. All others are pinned, and lie in a folder of their own. */
const ofTheSystem = ['chromium', 'git', 'gpg', 'pre-commit', 'ssh-keygen'];

/** Returns the absolute path of a real tool (`sops`, `age-keygen`, …), or `null` where it is not installed. */
export function peer(name: string): string | null {
  const own = process.env['SOPSKIT_PEERS_BIN'] ?? path.join(homedir(), '.cache', 'sopskit-peers', 'bin');
  const system = ofTheSystem.includes(name) ? (process.env['PATH'] ?? '').split(path.delimiter) : [];
  return [own, ...system].map((folder) => path.join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
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
