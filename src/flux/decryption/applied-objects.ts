import type { KubernetesObject } from '../../manifests/kubernetes-object.ts';
import { textAt } from '../../manifests/kubernetes-object.ts';
import { nodeAt } from '../../tree/node-at.ts';
import type { Mapping } from '../../tree/value.ts';
import type { BuiltObject } from '../build/build.ts';
import type { LintNode } from '../lint/lint-node.ts';
import { mappingAt, textsAt } from '../lint/lint-object.ts';
import type { Naming } from '../lint/reach.ts';
import { isDecryptionDisabled, titleOf } from '../lint/sealed-object.ts';
import { bestMatch, type WrittenObject } from '../lint/written-object.ts';
import { RemovedByPatch } from './removed-by-patch.ts';

const disabling = 'kustomize.toolkit.fluxcd.io/decrypt';

/** A generator of kustomize, as far as decryption asks. */
export interface SecretGenerator {
  readonly name: string;
  /** The key of the file that was asked for, where it is given one. */
  readonly key: string | null;
  /** Whether what it makes carries the annotation that keeps the controller from decrypting it. */
  readonly disabled: boolean;
}

/** What becomes of the objects in a Kustomization's files: built, they have other names and annotations. */
export class AppliedObjects {
  readonly #node: LintNode;
  readonly #decrypts: boolean;
  readonly #removed: RemovedByPatch;
  #built: Promise<ReadonlyMap<Mapping, readonly BuiltObject[]>> | null = null;

  constructor(node: LintNode, decrypts: boolean) {
    this.#node = node;
    this.#decrypts = decrypts;
    this.#removed = new RemovedByPatch(node);
  }

  /** Whether the controller decrypts an object that is encrypted: not what an annotation keeps it from. */
  async isDecrypted(object: KubernetesObject): Promise<boolean> {
    if (object.kind === 'SopsSecret' && !this.#decrypts) return false;
    const built = await this.#builtFrom(object);
    // what spec.commonMetadata adds comes after decryption, and hides what was there at the time
    if (this.#node.spec.commonAnnotations.has(disabling)) return !isDecryptionDisabled(object);
    if (built.length === 0) return !isDecryptionDisabled(object) && !(await this.#removed.has(object));
    return built.some(({ annotations }) => !isDisabling(annotations));
  }

  /** `Secret app/db`, with the namespace in which it is applied. */
  async titleOf(object: KubernetesObject): Promise<string> {
    const [built] = await this.#builtFrom(object);
    const { namespace, name } = built?.identity ?? {
      namespace:
        this.#node.spec.targetNamespace ?? textsAt(object.manifest, 'metadata').get('namespace') ?? '',
      name: object.name,
    };
    return titleOf({ ...object, name: namespace === '' ? name : `${namespace}/${name}` });
  }

  async generatorOf(by: Naming | null): Promise<SecretGenerator | null> {
    if (by === null) return null;
    const { kustomizations } = await this.#node.reach();
    const kustomization = kustomizations.find(({ path }) => path === by.file)?.data;
    const generator = nodeAt(kustomization, by.path.slice(0, 2));
    const item = nodeAt(kustomization, by.path);
    if (kustomization === undefined || generator?.kind !== 'mapping') return null;
    const text = item?.kind === 'string' ? item.value : '';
    return {
      name: textAt(generator, 'name'),
      key: text.includes('=') ? text.slice(0, text.indexOf('=')) : null,
      disabled: isDisabledGenerator(generator, kustomization),
    };
  }

  async #builtFrom({ manifest }: KubernetesObject): Promise<readonly BuiltObject[]> {
    this.#built ??= this.#match();
    return (await this.#built).get(manifest) ?? [];
  }

  async #match(): Promise<ReadonlyMap<Mapping, readonly BuiltObject[]>> {
    const found = new Map<Mapping, BuiltObject[]>();
    const { build } = this.#node.node;
    if (build.kind !== 'built') return found;
    const written = await this.#node.written();
    const byKind = new Map<string, WrittenObject[]>();
    for (const one of written) {
      const same = byKind.get(one.object.kind);
      if (same === undefined) byKind.set(one.object.kind, [one]);
      else same.push(one);
    }
    for (const object of build.objects) {
      const match = bestMatch(byKind.get(object.identity.kind) ?? [], object.identity);
      if (match === null) continue;
      const { manifest } = match.object;
      found.set(manifest, [...(found.get(manifest) ?? []), object]);
    }
    return found;
  }
}

/** Whether what a generator makes carries the annotation that keeps the controller from decrypting it. */
export function isDisabledGenerator(generator: Mapping, kustomization: Mapping): boolean {
  const options = [mappingAt(generator, 'options'), mappingAt(kustomization, 'generatorOptions')];
  return options.some((one) => isDisabling(textsAt(one, 'annotations')));
}

function isDisabling(annotations: ReadonlyMap<string, string>): boolean {
  return annotations.get(disabling)?.toLowerCase() === 'disabled';
}
