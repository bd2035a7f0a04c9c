import { quietSystem } from '../../../repository/quiet-system.ts';
import type { System } from '../../../system/system.ts';

/**
 * The same system for building what Kustomizations apply: its programs run, but nobody is asked for a passphrase, and
 * neither gpg nor a key command runs. What is encrypted need not be opened to know for whom it is.
 */
export function unaskingSystem(system: System): System {
  const { env, prompts } = quietSystem(system);
  const gpg = system.env.get('SOPS_GPG_EXEC') || 'gpg';
  const { processes } = system;
  return {
    ...system,
    ...{ env, prompts },
    processes: { ...processes, find: (program) => (program === gpg ? null : processes.find(program)) },
  };
}
