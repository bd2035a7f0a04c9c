import { withoutValue } from '../../cluster/refusal.ts';
import { withoutIdentities } from '../../errors/without-identities.ts';

/** Longer messages are cut: a build that fails for many files says the same of each. */
const longest = 2000;

/** A controller's message as it may be shown: without its temporary folders, values and private keys. */
export function cleaned(message: string): string {
  const bare = message
    .replace(/(?:\/[\w.-]+)*\/kustomization-\d+\//g, '')
    .replace(/\(combined from similar events\): ?/g, '')
    .replace(/ENC\[[A-Z0-9_]+,data:[^\]]*\]/g, 'ENC[…]');
  const safe = withoutIdentities(withoutValue(bare)).trim();
  return safe.length > longest ? `${safe.slice(0, longest)} …` : safe;
}
