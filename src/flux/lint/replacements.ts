import { textAt } from '../../manifests/kubernetes-object.ts';
import { readLoosely } from '../../repository/check/loose-yaml.ts';
import type { Path } from '../../tree/path.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import type { LintNode } from './lint-node.ts';
import { mappingAt } from './lint-object.ts';
import { itemsAt } from './named-files.ts';
import type { Patch } from './patches.ts';
import { folderOf, within } from './tree-index.ts';

/** The `replacements` of a kustomization, each target as a patch that sets its fields; those in files of their own too. */
export async function replacementsIn(
  kustomization: Mapping,
  file: string,
  node: LintNode,
): Promise<readonly Patch[]> {
  const found: Patch[] = [];
  for (const { value } of itemsAt(kustomization, ['replacements'])) {
    if (value.kind !== 'mapping') continue;
    const name = textAt(value, 'path');
    const path = name === '' ? null : within(folderOf(file), name);
    if (path === null) found.push(...targetsOf(value, file));
    else for (const one of await replacementsOf(path, node)) found.push(...targetsOf(one, path));
  }
  return found;
}

/** A file holds one replacement, or a list of them. */
async function replacementsOf(path: string, node: LintNode): Promise<readonly Mapping[]> {
  const bytes = (await node.subject(path))?.bytes;
  if (bytes === undefined) return [];
  const document = (await readLoosely(bytes, false))?.[0]?.branch;
  if (document === undefined) return [];
  const list = itemsAt(document, ['items']).map(({ value }) => value);
  return list.length === 0 ? [document] : list.filter((one): one is Mapping => one.kind === 'mapping');
}

function targetsOf(replacement: Mapping, file: string): Patch[] {
  return itemsAt(replacement, ['targets']).flatMap(({ value: target }) => {
    const select = target.kind === 'mapping' ? mappingAt(target, 'select') : null;
    if (target.kind !== 'mapping' || select === null) return [];
    const rejected = itemsAt(target, ['reject']).flatMap(({ value }) => selectorOf(value));
    const [selected = { kind: '', name: '' }] = selectorOf(select);
    return [
      {
        file,
        line: target.line ?? replacement.line,
        what: 'replacement' as const,
        target: { ...selected, written: true },
        rejected,
        sets: itemsAt(target, ['fieldPaths']).flatMap(({ value }) =>
          value.kind === 'string' ? [fieldPath(value.value)] : [],
        ),
      },
    ];
  });
}

function selectorOf(value: Value): { kind: string; name: string }[] {
  if (value.kind !== 'mapping') return [];
  return [{ kind: textAt(value, 'kind'), name: textAt(value, 'name') }];
}

/** `stringData.app\.yaml.[name=a]`: dots part the steps, but for those in brackets and behind a backslash. */
function fieldPath(text: string): Path {
  const steps = text.match(/(?:\\.|\[[^\]]*\]|[^.\\[])+/g) ?? [];
  return steps.map((step) => step.replaceAll('\\.', '.'));
}
