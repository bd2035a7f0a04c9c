import { generateIdentity } from '../../../../src/keys/age/generate.ts';
import { masterKeyOf } from '../../../../src/keys/age/master-key.ts';
import type { KeySecret } from '../../../../src/operations/cluster-keys/key-secret.ts';
import { keySecretOf } from '../../../../src/operations/cluster-keys/read-key-secret.ts';
import type { Metadata } from '../../../../src/sops/metadata.ts';
import { fakeSystem } from '../../../system/fake-system.ts';
import { tree } from '../../flux-doctor/made-reading.ts';

/** A TEST identity, made now. */
export interface MadeKey {
  readonly recipient: string;
  readonly key: string;
}

export async function makeKey(): Promise<MadeKey> {
  const { recipient, file } = await generateIdentity(fakeSystem());
  return { recipient, key: file.lendText((text) => text.trim().split('\n').at(-1) ?? '') };
}

/** A Secret as the API server has it. */
export function secretWith(
  entries: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>> = {},
): Promise<KeySecret> {
  const data = Object.fromEntries(
    Object.entries(entries).map(([name, text]) => [name, Buffer.from(text).toString('base64')]),
  );
  const metadata = { name: 'sops-age', namespace: 'flux-system', annotations };
  return keySecretOf(tree({ apiVersion: 'v1', kind: 'Secret', metadata, data }), null);
}

/** What a file says that is encrypted for groups of recipients. */
export function metadataFor(groups: readonly (readonly string[])[], shamirThreshold = 0): Metadata {
  return {
    ...{ shamirThreshold, selector: null, macOnlyEncrypted: false, lastModified: '', mac: '' },
    ...{ version: '3.13.3', layout: null, unknown: [] },
    keyGroups: groups.map((group) => group.map(masterKeyOf)),
  };
}
