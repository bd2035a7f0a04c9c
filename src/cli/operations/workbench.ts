import { storeStyle } from '../../config/stores.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { EmitStyle, Format, FormatName } from '../../formats/format.ts';
import { formatNamed } from '../../formats/registry.ts';
import { keySources } from '../../keys/registry.ts';
import { type Configuration, loadConfiguration } from '../../repository/configuration.ts';
import { Keyring } from '../../sops/keyring.ts';
import { type OpenFile, openFile } from '../../sops/open-file.ts';
import { readSealedFile, type SealedFile } from '../../sops/sealed-file.ts';
import type { System } from '../../system/system.ts';
import type { KeyAccess } from '../key-access.ts';
import type { Source } from '../operations.ts';
import type { Settings } from '../settings.ts';
import { sealedFormat } from './file-format.ts';

/** What the commands share: the system, the configuration and one keyring per way of access. */
export class Workbench {
  readonly system: System;
  #configurations = new Map<string | null, Promise<Configuration | null>>();
  #keyrings = new Map<string, Keyring>();

  constructor(system: System) {
    this.system = system;
  }

  configuration({ config }: Settings): Promise<Configuration | null> {
    const known = this.#configurations.get(config);
    if (known !== undefined) return known;
    const loading = loadConfiguration(this.system, config);
    this.#configurations.set(config, loading);
    return loading;
  }

  keyring(access: KeyAccess): Keyring {
    refuseForeignAccess(access);
    const id = access.order?.join() ?? '';
    const known = this.#keyrings.get(id);
    if (known !== undefined) return known;
    const keyring = new Keyring(this.system, keySources, access.order ?? undefined);
    this.#keyrings.set(id, keyring);
    return keyring;
  }

  /** Indentation for a format: `--indent`, then the configuration. */
  async style(settings: Settings, format: Format): Promise<EmitStyle> {
    const configuration = await this.configuration(settings);
    return storeStyle(configuration?.config ?? null, format.name, settings.indent ?? undefined);
  }

  async readSealed(request: { readonly inputType: FormatName | null }, source: Source): Promise<SealedFile> {
    const format = await sealedFormat(request.inputType, source.name, source.bytes);
    return placed(source, () => readSealedFile(format, source.bytes, keySources));
  }

  async open(request: OpenRequest, source: Source): Promise<OpenFile> {
    const sealed = await this.readSealed(request, source);
    const options = {
      system: this.system,
      keyring: this.keyring(request.access),
      ignoreMac: request.ignoreMac,
    };
    return placed(source, () => openFile(sealed, options));
  }

  /** The format to write: the one asked for, else the one that was read. */
  async outputFormat(asked: FormatName | null, input: Format): Promise<Format> {
    return asked === null ? input : formatNamed(asked);
  }
}

/** Refuses what this release cannot do: keys of a key service, or none at all. Throws `key.unsupported`, `key.unavailable`. */
export function refuseForeignAccess(access: KeyAccess): void {
  if (access.services.length > 0) throw noKeyService();
  if (!access.local) throw noLocalKeys();
}

export interface OpenRequest {
  readonly inputType: FormatName | null;
  readonly ignoreMac: boolean;
  readonly access: KeyAccess;
}

/** Runs `work` and puts the file's name into its errors. */
export async function placed<T>(
  source: Pick<Source, 'path' | 'name'>,
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const file = source.path ?? source.name;
    throw error instanceof SopskitError && file !== '' ? error.at({ file }) : error;
  }
}

function noLocalKeys(): SopskitError {
  return new SopskitError(
    'key.unavailable',
    'no keys may be used: those of this machine are switched off, and no key service is named',
    {
      hint: 'Leave --enable-local-keyservice=false and SOPS_ENABLE_LOCAL_KEYSERVICE out.',
    },
  );
}

function noKeyService(): SopskitError {
  return new SopskitError(
    'key.unsupported',
    'this release of sopskit uses the keys of this machine only; it speaks to no key service',
    {
      hint: 'Leave --keyservice and SOPS_KEYSERVICE out, or use sops for this file.',
    },
  );
}
