import type { System } from '../system/system.ts';
import type { ChosenContext } from './kubeconfig.ts';

/** Tokens of an OpenID provider; empty: none. */
export interface Tokens {
  readonly id: string;
  readonly refresh: string;
}

/**
 * Writes renewed tokens into the kubeconfig that has the old ones, as kubectl does. Only the tokens' characters are
 * replaced: comments and layout stay. Where that cannot be done and the old refresh token counts no more, the user is
 * told, as the next login fails.
 */
export function keepTokens(system: System, context: ChosenContext, before: Tokens, after: Tokens): void {
  const kept = tryToKeep(system, context.userFile, before, after);
  if (kept || after.refresh === before.refresh) return;
  system.warn(
    `the OpenID provider of user ${context.userName} gave a new refresh token, and it could not be kept in ${context.userFile ?? 'a kubeconfig'}: the next login may have to be made anew`,
  );
}

function tryToKeep({ files }: System, file: string | null, before: Tokens, after: Tokens): boolean {
  if (file === null) return false;
  const lock = `${file}.lock`;
  let isOurs = false;
  try {
    // kubectl takes the same lock, and writes nothing without it
    isOurs = files.create(lock, new Uint8Array(), 0o600);
    const text = isOurs ? Buffer.from(files.read(file) ?? []).toString() : '';
    const renewed = replaced(replaced(text, before.id, after.id), before.refresh, after.refresh);
    if (!isOurs || renewed === null) return false;
    if (renewed !== text) files.replace(file, Buffer.from(renewed), 0o600);
    return true;
  } catch {
    return false; // read-only, as a mounted kubeconfig is
  } finally {
    if (isOurs) files.remove(lock);
  }
}

/** `null` where it cannot be put there as it is, or the old one is not there. */
function replaced(text: string | null, old: string, token: string): string | null {
  if (text === null || old === token || old === '') return text;
  return text.includes(old) && /^[\w.\-/+=~]+$/.test(token) ? text.replaceAll(old, token) : null;
}
