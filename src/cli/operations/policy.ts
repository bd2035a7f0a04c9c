import { policyOf } from '../../config/encryption-rule.ts';
import { keyGroupsOf } from '../../config/key-groups.ts';
import { requireRule } from '../../config/match.ts';
import { combineSelectors, type Selector, type SelectorFields } from '../../config/selector.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { keySources } from '../../keys/registry.ts';
import type { Configuration } from '../../repository/configuration.ts';
import type { FilePolicy } from '../../sops/encrypt.ts';
import type { System } from '../../system/system.ts';
import type { Encryption, Selectors } from '../encryption.ts';
import { masterKeys } from './master-keys.ts';

/**
 * Decides how a new file is encrypted: flags over creation rule, as sops (cmd/sops/main.go, getEncryptConfig) - but
 * keys given by flags need no matching rule. `binary` files have one value, and selectors do not apply to it.
 * Throws `config.*`, `key.*`, `usage.conflict`.
 */
export async function policyFor(
  system: System,
  configuration: Configuration | null,
  name: string,
  request: Encryption,
  binary: boolean,
): Promise<FilePolicy> {
  const keys = masterKeys(request.keys, request);
  const rule = await ruleFor(configuration, name, keys.length === 0);
  const policy = rule === null ? null : policyOf(rule);
  const flags = selectorFields(request.selectors);
  const shared = { shamirThreshold: request.threshold ?? policy?.shamirThreshold ?? 0 };
  const keyGroups = keys.length > 0 || rule === null ? [keys] : keyGroupsOf(rule, keySources);
  if (binary) {
    warnOfSelector(system, Object.keys(flags)[0] ?? policy?.selector?.kind);
    return { ...shared, keyGroups, selector: null, macOnlyEncrypted: false };
  }
  const selector: Selector = combineSelectors(flags, policy?.selector ?? null);
  return {
    ...shared,
    keyGroups,
    selector,
    macOnlyEncrypted: request.macOnlyEncrypted || policy?.macOnlyEncrypted === true,
  };
}

async function ruleFor(configuration: Configuration | null, name: string, needed: boolean) {
  if (configuration === null) {
    if (!needed) return null;
    throw new SopskitError(
      'config.no-match',
      'there is no .sops.yaml and no recipient was given: nobody could open the file',
      {
        hint: 'Give a recipient (--age age1…), or put a .sops.yaml with a creation rule above the file.',
      },
    );
  }
  const outcome = await configuration.matcher.match(name);
  return needed ? requireRule(configuration.config, outcome) : outcome.rule;
}

function selectorFields(given: Selectors): SelectorFields {
  const fields = {
    unencrypted_suffix: given.unencryptedSuffix,
    encrypted_suffix: given.encryptedSuffix,
    unencrypted_regex: given.unencryptedRegex,
    encrypted_regex: given.encryptedRegex,
    unencrypted_comment_regex: given.unencryptedCommentRegex,
    encrypted_comment_regex: given.encryptedCommentRegex,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function warnOfSelector(system: System, kind: string | undefined): void {
  if (kind === undefined || kind === 'unencrypted_comment_regex') return;
  system.warn(`${kind} is ignored: a binary file is one value, and it is always encrypted`);
}
