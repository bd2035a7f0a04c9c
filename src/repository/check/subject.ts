import { type KubernetesObject, objectsOf } from '../../manifests/kubernetes-object.ts';
import { secretsIn } from '../../manifests/secrets-in.ts';
import type { Mapping } from '../../tree/value.ts';
import { type Content, type Part, readContent } from './content.ts';
import { type Encoding, encodingOf, textIn } from './encoding.ts';
import { type FileKind, fileKind } from './file-kind.ts';
import { readSeal, type Seal } from './seal.ts';
import { selectedLeavesOf } from './sealed-leaves.ts';
import { type Signs, signsOf } from './signs.ts';

/** A file while it is looked at. What rules share is worked out once, and only when one asks. */
export class Subject {
  /** From the snapshot's root. */
  readonly path: string;
  readonly bytes: Buffer;
  /** The commit that brought it in, in a search of history. */
  readonly commit: string | null;
  /** What the last commit has of the file, `null` for nothing; absent where that is not what it is compared with. */
  readonly committed: (() => Promise<Uint8Array | null>) | undefined;
  readonly encoding: Encoding;
  /** One character a byte, but for UTF-16 and UTF-32: for signs and ASCII patterns. */
  readonly text: string;
  readonly signs: Signs;
  #kind: FileKind | null = null;
  #content: Promise<Content> | null = null;
  #secrets: readonly (KubernetesObject & { readonly part: Part })[] | null = null;
  #seal: Promise<Seal | null> | null = null;
  #leaves: ReturnType<typeof selectedLeavesOf> | null = null;

  constructor(
    path: string,
    bytes: Uint8Array,
    commit: string | null = null,
    committed?: (() => Promise<Uint8Array | null>) | undefined,
  ) {
    this.path = path;
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.commit = commit;
    this.committed = committed;
    this.encoding = encodingOf(this.bytes);
    this.text = textIn(this.bytes, this.encoding);
    this.signs = signsOf(this.text);
  }

  get kind(): FileKind {
    this.#kind ??= fileKind(this.path, this.text, this.signs);
    return this.#kind;
  }

  /** What the file holds. */
  content(): Promise<Content> {
    this.#content ??= readContent(this.bytes, this.kind, this.signs.metadata);
    return this.#content;
  }

  /** The documents, where it has any that can be read. */
  async parts(): Promise<readonly Part[]> {
    const content = await this.content();
    return content.kind === 'tree' ? content.parts : [];
  }

  /** The Kubernetes objects of all documents. */
  async objects(): Promise<readonly (KubernetesObject & { readonly part: Part })[]> {
    return (await this.parts()).flatMap((part) =>
      objectsOf(part.data).map((object) => ({ ...object, part })),
    );
  }

  /** The Secrets of all documents, also those within other objects. */
  async secrets(): Promise<readonly (KubernetesObject & { readonly part: Part })[]> {
    if (!this.signs.secret) return [];
    this.#secrets ??= (await this.parts()).flatMap((part) =>
      secretsIn(part.data).map((object) => ({ ...object, part })),
    );
    return this.#secrets;
  }

  /** What its metadata says; `null` for a file without any. */
  seal(): Promise<Seal | null> {
    this.#seal ??= this.#readSeal();
    return this.#seal;
  }

  /** What its own selector says of the leaves of an encrypted file; `null` for any other. */
  async sealedLeaves(): Promise<ReturnType<typeof selectedLeavesOf> | null> {
    const seal = await this.seal();
    if (seal?.kind !== 'good') return null;
    this.#leaves ??= selectedLeavesOf(await this.parts(), seal.selector);
    return this.#leaves;
  }

  async #readSeal(): Promise<Seal | null> {
    if (!this.signs.metadata) return null;
    const block = await this.#block();
    return block === null ? null : readSeal(block);
  }

  async #block(): Promise<Mapping | null> {
    const parts = await this.parts();
    return parts.find(({ metadata }) => metadata !== null)?.metadata ?? null;
  }

  /** The line of an offset in `text`, from 1. */
  lineAt(offset: number): number {
    let line = 1;
    for (let at = this.text.indexOf('\n'); at >= 0 && at < offset; at = this.text.indexOf('\n', at + 1))
      line++;
    return line;
  }
}
