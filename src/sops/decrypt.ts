import type { EmitStyle, Format } from '../formats/format.ts';
import { extractNode } from '../tree/extract.ts';
import type { Path } from '../tree/path.ts';
import type { OpenFile } from './open-file.ts';
import { openedText } from './opened-text.ts';

export interface DecryptOptions {
  /** Format of the output. Default: the file's own, in the file's own layout. */
  readonly outputFormat?: Format;
  /** Indentation of emitted text; its own layout is recognised as sops' with it. */
  readonly style?: EmitStyle;
  /** Print as sops prints, whatever the file's layout. Default: false. */
  readonly relayout?: boolean;
  /** Only the part at this path of the first document. */
  readonly extract?: Path;
}

/** Returns the plaintext of an open file. Throws `document.not-emittable`, `document.path-not-found`. */
export function decryptedBytes(open: OpenFile, options: DecryptOptions = {}): Uint8Array {
  const { document } = open.sealed;
  const style = options.style ?? {};
  const format = options.outputFormat ?? document.format;
  if (options.extract !== undefined) return extract(open, options.extract, format, style);
  if (format !== document.format || options.relayout === true) return format.emit(open.branches, style);
  return openedText(document, open.opens, open.layout, style);
}

/** sops' `--extract`: strings raw, maps as a whole file, everything else as the format prints a value. */
function extract(open: OpenFile, path: Path, format: Format, style: EmitStyle): Uint8Array {
  const node = extractNode(open.branches[0], path);
  if (node.kind === 'string') return Buffer.from(node.value, 'utf8');
  if (node.kind === 'bytes') return node.value;
  if (node.kind === 'mapping') return format.emit([node, ...open.branches.slice(1)], style);
  return format.emitValue(node, style);
}
