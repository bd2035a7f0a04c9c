import { creationRule } from './creation-rule.ts';
import { destinationRule } from './destination-rule.ts';
import { keyGroup } from './key-group.ts';
import type { Schema } from './schema-value.ts';

const store = (description: string): Schema => ({
  type: 'object',
  description,
  additionalProperties: false,
  properties: { indent: { type: ['integer', 'null'], description: 'Spaces per level.', minimum: -1 } },
});

const withoutSettings = (description: string): Schema => ({ type: ['object', 'null'], description });

/**
 * The JSON Schema (draft-07) of `.sops.yaml` as sops 3.13.3 reads it. Keys at the top level that sops does not know are
 * allowed, as people keep YAML anchors there; further down they are mistakes.
 */
export const configSchema: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'urn:sopskit:sops-configuration:3.13.3',
  title: 'SOPS configuration (.sops.yaml)',
  description:
    'Which files sops encrypts, which values in them, and for whom. Read by sops 3.13.3 and by sopskit; sopskit config lint finds what a schema cannot.',
  type: 'object',
  properties: {
    creation_rules: {
      type: 'array',
      description:
        'How new files are encrypted. The first rule whose path_regex matches is used; one without path_regex matches every file.',
      items: { $ref: '#/definitions/creation_rule' },
    },
    destination_rules: {
      type: 'array',
      description: 'Where sops publish puts files. The first rule whose path_regex matches is used.',
      items: { $ref: '#/definitions/destination_rule' },
    },
    stores: {
      type: 'object',
      description: 'How files are written.',
      additionalProperties: false,
      properties: {
        yaml: store('YAML files. Default: 4.'),
        json: store('JSON files; -1 is a tab. Default: -1.'),
        json_binary: store('Binary files, which are JSON when they are encrypted; -1 is a tab. Default: -1.'),
        dotenv: withoutSettings('Dotenv files. There is nothing to set.'),
        ini: withoutSettings('INI files. There is nothing to set.'),
      },
    },
    keys: {
      description:
        'Means nothing to sops; the usual place for YAML anchors: keys: [&alice age1…], and *alice in the rules.',
    },
  },
  anyOf: [{ required: ['creation_rules'] }, { required: ['destination_rules'] }, { required: ['stores'] }],
  definitions: { creation_rule: creationRule, destination_rule: destinationRule, key_group: keyGroup },
};

/** The schema as it is published and printed. */
export function schemaText(): string {
  return `${JSON.stringify(configSchema, null, 2)}\n`;
}
