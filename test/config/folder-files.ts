import type { Files } from '../../src/system/files.ts';
import { nodeSystem } from '../../src/system/node/node-system.ts';

/** The real files, with relative paths starting from `folder`, and `cwd` saying so (a test may not change its own). */
export function filesFrom(folder: string, cwd: string = folder): Files {
  const { files } = nodeSystem();
  const real = (file: string) => (file.startsWith('/') ? file : `${folder}/${file}`);
  return {
    ...files,
    cwd,
    status: (file) => files.status(real(file)),
    read: (file) => files.read(real(file)),
  };
}
