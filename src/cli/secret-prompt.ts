import { SopskitError } from '../errors/sopskit-error.ts';
import type { System } from '../system/system.ts';

/**
 * Asks for a value on the terminal, twice, without showing it: nobody sees a slip. A prompt gives one line, without a
 * line break. `instead` says what to do where nobody can be asked. Throws `prompt.unavailable`, `manifest.invalid` where it
 * was left empty.
 */
export async function askValue(question: string, system: System, instead: string): Promise<Uint8Array> {
  for (;;) {
    const first = await system.prompts.secret(question, instead);
    if (first.length === 0)
      throw new SopskitError('manifest.invalid', 'no value was given; nothing was written', {
        hint: instead,
      });
    const again = await system.prompts.secret('The same again', instead);
    const bytes = first.lend((value) => Uint8Array.from(value));
    const same = again.lend((value) => Buffer.compare(value, bytes) === 0);
    first.wipe();
    again.wipe();
    if (same) return bytes;
    bytes.fill(0);
    system.prompts.tell('The two are not the same. Once more.');
  }
}
