import nodePath from 'node:path';
import { requestedConfig } from '../../../config/find.ts';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { comparableRecipient } from '../../../keys/age/recipient-text.ts';
import type { MasterKey } from '../../../keys/key-source.ts';
import { readSealed } from '../../../repository/audit/sealed-version.ts';
import type { Snapshot, SnapshotFile } from '../../../repository/snapshot.ts';
import type { Metadata } from '../../../sops/metadata.ts';
import type { SealedFile } from '../../../sops/sealed-file.ts';
import { printablePath } from '../../../system/path-text.ts';
import type { System } from '../../../system/system.ts';
import type { Path } from '../../../tree/path.ts';
import { walk } from '../../../tree/walk.ts';
import { namesInConfig } from './config-text.ts';

/** An encrypted file of the working tree. */
export interface SealedPath {
  /** From the top. */
  readonly path: string;
  readonly metadata: Metadata;
  /** Paths of its encrypted values, `stringData.password`; of a binary file `(the whole file)`. Never a value. */
  readonly values: readonly string[];
}

/** What of a working tree has to do with age recipients. */
export interface Survey {
  /** In the order of their paths. */
  readonly sealed: readonly SealedPath[];
  /** Paths of all `.sops.yaml`, with their bytes. */
  readonly configurations: ReadonlyMap<string, Uint8Array>;
  /** Whether any file speaks of Kustomizations of Flux: clusters may decrypt what is here. */
  readonly hasFlux: boolean;
  /** Files that hold ciphertext, or may, and cannot be read. */
  readonly unreadable: readonly UnreadableFile[];
}

/** A file of which it cannot be told whom it is encrypted for. */
export interface UnreadableFile {
  readonly path: string;
  readonly message: string;
  /** `null`: not even those could be read. */
  readonly bytes: Uint8Array | null;
}

const fluxGroup = 'kustomize.toolkit.fluxcd.io';

/**
 * Reads every encrypted file and every `.sops.yaml` of a working tree, behind links too, and the configuration that
 * SOPS_CONFIG names, where it lies in the tree. Nothing is opened.
 */
export async function surveyTree(system: System, snapshot: Snapshot): Promise<Survey> {
  const sealed: SealedPath[] = [];
  const configurations = new Map<string, Uint8Array>();
  const unreadable: UnreadableFile[] = [];
  let hasFlux = false;
  const files = await snapshot.list();
  const configured = configurationPaths(system, snapshot, files);
  for (const { path, kind } of files) {
    if (kind !== 'file') continue;
    const bytes = await readOrError(snapshot, path);
    if (bytes instanceof SopskitError) unreadable.push({ path, message: bytes.message, bytes: null });
    if (bytes === null || bytes instanceof SopskitError) continue;
    hasFlux ||= Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(fluxGroup);
    if (configured.has(path)) configurations.set(path, bytes);
    const read = await readSealed(path, bytes);
    if (read instanceof SopskitError) unreadable.push({ path, message: read.message, bytes });
    else if (read !== null) sealed.push({ path, metadata: read.metadata, values: sealedValues(read) });
  }
  return { sealed, configurations, hasFlux, unreadable };
}

/** The files themselves: a link to one is as good as its name. */
function configurationPaths(
  { files, env }: System,
  { root }: Snapshot,
  listed: readonly SnapshotFile[],
): ReadonlySet<string> {
  const top = files.realPath(root) ?? root;
  const inTree = (full: string): string[] => {
    const real = files.realPath(full);
    const from = real === null ? '' : nodePath.relative(top, real);
    return from === '' || from.startsWith('..') || nodePath.isAbsolute(from)
      ? []
      : [from.split(nodePath.sep).join('/')];
  };
  const asked = requestedConfig(undefined, env);
  return new Set([
    ...listed.flatMap(({ path, kind }) => {
      if (!/(?:^|\/)\.sops\.yaml$/.test(path)) return [];
      return kind === 'symlink' ? inTree(nodePath.join(root, path)) : [path];
    }),
    ...(asked === null ? [] : inTree(nodePath.resolve(files.cwd, asked))),
  ]);
}

/** A file that is too large is none of sops'. */
async function readOrError(snapshot: Snapshot, path: string): Promise<Uint8Array | SopskitError | null> {
  try {
    return await snapshot.read(path);
  } catch (error) {
    if (!(error instanceof SopskitError) || !error.code.startsWith('file.')) throw error;
    return error.code === 'file.too-large' ? null : error;
  }
}

/** Whether a key of a file is an age recipient. */
export function isRecipient(recipient: string): (key: MasterKey) => boolean {
  const wanted = comparableRecipient(recipient);
  return ({ source, id }) => source === 'age' && comparableRecipient(id.trim()) === wanted;
}

export function filesNaming({ sealed }: Survey, recipient: string | null): readonly SealedPath[] {
  if (recipient === null) return [];
  const isIt = isRecipient(recipient);
  return sealed.filter(({ metadata }) => metadata.keyGroups.some((group) => group.some(isIt)));
}

/** Throws `config.invalid` for a configuration that cannot be read. */
export function configurationsNaming({ configurations }: Survey, recipient: string): readonly string[] {
  return [...configurations].flatMap(([path, bytes]) => {
    try {
      return namesInConfig(bytes, recipient) ? [path] : [];
    } catch (error) {
      if (!(error instanceof SopskitError)) throw error;
      throw new SopskitError('config.invalid', `${printablePath(path)} cannot be read: ${error.message}`, {
        hint: `Mend it first: sopskit config lint ${printablePath(path)}`,
        cause: error,
      });
    }
  });
}

/** All age recipients that files are encrypted for. */
export function recipientsInUse({ sealed }: Survey): ReadonlySet<string> {
  return new Set(
    sealed.flatMap(({ metadata }) =>
      metadata.keyGroups.flatMap((group) =>
        group.flatMap(({ source, id }) => (source === 'age' ? [comparableRecipient(id.trim())] : [])),
      ),
    ),
  );
}

const cipherMark = 'ENC[AES256_GCM,';

/** The encrypted values of a file; comments are not what somebody would change at a provider. */
export function sealedValues({ document }: SealedFile): readonly string[] {
  if (document.format.name === 'binary') return ['(the whole file)'];
  const paths = new Set<string>();
  for (const branch of document.data)
    walk(branch, ({ leaf, path }) => {
      if (leaf.kind === 'string' && leaf.value.startsWith(cipherMark)) paths.add(valueName(path));
    });
  return [...paths];
}

/** `stringData.password`, `list[0]`, `data["a.b"]`. */
function valueName(path: Path): string {
  const steps = path.map((step, index) => {
    if (typeof step === 'number') return `[${step}]`;
    if (!/^[^\s."'[\]]+$/.test(step)) return `[${JSON.stringify(step)}]`;
    return index === 0 ? step : `.${step}`;
  });
  return printablePath(steps.join(''));
}
