import { textAt } from '../../manifests/kubernetes-object.ts';
import { leavesBelow } from '../../manifests/leaves-below.ts';
import { readSeal } from '../../repository/check/seal.ts';
import { ciphertextOf } from '../../repository/check/sealed-leaves.ts';
import type { Subject } from '../../repository/check/subject.ts';
import type { Metadata } from '../../sops/metadata.ts';
import { nodeAt } from '../../tree/node-at.ts';
import type { Mapping } from '../../tree/value.ts';
import { controllerFormat, markers } from '../build/opened.ts';
import type { LintNode } from '../lint/lint-node.ts';
import type { ReachedFile } from '../lint/reach.ts';
import { titleOf } from '../lint/sealed-object.ts';
import { AppliedObjects } from './applied-objects.ts';
import type { BrokenFile, SealedFileUse } from './decryption.ts';
import { embeddedFiles, embeddedLiterals } from './embedded-files.ts';

/** What the encrypted files that a Kustomization reads are to its controller. */
export interface FoundFiles {
  readonly sealed: readonly SealedFileUse[];
  readonly broken: readonly BrokenFile[];
  readonly passedOver: readonly BrokenFile[];
}

interface Use {
  readonly path: string;
  readonly titles: Set<string>;
  readonly metadata: Metadata;
  readonly values: Set<string>;
  readonly embedded: Set<string>;
}

/** Looks through the files that a Kustomization's build reads. */
export class SealedFiles {
  readonly #node: LintNode;
  readonly #applied: AppliedObjects;
  readonly #sealed = new Map<string, Use>();
  readonly #broken = new Map<string, string>();
  readonly #passedOver = new Map<string, string>();

  /** `decrypts`: an operator's SopsSecret is then decrypted as everything else is. */
  constructor(node: LintNode, decrypts: boolean) {
    this.#node = node;
    this.#applied = new AppliedObjects(node, decrypts);
  }

