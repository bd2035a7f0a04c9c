import { SopskitError } from '../../../errors/sopskit-error.ts';
import { Secret } from '../../../secret/secret.ts';
import { decodeBech32 } from '../bech32.ts';
import { fileKeyLength } from '../file/age-file.ts';
import { decodeRaw } from '../file/base64.ts';
import { tagLength } from '../file/cryptography.ts';
import { damaged } from '../file/damaged.ts';
import type { Header } from '../file/header.ts';
import type { Stanza } from '../file/stanza.ts';
import type { Identity } from '../identity.ts';

const identityPrefix = 'AGE-SECRET-KEY-PQ-';
const stanzaType = 'mlkem768x25519';
const seedLength = 32;
const encapsulationLength = 1120;

/** `AGE-SECRET-KEY-PQ-1…`: ML-KEM-768 with X25519, through the library `age-encryption`. */
export class HybridIdentity implements Identity {
  readonly kind = 'native';
  readonly description = 'a post-quantum age identity';
  readonly prefix = 'age1pq1';
  readonly #text: Secret;
  #recipient: Promise<string> | null = null;

  /** Throws `key.invalid`. */
  constructor(text: string) {
    const { prefix, data } = decodeBech32(text);
    const fits = prefix === identityPrefix && data.length === seedLength;
    data.fill(0);
    if (!fits) throw new SopskitError('key.invalid', 'it is not as long as a post-quantum age identity');
    this.#text = Secret.fromText(text);
  }

  publicHalf(): Promise<string> {
    this.#recipient ??= this.#derive();
    return this.#recipient;
  }

  async unwrap(header: Header): Promise<Uint8Array | null> {
    const mine = header.stanzas.filter((stanza) => stanza.type === stanzaType);
    if (mine.length === 0) return null;
    mine.forEach(checkStanza);
    const { Decrypter } = await import('age-encryption');
    const decrypter = new Decrypter();
    this.#text.lendText((text) => decrypter.addIdentity(text));
    try {
      return await decrypter.decryptHeader(header.text);
    } catch {
      // The stanzas are well formed, so that what is left is a stanza for someone else, or a MAC that does not fit.
      return null;
    }
  }

  async #derive(): Promise<string> {
    const { identityToRecipient } = await import('age-encryption');
    return this.#text.lendText((text) => identityToRecipient(text));
  }
}

function checkStanza(stanza: Stanza): void {
  const encapsulation = stanza.args.length === 1 ? decodeRaw(stanza.args[0] ?? '') : null;
  if (encapsulation?.length !== encapsulationLength) throw damaged('its mlkem768x25519 stanza is malformed');
  if (stanza.body.length !== fileKeyLength + tagLength) {
    throw damaged('its mlkem768x25519 stanza has the wrong size');
  }
}
