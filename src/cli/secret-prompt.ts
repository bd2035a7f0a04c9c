import { SopskitError } from '../errors/sopskit-error.ts';
import type { System } from '../system/system.ts';

/** Where to put a value when nobody can be asked. */
const insteadHint = 'Pipe the value in, or name a file that holds it: see `sopskit secret --help`.';

/**
 * Asks for a value on the terminal, twice, without showing it: nobody sees a slip. A prompt gives one line, without a
 * line break. Throws `prompt.unavailable`, `manifest.invalid` where it was left empty.
 */
export async function askValue(question: string, system: System): Promise<Uint8Array> {
  for (;;) {
    const first = await system.prompts.secret(question, insteadHint);
    if (first.length === 0)
      throw new SopskitError('manifest.invalid', 'no value was given; nothing was written');
    const again = await system.prompts.secret('The same again', insteadHint);
    const bytes = first.lend((value) => Uint8Array.from(value));
    const same = again.lend((value) => Buffer.compare(value, bytes) === 0);
    first.wipe();
    again.wipe();
    if (same) return bytes;
    bytes.fill(0);
    system.prompts.tell('The two are not the same. Once more.');
  }
}
