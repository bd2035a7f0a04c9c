import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Input } from '../command.ts';

/** The `parse` of commands without arguments. Throws `usage.invalid` for any. */
export function readNothing({ args }: Input): null {
  if (args.length > 0) throw new SopskitError('usage.invalid', 'this command takes no arguments');
  return null;
}
