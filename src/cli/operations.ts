import type { Mapping } from '../tree/value.ts';
import type { DecryptRequest } from './commands/decrypt.ts';
import type { EditRequest } from './commands/edit.ts';
import type { EncryptRequest } from './commands/encrypt.ts';
import type { ExecEnvRequest } from './commands/exec-env.ts';
import type { ExecFileRequest } from './commands/exec-file.ts';
import type { FileStatusRequest } from './commands/filestatus.ts';
import type { GroupsAddRequest } from './commands/groups-add.ts';
import type { GroupsDeleteRequest } from './commands/groups-delete.ts';
import type { KeyserviceRequest } from './commands/keyservice.ts';
import type { PublishRequest } from './commands/publish.ts';
import type { RotateRequest } from './commands/rotate.ts';
import type { SetRequest } from './commands/set.ts';
import type { UnsetRequest } from './commands/unset.ts';
import type { UpdateKeysRequest } from './commands/updatekeys.ts';
import type { Settings } from './settings.ts';

/** The file an operation works on, already read. */
export interface Source {
  readonly bytes: Uint8Array;
  /** Absolute path of the file, or `null` for standard input. */
  readonly path: string | null;
  /**
   * Absolute path that decides the format and the creation rule: `--filename-override`, else `path`, else the empty
   * string (which means binary).
   */
  readonly name: string;
}

/**
 * What the commands need done with SOPS files. Bytes in, bytes out: reading, writing, `--output` and `--in-place`
 * are the command line's business (`cli/streams.ts`). Fields of a request that concern only reading and writing
 * (`file`, `inPlace`, `output`) are ignored here.
 *
 * Everything throws SopskitError with the code whose status sops ends with.
 */
export interface Operations {
  /**
   * Encrypts a plaintext file. The selectors of the request win over those of the creation rule; more than one
   * selector in the end is `usage.conflict` (except for binary, which ignores them with a warning).
   * No rule and no keys: `config.no-match`.
   */
  encrypt(request: EncryptRequest, source: Source): Promise<Uint8Array>;
  /** Decrypts a file, or the part at `request.extract`: a string raw, anything else in the output format. */
  decrypt(request: DecryptRequest, source: Source): Promise<Uint8Array>;
  /** Decrypts into the tree of the first document, in the format of the file's name. For the environment of a program. */
  decryptTree(request: ExecEnvRequest, source: Source): Promise<Mapping>;
  /** Decrypts into the output format. For a program's temporary file. */
  decryptFile(request: ExecFileRequest, source: Source): Promise<Uint8Array>;
  /** Opens a file for the editor. */
  edit(request: EditRequest, source: Source): Promise<Editing>;
  /** Makes a new file at `name` (absolute): offers the format's example. */
  editNew(request: EditRequest, name: string): Promise<Editing>;
  /** Sets one value. `value` is JSON text, as typed; throws `usage.set-value` when it is not JSON. */
  set(request: SetRequest, source: Source, value: string): Promise<SetResult>;
  /** Removes one value. Throws `document.path-not-found`. */
  unset(request: UnsetRequest, source: Source): Promise<Uint8Array>;
  /** Makes a new data key, adding and removing master keys. */
  rotate(request: RotateRequest, source: Source): Promise<Uint8Array>;
  /** Compares the keys of a file with those of its creation rule. Unwraps nothing until `apply`. */
  updateKeys(request: UpdateKeysRequest, source: Source): Promise<KeyUpdate>;
  /** Adds a key group. */
  groupsAdd(request: GroupsAddRequest, source: Source): Promise<Uint8Array>;
  /** Removes a key group. Throws `usage.invalid` when there is no such group or the threshold can no longer be met. */
  groupsDelete(request: GroupsDeleteRequest, source: Source): Promise<Uint8Array>;
  /** Says whether a file holds SOPS metadata with a version and a MAC. Decrypts nothing. */
  fileStatus(request: FileStatusRequest, source: Source): Promise<{ readonly encrypted: boolean }>;
  /**
   * Fails as sops does before `FILE`, `-r` and `--set` (not before their command forms): `config.invalid` for an
   * unreadable configuration, `config.no-match` for one without a rule for `name` (absolute). No configuration is fine.
   */
  checkRule(settings: Settings, name: string): Promise<void>;
  /** Publishes files as `destination_rules` say. Reads and asks by itself. */
  publish(request: PublishRequest): Promise<void>;
  /** Serves keys to other sops processes until it is interrupted. */
  serveKeys(request: KeyserviceRequest): Promise<void>;
}

/** A file open in the editor. Holds the data key: `close` wipes it. */
export interface Editing {
  /** What the user gets to see. */
  readonly text: Uint8Array;
  /**
   * Encrypts what the user made of it. Throws `document.*`, `sops.*` or `key.none` for a text that cannot be
   * encrypted as it stands: the user is then asked to go on editing.
   */
  seal(edited: Uint8Array): Promise<Uint8Array>;
  /** Encrypts an edit that `seal` refuses for the same keys, as a binary file. */
  keep(edited: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

export interface SetResult {
  readonly bytes: Uint8Array;
  /** Whether the value differs from what was there. */
  readonly changed: boolean;
}

/** What `updatekeys` would change. */
export interface KeyUpdate {
  /** One entry a key group, in order. */
  readonly groups: readonly KeyGroupChange[];
  /** Shamir thresholds; 0 is none. */
  readonly threshold: { readonly from: number; readonly to: number };
  /** Returns the file with the new keys. Throws `key.unavailable` when the data key cannot be unwrapped. */
  apply(): Promise<Uint8Array>;
}

/** Keys as sops prints them: recipient, fingerprint, ARN. */
export interface KeyGroupChange {
  readonly kept: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}
