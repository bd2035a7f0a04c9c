import type { Leaf, Mapping } from '../../tree/value.ts';
import type { Document, Edit, EmitStyle, Format, Site } from '../format.ts';
import { separateNested } from '../metadata-place.ts';
import { editYaml, groundOf } from './edit.ts';
import { sitesOf } from './edit-site.ts';
import { isEmittedYaml } from './emit.ts';
import { readYaml, type YamlSource } from './read.ts';

/** A YAML file: its text, and sops' tree of it. Byte order mark and line ends are kept. */
export class YamlFile implements Document {
  readonly format: Format;
  readonly bytes: Uint8Array;
  readonly #source: YamlSource;

  /** Throws as `readYaml` does. */
  constructor(format: Format, bytes: Uint8Array) {
    this.format = format;
    this.bytes = bytes;
    this.#source = readYaml(bytes);
  }

  get branches(): readonly Mapping[] {
    return this.#source.branches;
  }

  get data(): readonly Mapping[] {
    return separateNested(this.branches).data;
  }

  get metadata(): Mapping | null {
    return separateNested(this.branches).metadata;
  }

  isAsEmitted(style: EmitStyle): boolean {
    const { text, bom, branches } = this.#source;
    return !bom && isEmittedYaml(text, branches, style);
  }

  edit(edits: readonly Edit[], style: EmitStyle = {}): Uint8Array {
    const text = editYaml(this.#source, edits, style);
    return Buffer.from(this.#source.bom ? `\ufeff${text}` : text, 'utf8');
  }

  sites(leaves: ReadonlySet<Leaf>): readonly Site[] {
    return sitesOf(groundOf(this.#source, {}), leaves);
  }
}
