import { type KubernetesObject, textAt } from '../../manifests/kubernetes-object.ts';
import { readLoosely } from '../../repository/check/loose-yaml.ts';
import type { Mapping } from '../../tree/value.ts';
import type { LintNode } from '../lint/lint-node.ts';
import { mappingAt } from '../lint/lint-object.ts';
import { itemsAt } from '../lint/named-files.ts';
import { fits } from '../lint/patch-target.ts';
import { patchText } from '../lint/patches.ts';

/** What patches with `$patch: delete` take out of a build. */
export class RemovedByPatch {
  readonly #node: LintNode;
  #targets: Promise<readonly Target[]> | null = null;

  constructor(node: LintNode) {
    this.#node = node;
  }

  /** Whether an object of the files is in the build no more. What is not built is not known to be gone. */
  async has(object: KubernetesObject): Promise<boolean> {
    const { build } = this.#node.node;
    if (build.kind !== 'built') return false;
    this.#targets ??= this.#find();
    if (!(await this.#targets).some((target) => fits({ ...unplaced, target }, object))) return false;
    return !build.objects.some(
      ({ identity }) => identity.kind === object.kind && identity.name.includes(object.name),
    );
  }

  async #find(): Promise<readonly Target[]> {
    const found: Target[] = [];
    for (const patch of this.#node.spec.patches)
      if (patch.kind === 'mapping') found.push(...(await targets(textAt(patch, 'patch'), patch)));
    for (const { path, data } of (await this.#node.reach()).kustomizations) {
      for (const key of ['patches', 'patchesStrategicMerge'] as const) {
        for (const { value } of itemsAt(data, [key])) {
          const written = await patchText(value, path, this.#node);
          if (written === null) continue;
          found.push(...(await targets(written.text, value.kind === 'mapping' ? value : null)));
        }
      }
    }
    return found;
  }
}

type Target = { readonly kind: string; readonly name: string; readonly written: boolean };

const unplaced = { file: '', line: undefined, what: 'patch', sets: [] } as const;

async function targets(text: string, patch: Mapping | null): Promise<readonly Target[]> {
  if (!text.includes('$patch')) return [];
  const target = mappingAt(patch, 'target');
  return ((await readLoosely(Buffer.from(text), false)) ?? []).flatMap(({ branch }): readonly Target[] => {
    if (textAt(branch, '$patch') !== 'delete') return [];
    if (target !== null)
      return [{ kind: textAt(target, 'kind'), name: textAt(target, 'name'), written: true }];
    const metadata = mappingAt(branch, 'metadata');
    const name = metadata === null ? '' : textAt(metadata, 'name');
    return [{ kind: textAt(branch, 'kind'), name, written: false }];
  });
}
