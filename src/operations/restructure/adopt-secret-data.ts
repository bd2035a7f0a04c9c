import { encodeBase64 } from '../../manifests/secret-manifest.ts';
import { isSecret } from '../../manifests/secret-values.ts';
import { entriesOf, mappingOf, stringOf, valueAt } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';

/** Returns a Secret as the API server keeps it, `stringData` in `data`; every other object as it is. */
export function withData(manifest: Mapping): Mapping {
  const texts = isSecret(manifest) ? valueAt(manifest, 'stringData') : undefined;
  if (texts?.kind !== 'mapping') return manifest;
  const data = valueAt(manifest, 'data');
  const given = entriesOf(texts).map(({ key, value }): [string, Value] => [
    String(key),
    stringOf(encodeBase64(Buffer.from(value.kind === 'string' ? value.value : ''))),
  ]);
  const kept = (data?.kind === 'mapping' ? entriesOf(data) : []).filter(
    ({ key }) => !given.some(([name]) => name === key),
  );
  const whole: Mapping = { kind: 'mapping', entries: [...kept, ...mappingOf(given).entries] };
  const rest = entriesOf(manifest).filter(({ key }) => key !== 'data' && key !== 'stringData');
  return { kind: 'mapping', entries: [...rest, { kind: 'entry', key: 'data', value: whole }] };
}
