/**
 * sopskit as a library: SOPS files in, SOPS files out. Every function is pure but for the `system` it is given.
 *
 * @module
 */
export type { Selector, SelectorKind } from './config/selector.ts';
export type { ErrorCode } from './errors/codes.ts';
export { type ErrorDetails, type Place, SopskitError } from './errors/sopskit-error.ts';
export type { FormatName } from './formats/format.ts';
export { isEncrypted, rotate, set, unset, updateKeys } from './library/change.ts';
export { type DecryptSettings, decrypt, decryptTree, extract } from './library/decrypt.ts';
export { type EncryptSettings, encrypt, type Recipients } from './library/encrypt.ts';
export { generateIdentity, type NewIdentity } from './library/identity.ts';
export { isolatedSystem } from './library/isolated-system.ts';
export type { FileSettings } from './library/settings.ts';
export { Secret } from './secret/secret.ts';
export type { Environment } from './system/environment.ts';
export type { FileStatus, Files, PrivateFolder } from './system/files.ts';
export { nodeSystem } from './system/node/node-system.ts';
export type { Conversation, Processes, RunOptions, RunResult } from './system/processes.ts';
export type { Prompts } from './system/prompts.ts';
export type { Platform, System } from './system/system.ts';
export type { Path } from './tree/path.ts';
export type * from './tree/value.ts';
