import path from 'node:path';
import { findConfig } from '../../config/find.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { System } from '../../system/system.ts';
import { recipientNames } from '../recipient-names.ts';

/** Names of recipients, from the `.sops.yaml` nearest to a file. None where it cannot be read: names are decoration. */
export async function namesNear(system: System, file: string): Promise<ReadonlyMap<string, string>> {
  try {
    const { path: found } = findConfig(system.files, path.dirname(file));
    const bytes = found === null ? null : system.files.read(found);
    return bytes === null ? new Map() : await recipientNames(bytes);
  } catch (error) {
    if (error instanceof SopskitError) return new Map();
    throw error;
  }
}
