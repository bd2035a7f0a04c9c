import type { KeyFinding } from './key-rule.ts';
import { opensIn } from './opened.ts';
import { type KeyedKustomization, type SceneCluster, secretText } from './scene.ts';

/**
 * How a Kustomization stands: `opens`: its Secret opens all of its encrypted files; `fails`: it cannot work as it is, or
 * does not; `stored`: ciphertext is stored as the value; `nothing`: it has nothing encrypted; `unknown`: it could not be
 * told; `untried`: the cluster was not asked.
 */
export type Verdict = 'opens' | 'fails' | 'stored' | 'nothing' | 'unknown' | 'untried';

const stored: ReadonlySet<string> = new Set([
  'flux.ciphertext-stored',
  'flux.cut-off',
  'cluster-key.ciphertext-live',
]);

/** What fails or weakens something, and leaves decryption as it is. */
const harmless: ReadonlySet<string> = new Set(['cluster-key.mac', 'cluster-key.not-ready-otherwise']);

export function verdictOf(
  one: KeyedKustomization,
  { name, live }: SceneCluster,
  findings: readonly KeyFinding[],
): Verdict {
  const errors = findings.filter(
    (finding) =>
      finding.level === 'error' &&
      !harmless.has(finding.rule.code) &&
      finding.kustomizations.includes(one.key) &&
      (finding.cluster === null || finding.cluster === name) &&
      isOfNow(one, finding),
  );
  if (errors.some(({ rule }) => !stored.has(rule.code))) return 'fails';
  if (errors.length > 0) return 'stored';
  const { decryption, provider, secret } = one;
  if (decryption === null) return 'unknown';
  if (decryption.sealed.length === 0) return decryption.unknowns.length === 0 ? 'nothing' : 'unknown';
  if (provider === null) return 'unknown';
  if (live === null) return 'untried';
  if (secret === null || live.secrets.get(secretText(secret))?.kind !== 'found') return 'unknown';
  return decryption.sealed.every((file) => opensIn(one, live, file) === true) ? 'opens' : 'unknown';
}

/** Where the live one is another than the repository's: what is wrong only with the latter is not so yet. */
function isOfNow({ next, secret }: KeyedKustomization, finding: KeyFinding): boolean {
  if (next === null) return true;
  if (finding.secret !== null) return secret !== null && secretText(finding.secret) === secretText(secret);
  return !finding.rule.code.startsWith('flux.');
}
