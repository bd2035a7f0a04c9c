import { formats, selectors } from './plain-files.js';
import { ruleOf } from './runner.js';

/**
 * Files as older releases wrote them, made from files of this one: neither the order of the metadata nor fields that
 * sops does not know are authenticated. sops 3.13.3 opens them all.
 */
export function olderFiles(sops, age, pgp) {
  const sealed = (format, kind, select = selectors['unencrypted-suffix']) =>
    sops
      .encrypt(
        format,
        formats[format].documents ?? formats[format].bytes,
        ruleOf(kind.groups, kind.threshold, select),
      )
      .toString();
  const yaml = sealed('yaml', age);
  const single = sops
    .encrypt('yaml', Buffer.from('password: made-up\nlist:\n    - 1\n'), ruleOf(pgp.groups, 0))
    .toString();
  const of = (name, format, text, more = {}) => ({
    ...{ name, format, bytes: Buffer.from(text), keys: age.keys },
    ...more,
  });
  return [
    // sops 1.x, in Python: its own order, a note to the reader, a version of two numbers
    of('yaml-1', 'yaml', pythonYaml(single), { keys: pgp.keys }),
    // sops 3.0 to 3.12: the order of the fields in its source, empty lists for what is not used
    of('yaml-3', 'yaml', structYaml(yaml)),
    of('yaml-3-pgp', 'yaml', structYaml(single), { keys: pgp.keys }),
    of(
      'yaml-3-single-quoted-time',
      'yaml',
      structYaml(yaml).replace(/lastmodified: "(.*)"/g, "lastmodified: '$1'"),
    ),
    of('yaml-3-comments-in-lists', 'yaml', commentsOfOldLists(yaml)),
    of('yaml-metadata-first', 'yaml', metadataFirst(single), { keys: pgp.keys }),
    of('json-3', 'json', structJson(sealed('json', age))),
    of('json-3-pgp', 'json', structJson(sealed('json', pgp)), { keys: pgp.keys }),
    of('dotenv-3', 'dotenv', structFlat(sealed('dotenv', age), 'sops_')),
    of('ini-3', 'ini', structFlat(sealed('ini', age), '')),
    of('ini-3-pgp', 'ini', structFlat(sealed('ini', pgp), ''), { keys: pgp.keys }),
  ];
}

const order = ['kms', 'gcp_kms', 'azure_kv', 'hc_vault', 'age', 'lastmodified', 'mac', 'pgp'].concat([
  'unencrypted_suffix',
  'encrypted_suffix',
  'unencrypted_regex',
  'encrypted_regex',
  'version',
]);
const lists = ['kms', 'gcp_kms', 'azure_kv', 'hc_vault', 'age', 'pgp'];

/** Rewrites each `sops:` block of a YAML file, given its fields with their text. */
function withBlocks(text, rewrite) {
  return text.replace(/^sops:\n((?: .*\n|\n)+)/gm, (_, block) => {
    const fields = new Map();
    for (const [field, name] of block.matchAll(/^ {4}(\w+):.*\n(?: {8}.*\n|\n)*/gm)) fields.set(name, field);
    return `sops:\n${rewrite(fields)}`;
  });
}

function structYaml(text) {
  return withBlocks(text, (fields) =>
    order
      .map((name) => fields.get(name) ?? (lists.includes(name) ? `    ${name}: []\n` : ''))
      .join('')
      .replace(/version: 3\.13\.3/, 'version: 3.7.3'),
  );
}

function pythonYaml(text) {
  const note =
    '    attention: This section contains key material that should only be modified with\n' +
    '        extra care. See `sops -h`.\n';
  return withBlocks(text, (fields) =>
    [
      fields.get('mac'),
      fields.get('pgp'),
      fields.get('lastmodified').replaceAll('"', "'"),
      note,
      fields.get('unencrypted_suffix') ?? '    unencrypted_suffix: _unencrypted\n',
      '    version: 1.13\n',
    ].join(''),
  );
}

/** Before 3.13.3 comments in lists could be comment lines. */
function commentsOfOldLists(text) {
  return text.replace(/^( +)- (ENC\[.*,type:comment\])$/gm, '$1#$2');
}

function metadataFirst(text) {
  const [, data, block] = /^([\s\S]*?)(sops:\n(?: .*\n|\n)+)$/.exec(text);
  return block + data;
}

function structJson(text) {
  const file = JSON.parse(text);
  const fields = file.sops;
  const known = order.filter((name) => name in fields || lists.includes(name));
  file.sops = Object.fromEntries(known.map((name) => [name, fields[name] ?? null]));
  file.sops.version = '3.7.3';
  // JSON.parse has lost nothing here: no number is large, no key is an index
  return `${JSON.stringify(file, null, '\t')}`;
}

/** Flat files had no order; those of 3.x that were seen begin with the times. */
function structFlat(text, prefix) {
  const lines = text.trimEnd().split('\n');
  const isMetadata = (line) =>
    new RegExp(`^${prefix}(?:age__|pgp__|lastmodified|mac|unencrypted_suffix|version)`).test(line);
  const metadata = lines.filter(isMetadata).map((line) => line.replace(/3\.13\.3$/, '3.7.3'));
  return `${[...lines.filter((line) => !isMetadata(line)), ...metadata.reverse()].join('\n')}\n`;
}
