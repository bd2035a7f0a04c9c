import { defaultSelector } from '../../config/selector.ts';
import { type NamedRecipient, type RuleWish, secretValuesRegex } from './config-text.ts';
import type { Coverage } from './existing-config.ts';

/** What a rule that is there does otherwise than a new one would: sentences. `shown` is its file. */
export function ruleNotes(coverage: Coverage, wish: RuleWish, shown: string): string[] {
  const where = `The rule${lineOf(coverage)} of ${shown}`;
  if (coverage.isShadowed)
    return [`${where} comes behind one that takes its files first: move it in front of that one.`];
  return [
    ...recipientNotes(coverage, wish.recipients, where),
    ...(wish.preset === 'kubernetes' ? secretNotes(coverage, where) : wholeNotes(coverage, where)),
  ];
}

/** ` (line 5)`, or nothing. */
export function lineOf({ rule }: Pick<Coverage, 'rule'>): string {
  return rule.place.line === undefined ? '' : ` (line ${rule.place.line})`;
}

function recipientNotes({ keys }: Coverage, recipients: readonly NamedRecipient[], where: string): string[] {
  const missing = recipients.filter(({ recipient }) => !keys.has(recipient));
  return missing.map(({ recipient, name, isNew }) => {
    const whom = isNew ? 'your new key' : `${recipient}${name === null ? '' : ` (${name})`}`;
    return `${where} does not encrypt for ${whom}. Whoever can open the files adds it there, and to the files: sopskit updatekeys FILE…`;
  });
}

function secretNotes(
  { rule, encryptsValues, encryptsKind, example, isGeneral }: Coverage,
  where: string,
): string[] {
  const noSelector =
    Object.keys(rule.selectors).length === 0
      ? ` (without a selector, all but what ends in ${defaultSelector.value} is)`
      : '';
  return [
    ...(encryptsValues
      ? []
      : [`${where} leaves values of a Secret readable: its encrypted_regex should be ${secretValuesRegex}.`]),
    ...(encryptsKind
      ? [
          `${where} encrypts the kind and name of an object, too${noSelector}: kubectl and Flux cannot read such a file. Give it encrypted_regex: ${secretValuesRegex}.`,
        ]
      : []),
    ...(isGeneral
      ? []
      : [`${where} takes files with names like ${example} only: give files with Secrets such names.`]),
  ];
}

function wholeNotes({ encryptsKind, example }: Coverage, where: string): string[] {
  if (encryptsKind) return [];
  return [
    `${where} leaves values readable of files such as ${example}: a rule without a selector, in front of it, would encrypt all.`,
  ];
}
