import type { YamlNode } from './node.ts';
import { columnOf } from './place-line.ts';
import type { YamlSource } from './read.ts';
import type { ScalarContext } from './scalar-spelling.ts';

/** Where a syntax node stands: in which collection, and as which member of its `content`. */
export interface Standing {
  readonly parent: YamlNode;
  readonly index: number;
  /** Whether a flow collection is around it. */
  readonly flow: boolean;
}

/** Knows of each syntax node of a source what is around it. Built in one pass. */
export class PlaceContext {
  readonly #text: string;
  readonly #standings = new Map<YamlNode, Standing>();
  readonly #aliases: YamlNode[] = [];
  /** What `memberContext` found out: the members of a collection are asked for one by one. */
  readonly #contexts = new Map<YamlNode, ScalarContext>();
  /** Spaces per level: the document's own where it can be told, then the caller's, then sops' 4. */
  readonly step: number;

  /** `indent` counts where the document has no step of its own, `fixed` in any case. */
  constructor(source: YamlSource, indent: number | undefined, fixed?: number) {
    this.#text = source.text;
    let step: number | null = null;
    for (const document of source.documents) {
      if (document.root === null) continue;
      this.#enter(document.root);
      step ??= this.#ownStep(document.root);
    }
    this.step = fixed ?? step ?? indent ?? 4;
  }

  /** Every alias node in the text, in text order within its collection. */
  get aliases(): readonly YamlNode[] {
    return this.#aliases;
  }

  /** `null` for the root of a document. */
  of(node: YamlNode): Standing | null {
    return this.#standings.get(node) ?? null;
  }

  /** What the emitter must know to spell a scalar in a node's place. */
  scalarContext(node: YamlNode): ScalarContext {
    const standing = this.of(node);
    if (standing === null) return { context: 'block', column: -1, step: this.step };
    return standing.flow ? { context: 'flow' } : this.memberContext(standing.parent);
  }

  /** The same for a new member of a block collection. Its literals' bodies stand where go-yaml puts them. */
  memberContext(collection: YamlNode): ScalarContext {
    const known = this.#contexts.get(collection);
    if (known !== undefined) return known;
    const column = this.columnOf(collection);
    const step = bodyStep(column - this.#rootColumn(collection), collection.kind, this.step);
    const context: ScalarContext = { context: 'block', column, step };
    this.#contexts.set(collection, context);
    return context;
  }

  /** The column, from 0, of a block collection's members. */
  columnOf(collection: YamlNode): number {
    return columnOf(this.#text, collection.valueStart);
  }

  #rootColumn(node: YamlNode): number {
    let root = node;
    for (let above = this.of(root); above !== null; above = this.of(root)) root = above.parent;
    return this.columnOf(root);
  }

  #enter(root: YamlNode): void {
    const waiting: YamlNode[] = [root];
    for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) {
      const flow = parent.style === 'flow' || (this.of(parent)?.flow ?? false);
      for (let index = 0; index < parent.content.length; index++) {
        const node = parent.content[index];
        if (node === undefined) continue;
        this.#standings.set(node, { parent, index, flow });
        if (node.kind === 'alias') this.#aliases.push(node);
        else if (node.kind !== 'scalar') waiting.push(node);
      }
    }
  }

  #ownStep(root: YamlNode): number | null {
    for (const [node, { parent, flow, index }] of this.#standings) {
      if (node.style !== 'block' || flow || parent.kind !== 'mapping' || index % 2 === 0) continue;
      const step = this.columnOf(node) - this.columnOf(parent);
      if (step > 0) return step;
    }
    return root.style === 'block' ? this.#literalStep() : null;
  }

  #literalStep(): number | null {
    for (const [node, { parent }] of this.#standings) {
      if (node.block === null || parent.kind !== 'mapping') continue;
      const step = node.block.indent - this.columnOf(parent);
      if (step > 0) return step;
    }
    return null;
  }
}

/** go-yaml aligns what is in a mapping to multiples of the step, and what is in a sequence behind its `- `. */
function bodyStep(column: number, kind: YamlNode['kind'], step: number): number {
  return kind === 'sequence' ? 2 : step - (column % step);
}
