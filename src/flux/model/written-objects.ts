import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Format } from '../../formats/format.ts';
import { formatNamed } from '../../formats/registry.ts';
import { fieldsAt, objectsOf, textAt } from '../../manifests/kubernetes-object.ts';
import type { Snapshot, SnapshotFile } from '../../repository/snapshot.ts';
import type { Mapping } from '../../tree/value.ts';

/** An object of Flux as it is written in a file, before anything is built. */
export interface WrittenObject {
  /** From the snapshot's root. */
  readonly file: string;
  readonly line: number;
  readonly kind: string;
  /** Without the version. */
  readonly group: string;
  /** Empty where it has none. */
  readonly namespace: string;
  readonly name: string;
  readonly manifest: Mapping;
}

/** What a repository's files say of Flux. */
export interface Written {
  readonly objects: readonly WrittenObject[];
  /** Values of the chart `flux-instance`: mappings with an `instance` that has a `sync`. */
  readonly values: readonly { readonly file: string; readonly line: number; readonly values: Mapping }[];
  /** Files that speak of Flux but cannot be read as YAML. */
  readonly broken: readonly string[];
}

/** What was found in blobs, by their ids: the same in every revision that has them. */
export type WrittenCache = Map<string, FileFindings>;

interface FileFindings {
  readonly documents: readonly FoundDocument[];
  readonly broken: boolean;
}

interface FoundDocument {
  readonly manifest: Mapping;
  /** Lines of the file above the text that it was parsed from. */
  readonly above: number;
}

/** No manifest that people write is larger; what kustomize-controller installs of Flux is half as large. */
const maxBytes = 4 << 20;

/**
 * Looks through the YAML files of a snapshot for objects of Flux: a guess at where things are written, not at what is
 * applied. Only documents that name an API of Flux are parsed.
 */
export async function writtenObjects(snapshot: Snapshot, cache: WrittenCache): Promise<Written> {
  const yaml = await formatNamed('yaml');
  const objects: WrittenObject[] = [];
  const values: { file: string; line: number; values: Mapping }[] = [];
  const broken: string[] = [];
  for (const file of await snapshot.list()) {
    if (file.kind !== 'file' || !/\.ya?ml$/.test(file.path)) continue;
    const findings = await findingsIn(snapshot, file, yaml, cache);
    if (findings.broken) broken.push(file.path);
    for (const { manifest, above } of findings.documents) {
      objects.push(...objectsIn(file.path, manifest, above));
      if (textAt(manifest, 'kind') === '' && hasSync(manifest))
        values.push({ file: file.path, line: above + (manifest.line ?? 1), values: manifest });
    }
  }
  return { objects, values, broken };
}

async function findingsIn(
  snapshot: Snapshot,
  file: SnapshotFile,
  yaml: Format,
  cache: WrittenCache,
): Promise<FileFindings> {
  const known = file.blob === null ? undefined : cache.get(file.blob);
  if (known !== undefined) return known;
  const bytes = await readOrNothing(snapshot, file.path);
  const findings = bytes === null ? { documents: [], broken: false } : parseFindings(bytes, yaml);
  if (file.blob !== null) cache.set(file.blob, findings);
  return findings;
}

async function readOrNothing(snapshot: Snapshot, path: string): Promise<Uint8Array | null> {
  try {
    return await snapshot.read(path);
  } catch (error) {
    if (error instanceof SopskitError && /^(?:file|git)\./.test(error.code)) return null;
    throw error;
  }
}

const ofFlux = /\b(?:kustomize|source)\.toolkit\.fluxcd\.io\/|\bfluxcd\.controlplane\.io\//;
const isDefinition = /^kind:\s*["']?CustomResourceDefinition/m;

function parseFindings(bytes: Uint8Array, yaml: Format): FileFindings {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length > maxBytes || !/fluxcd\.|instance:/.test(buffer.toString('latin1')))
    return { documents: [], broken: false };
  const documents: FoundDocument[] = [];
  let broken = false;
  for (const { text, above } of documentsOf(buffer.toString('utf8'))) {
    const mayHaveSync = /\binstance:/.test(text) && /\bsync:/.test(text);
    if (isDefinition.test(text) || !(ofFlux.test(text) || mayHaveSync)) continue;
    try {
      for (const manifest of yaml.parse(Buffer.from(text)).branches) documents.push({ manifest, above });
    } catch (error) {
      if (!(error instanceof SopskitError)) throw error;
      broken = true;
    }
  }
  return { documents, broken };
}

/** Splits at `---` lines, which end a document wherever they stand. */
function documentsOf(text: string): { text: string; above: number }[] {
  const found: { text: string; above: number }[] = [];
  let begin = 0;
  let above = 0;
  for (const mark of text.matchAll(/^---(?=\s|$)/gm)) {
    const before = text.slice(begin, mark.index);
    found.push({ text: before, above });
    above += before.split('\n').length - 1;
    begin = mark.index;
  }
  found.push({ text: text.slice(begin), above });
  return found.filter((document) => /^(?!---)[^\S\n]*[^#\s]/m.test(document.text));
}

function objectsIn(file: string, document: Mapping, above: number): WrittenObject[] {
  return objectsOf(document).map(({ manifest, kind, apiVersion, name }) => {
    const metadata = fieldsAt(manifest, 'metadata')[0]?.value;
    return {
      file,
      line: above + (manifest.line ?? 1),
      kind,
      group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
      namespace: metadata?.kind === 'mapping' ? textAt(metadata, 'namespace') : '',
      name,
      manifest,
    };
  });
}

/** Whether a mapping looks like values of the chart `flux-instance`. */
export function hasSync(values: Mapping): boolean {
  const instance = fieldsAt(values, 'instance')[0]?.value;
  const sync = instance?.kind === 'mapping' ? fieldsAt(instance, 'sync')[0]?.value : undefined;
  return sync?.kind === 'mapping' && textAt(sync, 'path') !== '' && textAt(sync, 'url') !== '';
}
