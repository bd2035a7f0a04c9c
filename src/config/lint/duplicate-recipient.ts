import { SopskitError } from '../../errors/sopskit-error.ts';
import { comparableRecipient } from '../../keys/age/recipient-text.ts';
import type { LintRule, LintSubject, Problem } from './lint-rule.ts';
import { type ListedRecipient, recipientsOf, rulesWithRecipients } from './recipients.ts';

export const duplicateRecipient: LintRule = {
  info: {
    code: 'config.duplicate-recipient',
    level: 'warning',
    title: 'a recipient that is listed twice',
    about:
      'The same key twice in a rule is a slip of the hand, often with another key that was meant. In two key groups it lets one person open both, which undoes what the groups are for.',
  },
  check: ({ config, sources }: LintSubject) =>
    rulesWithRecipients(config).flatMap((rule) => duplicates(recipientsOf(rule, sources))),
};

function duplicates(recipients: readonly ListedRecipient[]): Problem[] {
  const seen = new Map<string, ListedRecipient>();
  return recipients.flatMap((listed) => {
    const id = idOf(listed);
    if (id === null) return [];
    // a rule's own recipients do not count beside key groups: `config.ignored-recipients`
    const key = `${listed.group === null ? 'own' : 'group'} ${id}`;
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, listed);
      return [];
    }
    return [problemOf(listed, first)];
  });
}

function problemOf({ place, rule, group, field }: ListedRecipient, first: ListedRecipient): Problem {
  const at =
    first.place.line === undefined || first.place.line === place.line
      ? ''
      : `, first in line ${first.place.line}`;
  if (group === null || group === first.group)
    return {
      place,
      message: `rule ${rule.index + 1} lists the same ${field} key twice${at}`,
      fix: 'Remove one.',
    };
  return {
    place,
    message: `the same ${field} key is in key groups ${first.group} and ${group} of rule ${rule.index + 1}${at}`,
    fix: 'Give each group keys of its own.',
  };
}

function idOf({ value, source }: ListedRecipient): string | null {
  if (source === null || value === '') return null;
  try {
    const id = typeof value === 'string' ? source.parse(value)[0]?.id : source.parseFields?.(value).id;
    return id === undefined ? null : `${source.name} ${normal(source.name, id)}`;
  } catch (error) {
    if (error instanceof SopskitError) return null;
    throw error;
  }
}

/** What else names the same key: the case of a fingerprint, the comment of an SSH key. */
function normal(source: string, id: string): string {
  return source === 'pgp' ? id.replace(/^0x/i, '').toUpperCase() : comparableRecipient(id);
}
