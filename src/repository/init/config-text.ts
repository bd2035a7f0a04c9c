import { mappingOf, stringOf } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import type { Preset } from './init-options.ts';

/** What a rule of a folder is to say. */
export interface RuleWish {
  /** `null`: every file below the configuration. */
  readonly pathRegex: string | null;
  readonly preset: Preset;
  readonly recipients: readonly NamedRecipient[];
}

export interface NamedRecipient {
  readonly recipient: string;
  /** Whose key it is, for a comment behind it. */
  readonly name: string | null;
  /** Whether the key is yet to be made, so that its recipient says nothing to anybody. */
  readonly isNew?: boolean;
}

/** Values of Secrets, and nothing else: Flux and kubectl must be able to read what an object is. */
export const secretValuesRegex = '^(data|stringData)$';

/** Returns the text of a new `.sops.yaml`. */
export function configText(wishes: readonly RuleWish[]): string {
  return [
    '# Whom sops and sopskit encrypt for, and what. The first rule whose path_regex matches a file counts.',
    '# After a change here: sopskit updatekeys FILE…',
    'creation_rules:',
    ...wishes.flatMap(ruleLines).map((line) => `  ${line}`),
    '',
  ].join('\n');
}

/** Returns the lines of a rule, as an item of `creation_rules`. */
export function ruleLines({ pathRegex, preset, recipients }: RuleWish): string[] {
  const fields = [
    ...(pathRegex === null ? [] : [`path_regex: ${plainOrQuoted(pathRegex)}`]),
    ...(preset === 'kubernetes' ? [`encrypted_regex: ${secretValuesRegex}`] : []),
    'age:',
    ...recipients.map(
      ({ recipient, name }) => `  - ${plainOrQuoted(recipient)}${name === null ? '' : ` # ${name}`}`,
    ),
  ];
  const about =
    preset === 'kubernetes'
      ? '# Of Kubernetes manifests only the values of Secrets are encrypted: people and Flux can read the rest.'
      : '# Every value is encrypted.';
  return [about, ...fields.map((field, index) => `${index === 0 ? '- ' : '  '}${field}`)];
}

/** The rule as a tree, to be put into a configuration that is there; without the names. */
export function ruleTree({ pathRegex, preset, recipients }: RuleWish): Mapping {
  const items = recipients.map(({ recipient }) => stringOf(recipient));
  return mappingOf([
    ['path_regex', pathRegex === null ? undefined : stringOf(pathRegex)],
    ['encrypted_regex', preset === 'kubernetes' ? stringOf(secretValuesRegex) : undefined],
    ['age', { kind: 'sequence', items }],
  ]);
}

/** Expressions for paths are full of backslashes, which only single quotes and plain text leave alone. */
function plainOrQuoted(text: string): string {
  const isPlain = /^[A-Za-z0-9^\\./(]/.test(text) && !/: | #|:$|\s$|[^\x20-\x7e]/.test(text);
  return isPlain ? text : `'${text.replaceAll("'", "''")}'`;
}
