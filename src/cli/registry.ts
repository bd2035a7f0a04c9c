import type { Command } from './command.ts';

/** Loads one command. Each is a module of its own, so that a run loads no other. */
export type CommandLoader = () => Promise<{ readonly command: Command }>;

/** Every command by name, in the order in which the help lists them. A new command is a file and a line here. */
export const registry: ReadonlyMap<string, CommandLoader> = new Map<string, CommandLoader>([
  ['encrypt', () => import('./commands/encrypt.ts')],
  ['decrypt', () => import('./commands/decrypt.ts')],
  ['edit', () => import('./commands/edit.ts')],
  ['set', () => import('./commands/set.ts')],
  ['unset', () => import('./commands/unset.ts')],
  ['filestatus', () => import('./commands/filestatus.ts')],
  ['updatekeys', () => import('./commands/updatekeys.ts')],
  ['rotate', () => import('./commands/rotate.ts')],
  ['groups add', () => import('./commands/groups-add.ts')],
  ['groups delete', () => import('./commands/groups-delete.ts')],
  ['exec-env', () => import('./commands/exec-env.ts')],
  ['exec-file', () => import('./commands/exec-file.ts')],
  ['publish', () => import('./commands/publish.ts')],
  ['keyservice', () => import('./commands/keyservice.ts')],
  ['completion bash', () => import('./commands/completion-bash.ts')],
  ['completion zsh', () => import('./commands/completion-zsh.ts')],
  ['completion fish', () => import('./commands/completion-fish.ts')],
  ['completion pwsh', () => import('./commands/completion-pwsh.ts')],
]);
