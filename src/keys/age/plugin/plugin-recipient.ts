import type { System } from '../../../system/system.ts';
import { fileKeyLength, sealFile } from '../file/age-file.ts';
import type { Stanza } from '../file/stanza.ts';
import type { Recipient } from '../recipient.ts';
import { PluginConnection } from './plugin-connection.ts';
import { pluginFailure } from './plugin-failure.ts';
import { pluginOfIdentity, pluginOfRecipient } from './plugin-name.ts';
import { answerRequest } from './plugin-requests.ts';

/** `age1name1…`, or an identity that its plugin can encrypt to: state machine recipient-v1 of filippo.io/age/plugin. */
export class PluginRecipient implements Recipient {
  readonly #text: string;
  readonly #isIdentity: boolean;
  readonly #plugin: string;

  /** Throws `key.invalid`. */
  constructor(text: string) {
    this.#text = text;
    this.#isIdentity = text.startsWith('AGE-PLUGIN-');
    this.#plugin = this.#isIdentity ? pluginOfIdentity(text) : pluginOfRecipient(text);
  }

  async seal(plaintext: Uint8Array, system: System): Promise<Uint8Array> {
    const fileKey = system.randomBytes(fileKeyLength);
    try {
      return sealFile(fileKey, await this.#wrap(fileKey, system), plaintext, system);
    } finally {
      fileKey.fill(0);
    }
  }

  async #wrap(fileKey: Uint8Array, system: System): Promise<Stanza[]> {
    const connection = new PluginConnection(system, this.#plugin, 'recipient-v1');
    try {
      connection.send(this.#isIdentity ? 'add-identity' : 'add-recipient', [this.#text]);
      connection.sendGrease();
      connection.send('wrap-file-key', [], fileKey);
      connection.send('extension-labels');
      connection.send('done');
      return await this.#listen(connection, system);
    } catch (error) {
      connection.kill();
      throw error;
    } finally {
      await connection.close();
    }
  }

  async #listen(connection: PluginConnection, system: System): Promise<Stanza[]> {
    const stanzas: Stanza[] = [];
    let labelled = false;
    for (
      let stanza = await connection.receive();
      stanza.type !== 'done';
      stanza = await connection.receive()
    ) {
      if (stanza.type === 'recipient-stanza') {
        stanzas.push(this.#unpack(stanza));
        connection.send('ok');
      } else if (stanza.type === 'labels') {
        // sops writes one age file per recipient, so that there is nothing the labels could forbid.
        if (labelled) throw pluginFailure(this.#plugin, 'it sent its labels twice');
        labelled = true;
        connection.send('ok');
      } else if (stanza.type === 'error') {
        connection.send('ok');
        throw pluginFailure(this.#plugin, stanza.body);
      } else {
        await answerRequest(system, connection, stanza);
      }
    }
    if (stanzas.length === 0) throw pluginFailure(this.#plugin, 'it wrapped nothing');
    return stanzas;
  }

  #unpack(stanza: Stanza): Stanza {
    const [index, type, ...args] = stanza.args;
    // One file key was sent, so that its number is 0.
    if (type === undefined || !/^[+-]?0+$/.test(index ?? '')) {
      throw pluginFailure(this.#plugin, 'it sent a malformed recipient stanza');
    }
    return { type, args, body: stanza.body };
  }
}
