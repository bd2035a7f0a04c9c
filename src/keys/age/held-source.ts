import { Secret } from '../../secret/secret.ts';
import type { KeySession, KeySource, MasterKey } from '../key-source.ts';
import { ageSource } from './age-source.ts';
import { openFile, parseFile } from './file/age-file.ts';
import { decodeArmor } from './file/armor.ts';
import type { Identity } from './identity.ts';
import { parseNativeIdentity } from './identity-line.ts';

/**
 * age with some more identities than this machine has, such as a cluster's: they are tried first, and kept in memory
 * alone. `texts`: one identity each, without comments; whoever has them wipes them.
 */
export function ageSourceHolding(texts: readonly Secret[]): KeySource {
  return { ...ageSource, open: (system) => new HeldSession(texts, ageSource.open(system)) };
}

class HeldSession implements KeySession {
  readonly #identities: readonly Identity[];
  readonly #own: KeySession;

  constructor(texts: readonly Secret[], own: KeySession) {
    this.#identities = texts.flatMap((text) => text.lendText(parseNativeIdentity) ?? []);
    this.#own = own;
  }

  wrap(key: MasterKey, dataKey: Secret): Promise<MasterKey> {
    return this.#own.wrap(key, dataKey);
  }

  async unwrap(key: MasterKey): Promise<Secret> {
    for (const identity of this.#identities) {
      if (key.enc === null || (await identity.publicHalf()) !== key.id.trim()) continue;
      const file = parseFile(decodeArmor(key.enc));
      const fileKey = await identity.unwrap(file.header);
      if (fileKey !== null) return new Secret(openFile(file, fileKey));
    }
    return this.#own.unwrap(key);
  }
}
