import type { Schema, SchemaType } from '../../../src/config/schema/schema-value.ts';

/**
 * Validates against the keywords of draft-07 that the schema uses, and fails on any other. Held against ajv 8 and
 * Python's jsonschema, which agree with it on all configurations of `configurations.ts`.
 */
export function violations(schema: Schema, value: unknown, root: Schema = schema, at = ''): string[] {
  const found: string[] = [];
  for (const [keyword, argument] of Object.entries(schema)) {
    if (annotations.has(keyword)) continue;
    const check = checks.get(keyword);
    if (check === undefined) throw new Error(`the validator does not know ${keyword}`);
    found.push(...check(argument as never, value, { schema, root, at }));
  }
  return found;
}

interface Context {
  readonly schema: Schema;
  readonly root: Schema;
  readonly at: string;
}

type Check = (argument: never, value: unknown, context: Context) => string[];

const annotations = new Set(['$schema', '$id', 'title', 'description', 'default', 'examples', 'definitions']);

const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['$ref', (name: string, value, { root, at }) => violations(resolve(root, name), value, root, at)],
  [
    'type',
    (types: SchemaType | readonly SchemaType[], value, { at }) =>
      [types].flat().some((type) => isOfType(value, type))
        ? []
        : [`${at}: not ${[types].flat().join(' or ')}`],
  ],
  [
    'properties',
    (properties: Record<string, Schema>, value, { root, at }) =>
      members(value).flatMap(([name, member]) => {
        const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
        return schema === undefined ? [] : violations(schema, member, root, `${at}/${name}`);
      }),
  ],
  [
    'additionalProperties',
    (rest: boolean | Schema, value, { schema, root, at }) =>
      members(value).flatMap(([name, member]) => {
        if (Object.hasOwn(schema.properties ?? {}, name) || rest === true) return [];
        return rest === false ? [`${at}: no ${name} here`] : violations(rest, member, root, `${at}/${name}`);
      }),
  ],
  [
    'required',
    (names: readonly string[], value, { at }) =>
      isObject(value)
        ? names.filter((name) => !Object.hasOwn(value, name)).map((name) => `${at}: no ${name}`)
        : [],
  ],
  [
    'dependencies',
    (dependencies: Record<string, Schema>, value, { root, at }) =>
      Object.entries(dependencies).flatMap(([name, schema]) =>
        isObject(value) && Object.hasOwn(value, name) ? violations(schema, value, root, at) : [],
      ),
  ],
  [
    'items',
    (schema: Schema, value, { root, at }) =>
      Array.isArray(value)
        ? value.flatMap((item, index) => violations(schema, item, root, `${at}/${index}`))
        : [],
  ],
  [
    'minimum',
    (least: number, value, { at }) => (typeof value === 'number' && value < least ? [`${at}: below`] : []),
  ],
  [
    'maximum',
    (most: number, value, { at }) => (typeof value === 'number' && value > most ? [`${at}: above`] : []),
  ],
  [
    'pattern',
    (pattern: string, value, { at }) =>
      typeof value === 'string' && !new RegExp(pattern, 'u').test(value) ? [`${at}: no ${pattern}`] : [],
  ],
  [
    'anyOf',
    (schemas: readonly Schema[], value, { root, at }) =>
      schemas.some((schema) => violations(schema, value, root, at).length === 0) ? [] : [`${at}: none of`],
  ],
  [
    'not',
    (schema: Schema, value, { root, at }) =>
      violations(schema, value, root, at).length === 0 ? [`${at}: must not be so`] : [],
  ],
]);

function resolve(root: Schema, name: string): Schema {
  const found = root.definitions?.[name.replace('#/definitions/', '')];
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

function isOfType(value: unknown, type: SchemaType): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return isObject(value);
  return typeof value === type;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function members(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}
