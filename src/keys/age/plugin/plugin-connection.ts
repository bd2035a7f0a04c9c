import { tmpdir } from 'node:os';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { Conversation } from '../../../system/processes.ts';
import type { System } from '../../../system/system.ts';
import { printStanza, type Stanza, StanzaBuilder } from '../file/stanza.ts';
import { pluginFailure } from './plugin-failure.ts';

const empty = new Uint8Array(0);
const patienceMs = 5_000;
const farewellMs = 1_000;

/** One run of `age-plugin-NAME`, spoken to in stanzas (https://c2sp.org/age-plugin). */
export class PluginConnection {
  readonly name: string;
  readonly #system: System;
  readonly #conversation: Conversation;
  #unread: Uint8Array = empty;

  /** Throws `process.missing` with the way to get the plugin. */
  constructor(system: System, name: string, protocol: 'recipient-v1' | 'identity-v1') {
    const program = `age-plugin-${name}`;
    if (system.processes.find(program) === null) {
      throw new SopskitError('process.missing', `the age plugin "${name}" is not installed`, {
        hint: `Install ${program}, or add the folder it is in to PATH.`,
      });
    }
    this.name = name;
    this.#system = system;
    // A plugin must not rely on the working folder, as Go's age sees to as well.
    this.#conversation = system.processes.converse(program, [`--age-plugin=${protocol}`], { cwd: tmpdir() });
  }

  send(type: string, args: readonly string[] = [], body: Uint8Array = empty): void {
    const bytes = Buffer.from(printStanza({ type, args, body }));
    this.#conversation.write(bytes);
    bytes.fill(0);
  }

  /** Sends, two times out of three, a stanza that no plugin knows: it keeps plugins tolerant of what comes later. */
  sendGrease(): void {
    const [dice = 0, ...name] = this.#system.randomBytes(9);
    if (dice % 3 !== 0)
      this.send(`grease-${Buffer.from(name).toString('hex')}`, dice % 2 ? [String(dice)] : []);
  }

  /** Waits for the next stanza, and tells the user after five seconds who is being waited for. */
  async receive(): Promise<Stanza> {
    const waiting = setTimeout(
      () => this.#system.prompts.tell(`waiting on ${this.name} plugin...`),
      patienceMs,
    );
    try {
      const builder = new StanzaBuilder();
      for (;;) {
        const stanza = this.#take(builder, await this.#readLine());
        if (stanza !== null) return stanza;
      }
    } finally {
      clearTimeout(waiting);
    }
  }

  /** Ends the plugin: politely, then not; one that does not even heed that is left behind. */
  async close(): Promise<void> {
    const impatience = setTimeout(() => this.#conversation.kill(), farewellMs);
    // How it ended is of no interest: what counts was said in stanzas.
    const ended = this.#conversation.close().catch(() => undefined);
    let giveUp: NodeJS.Timeout | undefined;
    await Promise.race([
      ended,
      new Promise((resolve) => {
        giveUp = setTimeout(resolve, 2 * farewellMs);
      }),
    ]);
    clearTimeout(impatience);
    clearTimeout(giveUp);
  }

  kill(): void {
    this.#conversation.kill();
  }

  #take(builder: StanzaBuilder, line: string): Stanza | null {
    try {
      return builder.push(line);
    } catch {
      throw pluginFailure(this.name, 'it sent a malformed stanza');
    }
  }

  async #readLine(): Promise<string> {
    const pieces: Uint8Array[] = [];
    for (;;) {
      const newline = this.#unread.indexOf(0x0a);
      if (newline >= 0) {
        pieces.push(this.#unread.subarray(0, newline));
        this.#unread = this.#unread.subarray(newline + 1);
        return Buffer.concat(pieces).toString('latin1');
      }
      pieces.push(this.#unread);
      this.#unread = empty;
      const chunk = await this.#conversation.read();
      if (chunk === null) throw pluginFailure(this.name, 'it ended without an answer');
      this.#unread = chunk;
    }
  }
}
