import { tellingValues } from '../../manifests/secret-object.ts';
import { mappingOf, stringOf } from '../../tree/mapping.ts';

const kindLine = /^\s*(?:- )?["']?kind["']?\s*:\s*["']?Secret["']?\s*(?:#.*)?$/;
const fieldLine = /^(\s*)["']?(data|stringData)["']?\s*:\s*(?:#.*)?$/;
const valueLine = /^(\s*)["']?([A-Za-z0-9_.-]+)["']?\s*:\s+(\S.*)$/;

/**
 * Whether a manifest that cannot be read plainly has a Secret with a value: line by line, in the form in which nearly all
 * are written. What is filled in is no value.
 */
export function hasReadableValue(text: string): boolean {
  return text.split(/^---.*$/m).some(hasOne);
}

function hasOne(document: string): boolean {
  const lines = document.split(/\r?\n/);
  if (!lines.some((line) => kindLine.test(line))) return false;
  let field: { readonly indent: number; readonly name: string } | null = null;
  for (const line of lines) {
    const start = fieldLine.exec(line);
    if (start !== null) field = { indent: (start[1] ?? '').length, name: start[2] ?? '' };
    else if (field !== null && line.trim() !== '' && !/^\s*(?:#|\{\{)/.test(line)) {
      const [, indent = '', key = '', written = ''] = valueLine.exec(line) ?? [];
      if (line.search(/\S/) <= field.indent) field = null;
      else if (indent.length > field.indent && isTelling(field.name, key, written)) return true;
    }
  }
  return false;
}

function isTelling(field: string, key: string, written: string): boolean {
  const text = written.replace(/\s+#.*$/, '').replace(/^(["'])(.*)\1$/, '$2');
  if (/^[|>&*!{[]/.test(text)) return false;
  const manifest = mappingOf([[field, mappingOf([[key, stringOf(text)]])]]);
  const object = { manifest, path: [], kind: 'Secret', apiVersion: 'v1', name: '' };
  return tellingValues(object).some(({ doubtful }) => !doubtful);
}
