import { SopskitError } from '../../errors/sopskit-error.ts';
import type { FormatName } from '../../formats/format.ts';
import { formatNamed, formatNameForPath } from '../../formats/registry.ts';
import { keySources } from '../../keys/registry.ts';
import { Keyring } from '../../sops/keyring.ts';
import { openFile } from '../../sops/open-file.ts';
import { readSealedFile } from '../../sops/sealed-file.ts';
import type { System } from '../../system/system.ts';
import type { Leaf, Mapping } from '../../tree/value.ts';

/** What became of a text that the controller would decrypt. */
export type Opened =
  | { readonly kind: 'opened'; readonly branches: readonly Mapping[]; readonly values: readonly string[] }
  /** No identity here opens it; the cluster's may. */
  | { readonly kind: 'no-key' }
  /** Nobody can open it: the controller fails. `message` tells no value. */
  | { readonly kind: 'broken'; readonly message: string };

/**
 * What a text has to contain for the controller to take it for encrypted (sopsFormatToMarkerBytes); the MAC is in it.
 */
export const markers: ReadonlyMap<FormatName, string> = new Map<FormatName, string>([
  ['yaml', 'mac: ENC['],
  ['json', '"mac": "ENC['],
  ['binary', '"mac": "ENC['],
  ['dotenv', 'sops_mac=ENC['],
  ['ini', '[sops]'],
]);

/** The format that the controller gives to a file or a key of a Secret, by its name. */
export function controllerFormat(name: string): FormatName {
  return name.endsWith('.dockerconfigjson') ? 'json' : formatNameForPath(name);
}

/** Opens texts as the controller does, without their MACs, with the identities of this machine. */
export class Opener {
  readonly #system: System;
  readonly #keyring: Keyring;

  constructor(system: System) {
    this.#system = system;
    this.#keyring = new Keyring(system, keySources);
  }

  async open(bytes: Uint8Array, format: FormatName): Promise<Opened> {
    try {
      const sealed = await readSealedFile(await formatNamed(format), bytes, keySources);
      const open = await openFile(sealed, {
        system: { ...this.#system, warn: () => undefined },
        keyring: this.#keyring,
        ignoreMac: true,
      });
      open.dataKey.wipe();
      return { kind: 'opened', branches: open.branches, values: valuesOf(open.opens) };
    } catch (error) {
      if (!(error instanceof SopskitError) || error.code === 'interrupted') throw error;
      if (error.code === 'key.unavailable') return { kind: 'no-key' };
      return { kind: 'broken', message: error.message };
    }
  }

  /** Prints what was opened as the controller does, in the format of `name`. `null`: it cannot be printed in it. */
  async print(branches: readonly Mapping[], format: FormatName): Promise<Uint8Array | null> {
    try {
      return (await formatNamed(format)).emit(branches, {});
    } catch (error) {
      if (error instanceof SopskitError) return null;
      throw error;
    }
  }
}

/** The opened texts, to take them out of messages. */
function valuesOf(opens: ReadonlyMap<Leaf, Leaf>): string[] {
  return [...opens.values()].flatMap((leaf) => {
    if (leaf.kind === 'string') return [leaf.value];
    if (leaf.kind === 'comment') return [leaf.text];
    return leaf.kind === 'bytes' ? [Buffer.from(leaf.value).toString('utf8')] : [];
  });
}
