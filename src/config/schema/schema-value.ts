/** The part of JSON Schema draft-07 that the schema of `.sops.yaml` uses; a test holds it to these keywords. */
export interface Schema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: SchemaType | readonly SchemaType[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly dependencies?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly default?: string | number | boolean;
  readonly examples?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly not?: Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

export type SchemaType = 'object' | 'array' | 'string' | 'integer' | 'boolean' | 'null';
