import type { CreationRule } from '../../config/config.ts';
import { policyOf } from '../../config/encryption-rule.ts';
import { keyGroupsOf } from '../../config/key-groups.ts';
import { defaultSelector, type Selector } from '../../config/selector.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { MasterKey } from '../../keys/key-source.ts';
import { keySources } from '../../keys/registry.ts';
import type { PolicyView, RecipientView } from './explanation.ts';

/** What a rule asks for, as far as it can be read; what cannot goes into `problems`. */
export function policyView(
  rule: CreationRule,
  names: ReadonlyMap<string, string>,
  binary: boolean,
  problems: string[],
): PolicyView {
  const groups = readable(() => keyGroupsOf(rule, keySources), problems) ?? [];
  const selector = readable(() => policyOf(rule).selector ?? defaultSelector, problems);
  return {
    selector: selector === null || binary ? null : selectorView(selector),
    macOnlyEncrypted: rule.macOnlyEncrypted && !binary,
    keyGroups: groups.map((group) => group.map((key) => recipientView(key, names))),
    threshold: groups.length < 2 ? 1 : rule.shamirThreshold || groups.length,
  };
}

export function recipientView({ source, id }: MasterKey, names: ReadonlyMap<string, string>): RecipientView {
  return { kind: source, id, name: names.get(id) ?? null };
}

function selectorView(selector: Selector): PolicyView['selector'] {
  const { kind, value } = selector;
  return { kind, value, isDefault: selector === defaultSelector };
}

function readable<T>(read: () => T, problems: string[]): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    const line = error.place?.line === undefined ? '' : `line ${error.place.line}: `;
    problems.push(line + error.message);
    return null;
  }
}
