import path from 'node:path';
import type { CreationRule } from '../../../config/config.ts';
import { type EncryptionRule, resolveRule } from '../../../config/encryption-rule.ts';
import { requireRule } from '../../../config/match.ts';
import { storeStyle } from '../../../config/stores.ts';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { EmitStyle, Format } from '../../../formats/format.ts';
import type { KeySource, MasterKey } from '../../../keys/key-source.ts';
import { keySources } from '../../../keys/registry.ts';
import type { Configuration } from '../../../repository/configuration.ts';
import { Configurations } from '../../../repository/configurations.ts';
import { workSnapshot } from '../../../repository/snapshots.ts';
import type { FilePolicy } from '../../../sops/encrypt.ts';
import { defaultDecryptionOrder, Keyring } from '../../../sops/keyring.ts';
import { type OpenFile, openFile } from '../../../sops/open-file.ts';
import type { SealedFile } from '../../../sops/sealed-file.ts';
import type { System } from '../../../system/system.ts';
import type { Encryption } from '../../encryption.ts';
import { policyFor } from '../policy.ts';
import { refuseForeignAccess } from '../workbench.ts';
import type { ManyRequest } from './request.ts';

/** What the work on many files shares in one thread: the system, the keyring, the configurations. */
export class Shop {
  readonly system: System;
  readonly keyring: Keyring;
  readonly #flag: string | null;
  readonly #configurations = new Map<string, Configurations>();
  /** What each rule asks for, worked out once; recipients are parsed in it. */
  readonly #policies = new Map<CreationRule | Configuration | null, Promise<FilePolicy>>();
  readonly #wanted = new Map<CreationRule, EncryptionRule>();

  /** Throws `key.*` for an access that is not to be had. */
  constructor(system: System, sources: readonly KeySource[], { access, config }: ManyRequest) {
    refuseForeignAccess(access);
    this.system = system;
    this.keyring = new Keyring(system, sources, access.order ?? defaultDecryptionOrder);
    this.#flag = config;
  }

  /** Returns the configuration of a file (absolute): the nearest `.sops.yaml` above it, unless one was named. */
  configuration(file: string): Promise<Configuration | null> {
    const { root } = path.parse(file);
    const known =
      this.#configurations.get(root) ??
      new Configurations(this.system, workSnapshot(this.system, root, null), this.#flag);
    this.#configurations.set(root, known);
    return known.nearest(file.slice(root.length).split(path.sep).join('/'));
  }

  async style(file: string, format: Format): Promise<EmitStyle> {
    return storeStyle((await this.configuration(file))?.config ?? null, format.name);
  }

  open(sealed: SealedFile, ignoreMac: boolean, system: System): Promise<OpenFile> {
    return openFile(sealed, { system, keyring: this.keyring, ignoreMac });
  }

  /** How a new file is encrypted, by flags or its rule. Binary files are not shared in this. Throws `config.*`, `key.*`. */
  async policy(file: string, format: Format, encryption: Encryption, system: System): Promise<FilePolicy> {
    const configuration = await this.configuration(file);
    const decide = () => policyFor(system, configuration, file, encryption, format.name === 'binary');
    if (format.name === 'binary') return decide();
    const matched = configuration === null ? null : await configuration.matcher.match(file);
    const key = matched?.rule ?? configuration;
    const known = this.#policies.get(key) ?? decide();
    this.#policies.set(key, known);
    return known;
  }

  /** The key groups and the threshold that a file should have; 0 is none. Throws `config.*`, `key.invalid`. */
  async wanted(file: string): Promise<{ keyGroups: readonly (readonly MasterKey[])[]; threshold: number }> {
    const configuration = await this.configuration(file);
    if (configuration === null) throw noConfiguration();
    const rule = requireRule(configuration.config, await configuration.matcher.match(file));
    const resolved = this.#wanted.get(rule) ?? resolveRule(rule, keySources);
    this.#wanted.set(rule, resolved);
    return { keyGroups: resolved.keyGroups, threshold: resolved.shamirThreshold };
  }
}

function noConfiguration(): SopskitError {
  return new SopskitError('config.missing', 'there is no .sops.yaml above the file to take the keys from', {
    hint: 'Name the file with --config.',
  });
}
