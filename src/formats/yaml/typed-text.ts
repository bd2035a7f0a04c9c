import { resolvePlain } from './resolve.ts';

/** Words that YAML 1.1 readers take for booleans; go-yaml quotes them for those readers' sake. */
const oldBooleans: ReadonlySet<string> = new Set(
  'y Y yes Yes YES on On ON n N no No NO off Off OFF'.split(' '),
);
const longestWord = 3;
const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

/**
 * Tells whether a text must be quoted to stay a string: go-yaml v3.0.4 would read it as another type, or a YAML 1.1
 * reader would (`yes`, `12:30`). Follows its `stringv`, and adds `<<`, which it tags instead (`stringText`).
 */
export function looksTyped(text: string): boolean {
  if (text.length <= longestWord && (text === '<<' || oldBooleans.has(text))) return true;
  return resolvePlain(text).kind !== 'string' || (text.includes(':') && base60.test(text));
}
