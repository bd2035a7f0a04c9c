import type { Mapping, Node } from '../../tree/value.ts';
import type { EmitStyle } from '../format.ts';
import { BlockWriter } from './emit-blocks.ts';
import { EmitPrinter } from './emit-printer.ts';

const DEFAULT_INDENT = 4;

/**
 * Prints a file as sops 3.13.3 prints it (go-yaml v3.0.4, `EmitPlainFile` of its YAML store), one document a branch.
 *
 * Indentation is 4 unless `style` says otherwise (0 is no word of it); below 2 and above 9, go-yaml takes 2. Where sops' text would not read
 * back as the same value, another spelling of it is printed: docs/differences.md lists them.
 * Throws `document.not-emittable` for values and keys that sops cannot hold.
 */
export function emitYaml(branches: readonly Mapping[], style: EmitStyle): string {
  const printer = new EmitPrinter(style.indent || DEFAULT_INDENT);
  const writer = new BlockWriter(printer);
  for (const branch of branches) writer.write(branch);
  return printer.text;
}

/** Whether `emitYaml` would print `text`: stops at the first difference. Throws as it does. */
export function isEmittedYaml(text: string, branches: readonly Mapping[], style: EmitStyle): boolean {
  const printer = new EmitPrinter(style.indent || DEFAULT_INDENT, text);
  const writer = new BlockWriter(printer);
  for (const branch of branches) {
    if (!printer.fits) return false;
    writer.write(branch);
  }
  return printer.fitsWhole;
}

/**
 * Prints one value as sops' `EmitValue` does: `decrypt --extract` of a list, number, bool, null or comment. It indents
 * by 4 whatever the `--indent`, and shows a comment as a mapping of its parts. Strings sops prints raw, and an extracted
 * mapping as a file, in the first document's place before all others: `emitYaml` is for that.
 */
export function emitYamlValue(node: Node, _style: EmitStyle = {}): string {
  const printer = new EmitPrinter(DEFAULT_INDENT);
  new BlockWriter(printer).write(node.kind === 'comment' ? commentParts(node.text, node.inline) : node);
  return printer.text;
}

function commentParts(text: string, inline: boolean): Mapping {
  return {
    kind: 'mapping',
    entries: [
      { kind: 'entry', key: 'value', value: { kind: 'string', value: text } },
      { kind: 'entry', key: 'inline', value: { kind: 'bool', value: inline } },
    ],
  };
}
