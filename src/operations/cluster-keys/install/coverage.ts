import type { KustomizationDecryption, SealedFileUse } from '../../../flux/decryption/decryption.ts';
import { opensWith } from '../../../sops/opens-with.ts';
import { holdsUsable } from '../holds.ts';
import type { Holds, KeySecret } from '../key-secret.ts';

/** A Kustomization that decrypts with the Secret, and whether it is the controller's own to it (age keys only). */
export interface SecretUser {
  readonly decryption: KustomizationDecryption;
  readonly global: boolean;
}

/** What a Kustomization's files will open with. */
export interface Coverage {
  /** `namespace/name`. */
  readonly kustomization: string;
  readonly opened: readonly string[];
  readonly unopened: readonly SealedFileUse[];
  /** Why it cannot be told whether that is all. */
  readonly unknowns: readonly string[];
}

/** Tells what opens with a Secret as it is, or will be; `null`: with none. */
export function coverageOf(users: readonly SecretUser[], secret: KeySecret | null): readonly Coverage[] {
  const secrets = secret === null ? [] : [secret];
  return users.map(({ decryption: { key, sealed, unknowns }, global }) => {
    const holds = holdsUsable(secrets, { ageOnly: global });
    const unopened = sealed.filter(({ metadata }) => !opensWith(metadata, holds));
    return {
      kustomization: key,
      opened: sealed.filter((file) => !unopened.includes(file)).map(({ path }) => path),
      unopened,
      unknowns: unknowns.map(({ message }) => message),
    };
  });
}

/** The files of Kustomizations, each once. */
export function filesOf(decryptions: readonly KustomizationDecryption[]): readonly SealedFileUse[] {
  const files = decryptions.flatMap(({ sealed }) => sealed);
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

/** Those of files that keys open. */
export function openedBy(files: readonly SealedFileUse[], holds: Holds): readonly SealedFileUse[] {
  return files.filter(({ metadata }) => opensWith(metadata, holds));
}
