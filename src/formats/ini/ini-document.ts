import type { Leaf, Mapping } from '../../tree/value.ts';
import { fromByteText, toByteText } from '../byte-text.ts';
import type { Document, Edit, Format, Site } from '../format.ts';
import { separateSection } from '../metadata-place.ts';
import { applySplices } from '../splice.ts';
import { leafSites, leafSplices } from './ini-leaves.ts';
import { withIniMetadata } from './ini-metadata.ts';
import { withIniValue, withoutIniValue } from './ini-put.ts';
import { scanIni } from './ini-scanner.ts';
import type { IniSource } from './ini-source.ts';

/** An INI file with its text. */
export class IniDocument implements Document {
  readonly format: Format;
  readonly bytes: Uint8Array;
  readonly branches: readonly Mapping[];
  readonly #source: IniSource;

  /** Throws `document.syntax` and `document.unsupported`. */
  constructor(format: Format, bytes: Uint8Array) {
    this.format = format;
    this.bytes = bytes;
    this.#source = scanIni(toByteText(bytes));
    this.branches = [this.#source.tree];
  }

  get data(): readonly Mapping[] {
    return separateSection(this.branches).data;
  }

  get metadata(): Mapping | null {
    return separateSection(this.branches).metadata;
  }

  edit(edits: readonly Edit[]): Uint8Array {
    let text = applySplices(this.#source.text, leafSplices(this.#source, edits));
    for (const edit of edits) {
      if (edit.kind === 'put') text = withIniValue(text, edit.path, edit.value);
      else if (edit.kind === 'remove') text = withoutIniValue(text, edit.path);
    }
    for (const edit of edits) {
      if (edit.kind === 'metadata') text = withIniMetadata(text, edit.value);
    }
    return fromByteText(text);
  }

  sites(leaves: ReadonlySet<Leaf>): readonly Site[] {
    return leafSites(this.#source, leaves);
  }
}
