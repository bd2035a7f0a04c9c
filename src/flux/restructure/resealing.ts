import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Draft } from './draft.ts';
import type { Ground } from './ground.ts';

/**
 * Sees to the encrypted files that a draft moves: what the rule of the new path wants otherwise is sealed anew. Returns
 * remarks. Throws `restructure.refused` where no rule is for the new path, or a file cannot be opened here.
 */
export async function resealMoved({ resealer }: Ground, draft: Draft): Promise<readonly string[]> {
  const remarks: string[] = [];
  const head = draft.snapshot();
  for (const [from, to] of draft.moved) {
    const bytes = await draft.read(to);
    if (bytes === null || !looksSealed(bytes)) continue;
    const done = await resealer?.reseal({ from, to, bytes, base: draft.base, head });
    if (done === undefined)
      throw new SopskitError(
        'restructure.refused',
        `${from} is encrypted: whether it fits at ${to} was not looked at`,
      );
    if (done.kind === 'refused')
      throw new SopskitError('restructure.refused', `${from} cannot move to ${to}: ${done.message}`, {
        hint: done.hint,
      });
    if (done.kind === 'resealed') {
      await draft.write(to, done.bytes);
      remarks.push(`${to} is sealed anew for the rule of its new path: ${done.changes}.`);
    }
  }
  return remarks;
}

/** Whether a file can be one of sops: what no format needs to be read for. */
export function looksSealed(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return text.includes('ENC[AES256_GCM,') || (text.includes('sops') && text.includes('lastmodified'));
}
