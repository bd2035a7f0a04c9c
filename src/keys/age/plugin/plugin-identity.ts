import { Secret } from '../../../secret/secret.ts';
import type { System } from '../../../system/system.ts';
import { fileKeyLength } from '../file/age-file.ts';
import type { Header } from '../file/header.ts';
import type { Stanza } from '../file/stanza.ts';
import type { Identity } from '../identity.ts';
import { PluginConnection } from './plugin-connection.ts';
import { pluginFailure } from './plugin-failure.ts';
import { pluginOfIdentity } from './plugin-name.ts';
import { answerRequest } from './plugin-requests.ts';

/** `AGE-PLUGIN-NAME-1…`: state machine identity-v1 of filippo.io/age/plugin. */
export class PluginIdentity implements Identity {
  readonly kind = 'plugin';
  readonly description: string;
  readonly prefix = '';
  readonly plugin: string;
  readonly #system: System;
  readonly #text: Secret;

  /** Throws `key.invalid`. */
  constructor(system: System, text: string) {
    this.plugin = pluginOfIdentity(text);
    this.description = `an identity of the plugin "${this.plugin}"`;
    this.#system = system;
    this.#text = Secret.fromText(text);
  }

  publicHalf(): null {
    return null;
  }

  async unwrap(header: Header): Promise<Uint8Array | null> {
    const connection = new PluginConnection(this.#system, this.plugin, 'identity-v1');
    try {
      this.#text.lendText((text) => connection.send('add-identity', [text]));
      connection.sendGrease();
      for (const stanza of header.stanzas) {
        connection.send('recipient-stanza', ['0', stanza.type, ...stanza.args], stanza.body);
      }
      connection.send('done');
      return await this.#listen(connection);
    } catch (error) {
      connection.kill();
      throw error;
    } finally {
      await connection.close();
    }
  }

  async #listen(connection: PluginConnection): Promise<Uint8Array | null> {
    let fileKey: Uint8Array | null = null;
    for (
      let stanza = await connection.receive();
      stanza.type !== 'done';
      stanza = await connection.receive()
    ) {
      if (stanza.type === 'file-key') {
        if (fileKey !== null) throw pluginFailure(this.plugin, 'it sent the file key twice');
        fileKey = this.#fileKeyOf(stanza);
        connection.send('ok');
      } else if (stanza.type === 'error') {
        connection.send('ok');
        throw pluginFailure(this.plugin, stanza.body);
      } else {
        await answerRequest(this.#system, connection, stanza);
      }
    }
    return fileKey;
  }

  #fileKeyOf(stanza: Stanza): Uint8Array {
    const [index = '', ...more] = stanza.args;
    if (more.length > 0 || !/^[+-]?0+$/.test(index) || stanza.body.length !== fileKeyLength) {
      throw pluginFailure(this.plugin, 'it sent a malformed file key');
    }
    return stanza.body;
  }
}
