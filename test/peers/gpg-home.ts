import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { keyFile } from '../keys/pgp/world.ts';

/** A GnuPG home of its own, with its own agent. Its path is short, because sockets live in it. */
export interface GpgHome {
  readonly folder: string;
  /** Variables for whatever uses this home. `SOPS_GPG_EXEC` is a wrapper that notes each call. */
  readonly env: Readonly<Record<string, string>>;
  gpg(...args: string[]): string;
  /** The arguments of each call since the last time. */
  calls(): string[];
  /** How often a passphrase was asked for since the last time. */
  dialogs(): number;
  /** What the agent's passphrase dialog answers: a passphrase, or an Assuan error line. */
  answer(line: string): void;
  /** Ends the agent and removes everything. */
  remove(): void;
}

export const hasGpg: boolean = spawnSync('gpg', ['--version']).status === 0;

/** Makes a home with these TEST keys (`alice.key.asc`, …) in it. */
export function makeGpgHome(...keys: string[]): GpgHome {
  const folder = fs.mkdtempSync('/tmp/sk-');
  const at = (name: string): string => path.join(folder, name);
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    GNUPGHOME: folder,
    SOPS_GPG_EXEC: at('gpg-noted'),
    LC_ALL: 'C',
  };
  const program = (name: string, lines: string[]): void =>
    fs.writeFileSync(at(name), `#!/bin/sh\n${lines.join('\n')}\n`, { mode: 0o755 });
  program('gpg-noted', [`printf '%s\\n' "$*" >> '${at('calls')}'`, 'exec gpg "$@"']);
  // a pinentry speaks Assuan: one answer a line, and OK
  program('pinentry', [
    'echo "OK hello"',
    'while read -r command rest; do case "$command" in',
    `GETPIN) echo x >> '${at('dialogs')}'; cat '${at('answer')}'; case "$(cat '${at('answer')}')" in D*) echo OK;; esac;;`,
    'BYE) echo OK; exit 0;;',
    '*) echo OK;; esac; done',
  ]);
  fs.writeFileSync(at('gpg-agent.conf'), `pinentry-program ${at('pinentry')}\n`);
  const gpg = (...args: string[]): string =>
    execFileSync('gpg', ['-q', '--batch', ...args], { env, stdio: 'pipe' }).toString();
  for (const key of keys) gpg('--import', keyFile(key));
  const taken = (name: string): string[] => {
    const lines = fs.existsSync(at(name))
      ? fs.readFileSync(at(name), 'utf8').split('\n').filter(Boolean)
      : [];
    fs.rmSync(at(name), { force: true });
    return lines;
  };
  return {
    folder,
    env,
    gpg,
    calls: () => taken('calls'),
    dialogs: () => taken('dialogs').length,
    answer: (line) => fs.writeFileSync(at('answer'), `${line}\n`),
    remove() {
      spawnSync('gpgconf', ['--kill', 'all'], { env });
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
