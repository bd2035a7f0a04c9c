import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { Secret } from '../../../secret/secret.ts';
import type { System } from '../../../system/system.ts';

const client = 'gpg-connect-agent';
const cancelled = '83886179';
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * A running gpg-agent, asked for passphrases as sops asks it (github.com/getsops/gopgagent), with the same cache key:
 * what sops had it remember is remembered here too. Spoken to through `gpg-connect-agent`.
 */
export class GpgAgent {
  readonly #system: System;
  readonly #socket: string;

  private constructor(system: System, socket: string) {
    this.#system = system;
    this.#socket = socket;
  }

  /** Returns the agent whose socket is where sops looks, or `null`. */
  static find(system: System): GpgAgent | null {
    const socket = socketOf(system);
    if (socket === null || system.files.status(socket)?.kind !== 'other') return null;
    return system.processes.find(client) === null ? null : new GpgAgent(system, socket);
  }

  /** 25 bytes of SHA-256 in base32: what fits into a cache key of gpg-agent. */
  static cacheKeyOf(file: Uint8Array): string {
    const bits = [...createHash('sha256').update(file).digest().subarray(0, 25)]
      .map((byte) => byte.toString(2).padStart(8, '0'))
      .join('');
    return `SopsAge${bits.replace(/.{5}/g, (five) => base32.charAt(Number.parseInt(five, 2)))}`;
  }

  /** Returns the passphrase, or `null` when the agent cannot ask. Throws `prompt.unavailable` when the user cancels. */
  async ask(cacheKey: string, description: string): Promise<Secret | null> {
    const { env } = this.#system;
    const options = [
      ['display', env.get('DISPLAY')],
      ['ttyname', env.get('GPG_TTY')],
      ['ttytype', env.get('TERM')],
    ].filter(([, value]) => value !== undefined && /^[\x21-\x7e]+$/.test(value));
    const commands = options.map(([name, value]) => `OPTION ${name}=${value}`);
    const answer = await this.#talk([
      ...commands,
      `GET_PASSPHRASE ${cacheKey} X Passphrase ${encodeURIComponent(description)}`,
    ]);
    const answerText = Buffer.from(answer).toString('latin1');
    answer.fill(0);
    if (answerText.includes(`ERR ${cancelled}`)) {
      throw new SopskitError('prompt.unavailable', 'the question for the passphrase was cancelled', {
        hint: 'Run the command again and type the passphrase.',
      });
    }
    const [, hex] = /^OK ([0-9A-Fa-f]+)\s*$/m.exec(answerText) ?? [];
    return hex === undefined ? null : new Secret(Uint8Array.from(Buffer.from(hex, 'hex')));
  }

  async forget(cacheKey: string): Promise<void> {
    await this.#talk([`CLEAR_PASSPHRASE ${cacheKey}`]);
  }

  async #talk(commands: readonly string[]): Promise<Uint8Array> {
    const input = Buffer.from([...commands, '/bye', ''].join('\n'));
    const args = ['--no-autostart', '-S', this.#socket];
    return (await this.#system.processes.run(client, args, { input })).stdout;
  }
}

function socketOf(system: System): string | null {
  const { env, files } = system;
  const info = env.get('GPG_AGENT_INFO');
  if (info !== undefined) return info.split(':', 1)[0] || null;
  const own = files.home === null ? null : posix.join(files.home, '.gnupg', 'S.gpg-agent');
  if (own !== null && files.status(own)?.kind === 'other') return own;
  const runtime = env.get('XDG_RUNTIME_DIR');
  return runtime === undefined ? own : posix.join(runtime, 'gnupg', 'S.gpg-agent');
}
