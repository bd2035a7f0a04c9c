import { SopskitError } from '../errors/sopskit-error.ts';
import type { Prompts } from '../system/prompts.ts';
import type { System } from '../system/system.ts';

const commandVariables = ['SOPS_AGE_KEY_CMD', 'SOPS_AGE_SSH_PRIVATE_KEY_CMD'];

/**
 * The same system for looking through a thousand files unasked: no program is run (no key command, no plugin, no agent),
 * nobody is asked for a passphrase, and nothing is warned of.
 */
export function quietSystem(system: System): System {
  const { env, processes } = system;
  const without = (name: string): boolean => commandVariables.includes(name);
  return {
    ...system,
    env: { get: (name) => (without(name) ? undefined : env.get(name)), all: () => env.all() },
    processes: {
      find: () => null,
      run: (program) => Promise.reject(notRun(program)),
      converse: (program) => {
        throw notRun(program);
      },
      attach: (program) => Promise.reject(notRun(program)),
      detach: (program) => Promise.reject(notRun(program)),
    } satisfies typeof processes,
    prompts: silent,
    warn: () => undefined,
  };
}

const silent: Prompts = {
  available: false,
  secret: () => Promise.reject(unasked()),
  text: () => Promise.reject(unasked()),
  choose: () => Promise.reject(unasked()),
  tell: () => undefined,
};

function notRun(program: string): SopskitError {
  return new SopskitError('process.missing', `${program} is not run here`);
}

function unasked(): SopskitError {
  return new SopskitError('prompt.unavailable', 'passphrases are not asked for here');
}
