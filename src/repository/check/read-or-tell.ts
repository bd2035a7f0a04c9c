import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Scene } from './scene.ts';
import { unreadableFile } from './target-findings.ts';

/** Reads a file; that it cannot be read is a finding, and ends nothing. */
export async function readOrTell(
  read: () => Promise<Uint8Array | null>,
  place: { readonly file: string; readonly commit: string | null },
  scene: Scene,
): Promise<Uint8Array | null> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    scene.tell(unreadableFile, {
      ...place,
      message: `the file cannot be read: ${error.message}`,
      fix: error.hint ?? 'Mend its permissions.',
    });
    return null;
  }
}
