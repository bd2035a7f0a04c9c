import type { UnknownField } from '../config.ts';
import {
  configFields,
  creationRuleFields,
  destinationRuleFields,
  groupFields,
  recipientFields,
  storeFields,
} from '../fields.ts';
import type { LintRule, LintSubject, Problem } from './lint-rule.ts';

/** Where a field may stand, and what it may be called there. */
interface Level {
  readonly title: string;
  readonly names: readonly string[];
}

const levels = {
  top: { title: 'the top level', names: configFields },
  rule: { title: 'a creation rule', names: creationRuleFields },
  group: { title: 'a key group', names: ['merge', ...groupFields.keys()] },
  destination: { title: 'a destination rule', names: destinationRuleFields },
  stores: { title: 'stores', names: [...storeFields.keys()] },
  store: { title: 'a store', names: ['indent'] },
} as const satisfies Readonly<Record<string, Level>>;

/** Names from elsewhere (metadata, flags, old releases), and what they are called here. */
const otherNames: ReadonlyMap<string, readonly string[]> = new Map([
  ['azurekv', ['azure_keyvault']],
  ['gcpkms', ['gcp_kms']],
  ['hcvault', ['hc_vault_transit_uri', 'hc_vault']],
  ['hcvaulttransit', ['hc_vault_transit_uri', 'hc_vault']],
  ['hcvaulttransituri', ['hc_vault_transit_uri', 'hc_vault']],
  ['huaweicloudkms', ['hckms']],
  ['shamirsecretsharingthreshold', ['shamir_threshold']],
  ['threshold', ['shamir_threshold']],
  ['filenameregex', ['path_regex']],
  ['regex', ['path_regex']],
  ['path', ['path_regex']],
  ['recipients', ['age']],
  ['rules', ['creation_rules']],
  ['fp', ['pgp']],
  ['reencryptionrule', ['recreation_rule']],
]);

export const unknownKey: LintRule = {
  info: {
    code: 'config.unknown-key',
    level: 'error',
    title: 'a key that sops does not know',
    about:
      'sops passes over keys that it does not know: a misspelled path_regex makes a rule match every file, a misspelled encrypted_regex encrypts everything, a misspelled recipient field locks somebody out. Keys at the top level that only hold YAML anchors (keys: [&alice age1…]) are fine.',
  },
  check: (subject) => subject.config.unknown.flatMap((field) => problemOf(field, subject)),
};

function problemOf(field: UnknownField, subject: LintSubject): Problem[] {
  const { name } = field;
  const path = field.place.path ?? [];
  const level = levelOf(path);
  const place = { ...field.place, ...subject.keyPlace(path) };
  const here = suggestion(name, level, subject);
  if (here !== null)
    return [
      {
        place,
        message: `${name} is no key of ${level.title}, and sops passes over it`,
        fix: `Write ${here}.`,
      },
    ];
  const elsewhere = Object.values(levels).filter((other) => other !== level && contains(other, name));
  if (elsewhere.length > 0) {
    const titles = elsewhere.map(({ title }) => title).join(' or ');
    return [
      {
        place,
        message: `${name} is a key of ${titles}, not of ${level.title}, and sops passes over it`,
        fix: `Move it into ${titles}.`,
      },
    ];
  }
  if (level === levels.top) return topLevel(field, subject, place);
  return [
    {
      place,
      level: 'warning', // of another tool, perhaps
      message: `${name} is no key of ${level.title}, and sops passes over it`,
      fix: `Remove it; ${level.title} takes ${level.names.join(', ')}.`,
    },
  ];
}

/** The top level is where people keep anchors, and other programs their settings. */
function topLevel(
  { name }: UnknownField,
  { anchorHolders }: LintSubject,
  place: Problem['place'],
): Problem[] {
  if (anchorHolders.has(name) || /^(?:x-|_|\.|\$)/.test(name)) return [];
  return [
    {
      ...(place === undefined ? {} : { place }),
      level: 'note',
      message: `${name} means nothing to sops`,
      fix: `Remove it, or write it as x-${name.replace(/^\W+/, '')} to say that it is meant so.`,
    },
  ];
}

function suggestion(name: string, level: Level, { nearest }: LintSubject): string | null {
  const bare = bareName(name);
  const same = level.names.find((known) => bareName(known) === bare);
  const other = otherNames.get(bare)?.find((known) => level.names.includes(known));
  return same ?? other ?? nearest(name.toLowerCase(), level.names);
}

function contains(level: Level, name: string): boolean {
  return level.names.some((known) => bareName(known) === bareName(name)) && !recipientFields.has(name);
}

function bareName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function levelOf(path: readonly (string | number)[]): Level {
  const keys = path.slice(0, -1).filter((step) => typeof step === 'string');
  if (keys.length === 0) return levels.top;
  if (keys[0] === 'stores') return keys.length === 1 ? levels.stores : levels.store;
  if (keys.includes('key_groups')) return levels.group;
  if (keys[0] === 'destination_rules' && !keys.includes('recreation_rule')) return levels.destination;
  return levels.rule;
}
