import { withoutValue } from '../../cluster/said.ts';
import { withoutIdentities } from '../../errors/without-identities.ts';

/** Longer messages are cut: a build that fails for many files says the same of each. */
const longest = 2000;

/** A controller's message as it may be shown: without its temporary folders, values and private keys. */
export function cleaned(message: string): string {
  const bare = message
    .replace(/(?:\/[\w.-]+)*\/kustomization-\d+\//g, '')
    .replace(/\(combined from similar events\): ?/g, '')
    .replace(/ENC\[[A-Z0-9_]+,data:[^\]]*\]/g, 'ENC[…]');
  const safe = withoutLogins(withoutIdentities(withoutValue(bare))).trim();
  return safe.length > longest ? `${safe.slice(0, longest)} …` : safe;
}

/** Takes user and password out of every URL, also of one made a path (`/x/http:/user@host`). One that Go cannot parse may have slashes in its password. */
export function withoutLogins(text: string): string {
  return text
    .replace(/\b([a-z][a-z0-9+.-]*:\/+)[^\s"'<>/?#]*@/gi, '$1')
    .replace(/\b([a-z][a-z0-9+.-]*:\/+)[^\s"'<>:/?#]*:(?!\d+(?:[/?#]))[^\s"'<>]*@/gi, '$1')
    .replace(/invalid (port|userinfo) "[^"]*"/g, 'invalid $1');
}