  async find(): Promise<FoundFiles> {
    for (const file of (await this.#node.reach()).files) {
      const subject = await this.#node.subject(file.path);
      if (subject === null) continue;
      if (await this.#isUnreadable(subject)) continue;
      if (file.role === 'resource') await this.#resource(subject);
      else if (file.role === 'patch' || file.role === 'old-patch') await this.#patch(subject);
      else if (file.role === 'secret-file' || file.role === 'secret-env') await this.#source(subject, file);
    }
    for (const { path, data } of (await this.#node.reach()).kustomizations) {
      for (const { key, name, subject } of embeddedLiterals(data))
        await this.#whole(subject, path, `Secret ${name} (secretGenerator), ${key}`, `literal ${key}`);
    }
    return {
      sealed: [...this.#sealed.values()].map((use) => ({
        ...use,
        titles: [...use.titles],
        values: [...use.values],
        embedded: [...use.embedded],
      })),
      broken: listOf(this.#broken),
      passedOver: listOf(this.#passedOver),
    };
  }

  /** What looks like an encrypted file, and has no structure that can be read. */
  async #isUnreadable(subject: Subject): Promise<boolean> {
    const { metadata, ciphertext } = subject.signs;
    const content = metadata && ciphertext ? await subject.content() : null;
    if (content?.kind !== 'broken') return false;
    this.#broken.set(subject.path, content.problem.message);
    return true;
  }

  /** Objects with `sops.mac` of their own; of other Secrets, values of `data` that are encrypted files. */
  async #resource(subject: Subject): Promise<void> {
    const { signs, path } = subject;
    if (!signs.metadata && !signs.secret) return;
    for (const object of await subject.objects()) {
      const ofDocument = object.path.length === 0 ? object.part.metadata : null;
      const block = ofDocument ?? ownBlock(object.manifest);
      const isTakenApart = block !== null && object.kind.endsWith('List') && hasItems(object.manifest);
      if (isTakenApart) {
        const why = `${titleOf(object)} is encrypted as a whole: Flux takes it apart first, and its objects have no sops block then`;
        this.#passedOver.set(path, why);
        continue;
      }
      if (!(await this.#applied.isDecrypted(object))) continue;
      const title = await this.#applied.titleOf(object);
      if (block !== null) {
        if (hasText(block, 'mac')) await this.#add(path, title, block, valuesIn(object.manifest));
        else this.#passedOver.set(path, `${title} has a sops block without a mac`);
        continue;
      }
      for (const { key, subject: embedded } of embeddedFiles(object))
        await this.#whole(embedded, path, `${title}, data.${key}`, `data.${key}`);
    }
  }

  /** Decrypted before it is applied; else, merged with its `sops` block, as the object that it patches. */
  async #patch(subject: Subject): Promise<void> {
    if (!subject.signs.metadata) return;
    for (const { data, metadata } of await subject.parts()) {
      if (metadata === null) continue;
      const name = nodeAt(data, ['metadata', 'name']);
      const named = { kind: textAt(data, 'kind'), name: name?.kind === 'string' ? name.value : '' };
      const title = named.kind === '' ? 'a patch' : `patch of ${titleOf({ ...named, ...unplaced })}`;
      await this.#add(subject.path, title, metadata, valuesIn(data));
    }
  }

  /** A file of a secretGenerator: decrypted by the format of its key, or else as a value of the Secret that is made. */
  async #source(subject: Subject, { role, by, path }: ReachedFile): Promise<void> {
    if (!subject.signs.metadata) return;
    const generator = await this.#applied.generatorOf(by);
    const title = `Secret ${generator?.name ?? ''} (secretGenerator)`;
    const has = (marker: string | undefined) => marker !== undefined && subject.bytes.includes(marker);
    const format = controllerFormat(generator?.key ?? path);
    const early =
      role === 'secret-env'
        ? by?.path.at(-1) !== 'env' && has(markers.get(format === 'binary' ? 'dotenv' : format))
        : has(markers.get(format));
    const late =
      role === 'secret-file' && generator?.disabled !== true && [...markers.values()].some((one) => has(one));
    if (early || late) return this.#whole(subject, path, title);
    if ((await subject.seal()) === null || generator?.disabled === true) return;
    this.#passedOver.set(path, `${title} is made of it as it is: Flux does not see that it is encrypted`);
  }

  async #whole(subject: Subject, path: string, title: string, embedded = ''): Promise<void> {
    const parts = await subject.parts();
    const sealed = parts.filter(({ metadata }) => metadata !== null);
    if (sealed.length === 0) this.#broken.set(path, `${title}: it has no sops block that can be read`);
    for (const { data, metadata } of sealed)
      if (metadata !== null) await this.#add(path, title, metadata, valuesIn(data), embedded);
  }

  /** `embedded`: where in the file it is a value; else empty. */
  async #add(
    path: string,
    title: string,
    block: Mapping,
    values: readonly string[],
    embedded = '',
  ): Promise<void> {
    const seal = await readSeal(block);
    if (seal.kind === 'bad') {
      this.#broken.set(path, `${title}: ${seal.problem.message}`);
      return;
    }
    const { metadata } = seal;
    const ids = metadata.keyGroups.map((group) => group.map(({ source, id }) => [source, id]));
    const key = JSON.stringify([path, embedded !== '', metadata.shamirThreshold, ids]);
    const use = this.#sealed.get(key) ?? {
      ...{ path, metadata, titles: new Set(), values: new Set(), embedded: new Set() },
    };
    this.#sealed.set(key, use);
    use.titles.add(title);
    if (embedded !== '') use.embedded.add(embedded);
    for (const value of values) use.values.add(value);
  }
}

const unplaced = { path: [], apiVersion: '', manifest: { kind: 'mapping', entries: [] } } as const;

function listOf(files: ReadonlyMap<string, string>): readonly BrokenFile[] {
  return [...files].map(([path, message]) => ({ path, message }));
}

function ownBlock(manifest: Mapping): Mapping | null {
  const block = nodeAt(manifest, ['sops']);
  return block?.kind === 'mapping' ? block : null;
}

function hasItems(manifest: Mapping): boolean {
  return nodeAt(manifest, ['items'])?.kind === 'sequence';
}

function hasText(block: Mapping, key: string): boolean {
  return textAt(block, key) !== '';
}

function valuesIn(data: Mapping): readonly string[] {
  return leavesBelow(data).flatMap(({ leaf, path }) =>
    ciphertextOf(leaf) === null || path[0] === 'sops' ? [] : [path.join('.')],
  );
}
