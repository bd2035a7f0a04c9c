import { generatorObjectSources } from '../../manifests/kustomization.ts';
import { standInOf } from '../../manifests/placeholder.ts';
import { tellingValues } from '../../manifests/secret-object.ts';
import { secretsIn } from '../../manifests/secrets-in.ts';
import { mappingOf, valueAt } from '../../tree/mapping.ts';
import type { Path } from '../../tree/path.ts';
import type { Mapping } from '../../tree/value.ts';
import { readContent } from './content.ts';
import { signsOf } from './signs.ts';

/** A readable value in a text that kustomize applies. */
export interface KustomizedValue {
  readonly path: Path;
  readonly line: number | undefined;
}

/** Finds the values of Secrets in a manifest, whatever the file is called. */
export async function manifestValues(text: string): Promise<readonly KustomizedValue[]> {
  if (!signsOf(text).secret) return [];
  return (await documentsIn(text)).flatMap(({ data, lineOffset }) =>
    secretsIn(data)
      .flatMap(tellingValues)
      .filter(({ doubtful }) => !doubtful)
      .map(({ path, leaf }) => ({
        path,
        line: leaf.line === undefined ? undefined : leaf.line + lineOffset,
      })),
  );
}

/**
 * Finds the values that a list of JSON operations puts into a Secret. Without a target that is one, only what goes below
 * `stringData`, which nothing else has, is known to.
 */
export async function operationValues(text: string, ofSecret: boolean): Promise<readonly KustomizedValue[]> {
  if (!/\/(?:data|stringData)/.test(text)) return [];
  return (await documentsIn(text)).flatMap(({ data, lineOffset }) => {
    const items = valueAt(data, 'items');
    return (items?.kind === 'sequence' ? items.items : []).flatMap((item): KustomizedValue[] => {
      if (item.kind !== 'mapping' || !isTelling(item, ofSecret)) return [];
      const line = valueAt(item, 'value')?.line ?? item.line;
      return [{ path: ['value'], line: line === undefined ? undefined : line + lineOffset }];
    });
  });
}

function isTelling(operation: Mapping, ofSecret: boolean): boolean {
  const [path, value] = [valueAt(operation, 'path'), valueAt(operation, 'value')];
  if (path?.kind !== 'string' || value === undefined) return false;
  const [, field = '', key = ''] = /^\/(data|stringData)(?:\/([^/]+))?$/.exec(path.value) ?? [];
  if (field === '' || !(ofSecret || field === 'stringData')) return false;
  const values = key === '' && value.kind === 'mapping' ? value : mappingOf([[key, value]]);
  const manifest = mappingOf([[field, values]]);
  const object = { manifest, path: [], kind: 'Secret', apiVersion: 'v1', name: '' };
  return tellingValues(object).some(({ doubtful }) => !doubtful);
}

/** Whether a generator that is written as text has a literal that is no placeholder. */
export async function hasGeneratorLiteral(text: string): Promise<boolean> {
  const sources = (await documentsIn(text)).flatMap(({ data }) => generatorObjectSources(data));
  return sources.some((source) => source.kind === 'literal' && standInOf(source.value) === 'nothing');
}

async function documentsIn(text: string) {
  const kind = { format: 'yaml', template: text.includes('{{') } as const;
  const content = await readContent(Buffer.from(text), kind, false);
  return content.kind === 'tree' ? content.parts : [];
}
