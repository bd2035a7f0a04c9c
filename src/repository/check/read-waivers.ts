import { SopskitError } from '../../errors/sopskit-error.ts';
import type { RuleInfo } from '../../findings/finding.ts';
import type { Waiver } from '../../findings/waivers.ts';
import { entriesOf, valueAt } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import type { Snapshot } from '../snapshot.ts';

/** Where waivers are written: at the top of the repository. */
export const waiverFile = '.sopskit.yaml';

export const waiverInvalid: RuleInfo = {
  code: 'waiver.invalid',
  level: 'error',
  title: 'a .sopskit.yaml that cannot be read',
  about:
    'None of its waivers counts until it is mended. Each has a code and a path (a glob from the top of the repository), a reason, and perhaps a key and an until: `waivers: [{ code: private-key.age, path: test/**, reason: a key for tests }]`.',
};

/** What waivers are read from, and told to. */
export interface WaiverScene {
  readonly snapshot: Snapshot;
  tell(
    rule: RuleInfo,
    remark: {
      readonly file: string;
      readonly line: number | undefined;
      readonly message: string;
      readonly fix: string;
    },
  ): void;
}

/** Reads the waivers of what is checked. A file with a mistake has none, and is told. */
export async function readWaivers(scene: WaiverScene): Promise<readonly Waiver[]> {
  const bytes = await scene.snapshot.readBehindLinks(waiverFile);
  if (bytes === null) return [];
  try {
    const { readYaml } = await import('../../formats/yaml/read.ts');
    const text = Buffer.from(bytes).toString('utf8');
    if (text.split('\n').every((line) => /^\s*(?:#|$)/.test(line))) return [];
    return await decodeWaivers(readYaml(bytes).branches[0] ?? { kind: 'mapping', entries: [] });
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    scene.tell(waiverInvalid, {
      ...{ file: waiverFile, line: error.place?.line },
      message: `the waivers cannot be read: ${error.message}`,
      fix: error.hint ?? 'Mend the file; until then nothing is waived.',
    });
    return [];
  }
}

async function decodeWaivers(file: Mapping): Promise<Waiver[]> {
  onlyFields(file, ['waivers']);
  const list = valueAt(file, 'waivers');
  if (list === undefined || list.kind === 'null') return [];
  if (list.kind !== 'sequence') throw wrong('waivers must be a list', list);
  const items = list.items.filter((item) => item.kind !== 'comment');
  return Promise.all(items.map((item) => decodeWaiver(item)));
}

async function decodeWaiver(item: Value): Promise<Waiver> {
  if (item.kind !== 'mapping') throw wrong('a waiver must be a map', item);
  onlyFields(item, ['code', 'path', 'key', 'reason', 'until']);
  const path = text(item, 'path');
  const { compileGlob } = await import('../selection/glob.ts');
  const glob = await compileGlob(path);
  return {
    ...{ code: text(item, 'code'), path, matches: (name: string) => glob.matches(name) },
    key: valueAt(item, 'key') === undefined ? null : text(item, 'key'),
    reason: text(item, 'reason'),
    until: day(item),
    ...{ file: waiverFile, line: item.line },
  };
}

function onlyFields(mapping: Mapping, known: readonly string[]): void {
  for (const { key, value } of entriesOf(mapping)) {
    if (typeof key === 'string' && known.includes(key)) continue;
    const name = typeof key === 'string' ? key : key.text;
    throw wrong(`there is no field ${JSON.stringify(name)}; there are ${known.join(', ')}`, value, mapping);
  }
}

function text(item: Mapping, field: string): string {
  const value = valueAt(item, field);
  if (value?.kind === 'string' && value.value.trim() !== '') return value.value;
  throw wrong(`a waiver needs a ${field}, a text`, value, item);
}

function day(item: Mapping): string | null {
  const value = valueAt(item, 'until');
  if (value === undefined) return null;
  const written = value.kind === 'time' || value.kind === 'string' ? value.value.slice(0, 10) : '';
  if (/^\d{4}-\d\d-\d\d$/.test(written) && !Number.isNaN(Date.parse(written))) return written;
  throw wrong('until must be a day, such as 2026-12-31', value, item);
}

function wrong(message: string, ...at: readonly ({ readonly line?: number } | undefined)[]): SopskitError {
  const line = at.find((node) => node?.line !== undefined)?.line;
  return new SopskitError('config.invalid', message, {
    place: { file: waiverFile, ...(line === undefined ? {} : { line }) },
    hint: 'Until it is mended nothing is waived: waivers: [{ code, path, reason, key?, until? }].',
  });
}
