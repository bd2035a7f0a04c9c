import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Mapping, Node } from '../../tree/value.ts';
import type { CommentLine, YamlDocument, YamlNode } from './node.ts';
import { parseYaml } from './parse-tree.ts';
import { checkFirstDocument } from './read-check.ts';
import { decodeText } from './read-text.ts';
import { TreeBuilder } from './read-tree.ts';

/** What was read: the text, its syntax, its tree, and which syntax each tree node came from. */
export interface YamlSource {
  /** The decoded text, without its byte order mark. */
  readonly text: string;
  readonly bom: boolean;
  readonly documents: readonly YamlDocument[];
  /** sops' tree, one branch per document. */
  readonly branches: readonly Mapping[];
  /**
   * From each tree node (a comment, a scalar, a mapping, a sequence; a branch whose document has a root) to where it
   * came from. `alias` is the outermost alias through which it was reached: that of an expanded alias and all below it.
   */
  readonly origins: ReadonlyMap<Node, Origin>;
  /** Comment lines that sops drops (go-yaml gives them to no node): they are in the text, but not in the tree. */
  readonly strays: readonly CommentLine[];
}

export type Origin =
  | { readonly kind: 'node'; readonly node: YamlNode; readonly alias: YamlNode | null }
  | { readonly kind: 'comment'; readonly comment: CommentLine; readonly alias: YamlNode | null };

/**
 * Reads a YAML file as sops 3.13.3 does with go-yaml v3.0.4: the same files are accepted, with the same types and with
 * comments in the same places. An empty file has no documents.
 *
 * Throws `document.syntax`, `document.duplicate-key` (first document only), `document.aliases`, `document.too-deep`
 * (more than 1,000 levels), `document.unsupported` (a list or a value at the top, UTF-16, comments only, tags that do
 * not fit). Messages name the place, never a value.
 */
export function readYaml(bytes: Uint8Array): YamlSource {
  const { text, bom } = decodeText(bytes);
  const { documents, comments } = parseYaml(text);
  const first = documents[0];
  if (first === undefined && bytes.length > 0) throw noDocument(comments.length > 0);
  if (first?.root) checkFirstDocument(first.root);
  const builder = new TreeBuilder();
  const branches = documents.map((document) => builder.branch(document));
  const { origins } = builder;
  return { text, bom, documents, branches, origins, strays: straysOf(comments, origins) };
}

function noDocument(hasComments: boolean): SopskitError {
  const message = hasComments ? 'the file has only comments' : 'the file is blank';
  return new SopskitError('document.unsupported', `YAML: ${message}`, {
    hint: 'Add a key and its value; to sops, a file without any is no YAML document.',
  });
}

function straysOf(comments: readonly CommentLine[], origins: ReadonlyMap<Node, Origin>): CommentLine[] {
  if (comments.length === 0) return [];
  const kept = new Set<CommentLine>();
  for (const origin of origins.values()) {
    if (origin.kind === 'comment') kept.add(origin.comment);
  }
  return comments.filter((comment) => !kept.has(comment));
}
