import { join } from 'node:path';
import { SopskitError } from '../errors/sopskit-error.ts';
import { isKey } from '../manifests/secret-manifest-rules.ts';
import { printablePath } from '../system/path-text.ts';
import type { System } from '../system/system.ts';
import { absolute, readPath } from './streams.ts';

/**
 * Returns the files of a folder, as `--from-file` takes them: regular files, and links to some - in a folder that
 * Kubernetes mounted each file is one, beside `..data`. What is passed over is said. Throws `manifest.invalid` for a name
 * that is no key, and for a folder without a file; `file.*`.
 */
export function filesOfFolder(folder: string, system: System): [string, Uint8Array][] {
  const entries = (system.files.entries(absolute(system, folder)) ?? []).map(({ name, kind }) => ({
    name,
    isFile:
      kind === 'file' ||
      (kind === 'symlink' && system.files.status(absolute(system, join(folder, name)))?.kind === 'file'),
  }));
  const files = entries.filter(({ isFile }) => isFile);
  const left = entries.filter(({ name, isFile }) => !isFile && !name.startsWith('..'));
  if (left.length > 0) {
    const names = left.map(({ name }) => printablePath(name)).join(', ');
    system.warn(
      `${printablePath(folder)}: left out ${names}: only files are taken, and none of a folder below`,
    );
  }
  const wrong = files.find(({ name }) => !isKey(name));
  if (wrong !== undefined) {
    throw new SopskitError('manifest.invalid', 'a file of the folder has a name that is no key of a Secret', {
      place: { file: join(folder, wrong.name) },
      hint: 'Name the files one by one, with a key: --from-file KEY=PATH.',
    });
  }
  if (files.length === 0) {
    throw new SopskitError('manifest.invalid', 'the folder holds no file', {
      place: { file: folder },
      hint: 'Name a folder whose files are the values, or a file.',
    });
  }
  return files.map(({ name }) => [name, readPath(system, join(folder, name), 'file.missing')]);
}
