import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Comment, Entry, Key, Mapping, Node, Scalar, Sequence, Value } from '../../tree/value.ts';
import type { CommentLine } from './node.ts';
import type { ParsedNode } from './parse-event.ts';
import type { ParsedDocument } from './parse-tree.ts';
import type { Origin } from './read.ts';
import { AliasBudget, selfReference } from './read-alias.ts';
import { topLevelList } from './read-check.ts';
import { toKey, toScalar } from './read-scalar.ts';
import { resolveScalar } from './resolve.ts';
import { maxDepth, tooDeep } from './scan-indent.ts';
import type { ScannedLine } from './scan-token.ts';

/**
 * Builds sops' tree from a document: comments become members of the mapping or sequence that sops 3.13.3 attributes
 * them to, aliases are expanded (stores/yaml/store.go, which this follows). Fills `origins`.
 * Throws `document.unsupported` for a list or value at the top, `document.aliases`, `document.too-deep`.
 */
export class TreeBuilder {
  readonly origins: Map<Node, Origin> = new Map();
  private readonly budget = new AliasBudget();
  private readonly open = new Set<ParsedNode>();
  /** The outermost alias through which the current node is reached. */
  private alias: ParsedNode | null = null;
  private depth = 0;

  branch(document: ParsedDocument): Mapping {
    const entries: (Entry | Comment)[] = [];
    this.comments(document.head, entries);
    const { root } = document;
    if (root !== null) this.root(root, entries);
    this.comments(document.foot, entries);
    const { line, column } = root ?? { line: 1, column: 1 };
    const mapping: Mapping = { kind: 'mapping', entries, line, column };
    if (root !== null) this.origins.set(mapping, branchOrigin(root));
    return mapping;
  }

  private root(node: ParsedNode, entries: (Entry | Comment)[]): void {
    switch (node.kind) {
      case 'alias':
        this.comments(node.head, entries);
        this.comments(node.trailing, entries);
        this.expand(node, (target) => this.root(target, entries));
        this.comments(node.foot, entries);
        return;
      case 'mapping':
        this.members(node, entries, false);
        return;
      case 'sequence':
        throw topLevelList(node);
      case 'scalar':
        this.comments(node.head, entries);
        this.comments(node.trailing, entries);
        if (isNull(node)) return;
        throw new SopskitError('document.unsupported', 'YAML: the document is a single value, not a map', {
          place: { line: node.line, column: node.column },
          hint: 'Only maps can be encrypted as YAML.',
        });
    }
  }

  private value(node: ParsedNode, commentsHandled: boolean): Value {
    this.budget.count(this.alias !== null);
    switch (node.kind) {
      case 'alias':
        return this.expand(node, (target) => this.value(target, false));
      case 'mapping':
        return this.nested(node, () => this.mapping(node, commentsHandled));
      case 'sequence':
        return this.nested(node, () => this.sequence(node, commentsHandled));
      case 'scalar':
        return this.placed(toScalar(node), node);
    }
  }

  private mapping(node: ParsedNode, commentsHandled: boolean): Mapping {
    const entries: (Entry | Comment)[] = [];
    const { line, column } = node;
    this.members(node, entries, commentsHandled);
    return this.placed<Mapping>({ kind: 'mapping', entries, line, column }, node);
  }

  private members(node: ParsedNode, entries: (Entry | Comment)[], commentsHandled: boolean): void {
    if (!commentsHandled) this.edge(node, 'head', entries);
    const { content } = node;
    for (let at = 1; at < content.length; at += 2) {
      const key = content[at - 1];
      const value = content[at];
      if (key === undefined || value === undefined) continue;
      this.comments(key.head, entries);
      this.comments(key.trailing, entries);
      const isLeaf = value.kind === 'scalar' || value.kind === 'alias';
      if (isLeaf) {
        this.comments(value.head, entries);
        this.comments(value.trailing, entries, true);
      }
      entries.push({ kind: 'entry', key: this.key(key), value: this.value(value, isLeaf) });
      if (isLeaf) this.comments(value.foot, entries);
      this.comments(key.foot, entries);
    }
    if (!commentsHandled) this.edge(node, 'foot', entries);
  }

  private key(node: ParsedNode): Key {
    this.budget.count(this.alias !== null);
    return toKey(node);
  }

  private sequence(node: ParsedNode, commentsHandled: boolean): Sequence {
    const items: Node[] = [];
    const { line, column } = node;
    if (!commentsHandled) this.edge(node, 'head', items);
    for (const item of node.content) {
      this.comments(item.head, items);
      this.comments(item.trailing, items, true);
      items.push(this.value(item, true));
      this.comments(item.foot, items);
    }
    if (!commentsHandled) this.edge(node, 'foot', items);
    return this.placed<Sequence>({ kind: 'sequence', items, line, column }, node);
  }

  /** The comments of a collection itself, at its head or foot. */
  private edge(node: ParsedNode, side: 'head' | 'foot', into: (Comment | Entry)[] | Node[]): void {
    this.comments(node[side], into);
    if (side === 'head') this.comments(node.trailing, into);
  }

  private comments(lines: readonly CommentLine[], into: (Comment | Entry)[] | Node[], inline = false): void {
    for (const comment of lines) {
      if (comment.text === '') continue;
      const { line, column } = comment as ScannedLine;
      const node: Comment = { kind: 'comment', text: comment.text.slice(1), inline, line, column };
      this.origins.set(node, { kind: 'comment', comment, alias: this.alias });
      into.push(node);
    }
  }

  private expand<Result>(node: ParsedNode, build: (target: ParsedNode) => Result): Result {
    const { target } = node;
    if (target === null || this.open.has(target)) throw selfReference(node);
    const outer = this.alias;
    this.alias = outer ?? node;
    this.open.add(target);
    const result = build(target);
    this.open.delete(target);
    this.alias = outer;
    return result;
  }

  private nested<Result>(node: ParsedNode, build: () => Result): Result {
    this.depth += 1;
    if (this.depth > maxDepth) throw tooDeep(node);
    const result = build();
    this.depth -= 1;
    return result;
  }

  private placed<Kind extends Scalar | Mapping | Sequence>(value: Kind, node: ParsedNode): Kind {
    this.origins.set(value, { kind: 'node', node, alias: this.alias });
    return value;
  }
}

function branchOrigin(root: ParsedNode): Origin {
  return { kind: 'node', node: root.target ?? root, alias: root.target === null ? null : root };
}

/** Whether go-yaml takes the scalar's tag for `!!null`, fitting or not. */
function isNull(node: ParsedNode): boolean {
  return node.meaning === '!!null' || (node.meaning === '' && resolveScalar(node).kind === 'null');
}
