import type { FormatName } from '../../src/formats/format.ts';
import { formatNamed } from '../../src/formats/registry.ts';
import { generateIdentity, isolatedSystem } from '../../src/index.ts';
import type { MasterKey } from '../../src/keys/key-source.ts';
import { keySourceNamed, keySources } from '../../src/keys/registry.ts';
import { decryptedBytes } from '../../src/sops/decrypt.ts';
import { encryptDocument, type FilePolicy } from '../../src/sops/encrypt.ts';
import { Keyring } from '../../src/sops/keyring.ts';
import { type OpenFile, openFile } from '../../src/sops/open-file.ts';
import { readSealedFile, type SealedFile } from '../../src/sops/sealed-file.ts';
import type { System } from '../../src/system/system.ts';

/** Files sealed for an identity of their own: what tests of operations on one file begin with. */
export interface Bench {
  readonly recipient: string;
  readonly system: System;
  readonly keyring: Keyring;
  seal(plain: string, format?: FormatName, policy?: Partial<FilePolicy>): Promise<Uint8Array>;
  read(bytes: Uint8Array | string, format?: FormatName): Promise<SealedFile>;
  open(bytes: Uint8Array | string, format?: FormatName): Promise<OpenFile>;
  decrypt(bytes: Uint8Array | string, format?: FormatName): Promise<string>;
}

export async function sealingBench(): Promise<Bench> {
  const { recipient, keyFile } = await generateIdentity();
  const system = isolatedSystem({ SOPS_AGE_KEY: keyFile });
  const keyring = new Keyring(system, keySources);
  const read: Bench['read'] = async (bytes, format = 'yaml') =>
    readSealedFile(await formatNamed(format), Buffer.from(bytes as string), keySources);
  const open: Bench['open'] = async (bytes, format) =>
    openFile(await read(bytes, format), { system, keyring });
  return {
    ...{ recipient, system, keyring, read, open },
    async seal(plain, format = 'yaml', policy = {}) {
      const rule = { keyGroups: [ageKeys(recipient)], shamirThreshold: 0, macOnlyEncrypted: false };
      const selector = { kind: 'unencrypted_suffix', value: '_unencrypted' } as const;
      const document = (await formatNamed(format)).parse(Buffer.from(plain));
      return encryptDocument(document, { ...rule, selector, ...policy }, { system, keyring });
    },
    decrypt: async (bytes, format) => Buffer.from(decryptedBytes(await open(bytes, format))).toString('utf8'),
  };
}

export function ageKeys(...recipients: readonly string[]): readonly MasterKey[] {
  return keySourceNamed('age').parse(recipients.join());
}
