import type { FormatName } from '../../formats/format.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import type { Unknown } from '../unknown.ts';
import { type Artifact, joinPath } from './artifact.ts';
import { mapsAt, textOf, textsAt } from './kustomization-file.ts';
import { missingKey } from './missing-key.ts';
import { controllerFormat, markers, type Opener } from './opened.ts';
import type { Reach } from './reach.ts';

/** The files that the controller decrypts before it runs kustomize, decrypted. */
export type DecryptedSources =
  | {
      readonly kind: 'decrypted';
      readonly files: ReadonlyMap<string, Uint8Array>;
      /** Texts that were opened. */
      readonly values: readonly string[];
      /** Files that cannot be opened here; they decide values only. */
      readonly unknowns: readonly Unknown[];
    }
  | { readonly kind: 'failed'; readonly message: string; readonly fix: string }
  | { readonly kind: 'unknown'; readonly unknowns: readonly Unknown[] };

/** As large as a file may be that the controller decrypts. */
const maxBytes = 5 * 1024 * 1024;

/**
 * Decrypts the files of `secretGenerator` and of `patches[].path`, through all kustomizations (kustomize-controller,
 * DecryptSources). A file that no identity here opens makes the build unknown, unless only a value hangs on it: of a
 * generator without a hash in its name.
 */
export async function decryptSources(
  artifact: Artifact,
  { kustomizations }: Reach,
  opener: Opener,
): Promise<DecryptedSources> {
  const files = new Map<string, Uint8Array>();
  const values: string[] = [];
  const [open, closed]: [Unknown[], Unknown[]] = [[], []];
  for (const { file, format, decides } of toDecrypt(kustomizations)) {
    if (files.has(file)) continue;
    const bytes = await artifact.read(file);
    if (bytes === null || !Buffer.from(bytes).includes(markers.get(format) ?? '')) continue;
    if (bytes.length > maxBytes) {
      return failed(
        `cannot decrypt file with size (${bytes.length} bytes) exceeding limit (${maxBytes})`,
        `Make ${file} smaller: the controller decrypts files of up to 5 MiB.`,
      );
    }
    const opened = await opener.open(bytes, format);
    if (opened.kind === 'no-key') {
      (decides ? closed : open).push(missingKey(file, decides ? 'what is built from it' : 'its values'));
      continue;
    }
    const text = opened.kind === 'opened' ? await opener.print(opened.branches, format) : null;
    if (opened.kind === 'broken' || text === null) {
      const why = opened.kind === 'broken' ? opened.message : `it cannot be written as ${format}`;
      return failed(`${file}: ${why}`, `Take ${file} back from git, or encrypt it anew.`);
    }
    files.set(file, text);
    values.push(...opened.values);
  }
  if (closed.length > 0) return { kind: 'unknown', unknowns: closed };
  return { kind: 'decrypted', files, values, unknowns: open };
}

interface ToDecrypt {
  readonly file: string;
  readonly format: FormatName;
  /** Whether more than values hangs on its content. */
  readonly decides: boolean;
}

function toDecrypt(kustomizations: ReadonlyMap<string, Mapping>): ToDecrypt[] {
  return [...kustomizations].flatMap(([folder, mapping]) => {
    const at = (text: string, format: FormatName, decides: boolean): ToDecrypt[] => {
      const file = joinPath(folder, text);
      return file === null ? [] : [{ file, format, decides }];
    };
    const options = valueAt(mapping, 'generatorOptions');
    const generators = mapsAt(mapping, 'secretGenerator').flatMap((generator) => {
      const decides = ![options, valueAt(generator, 'options')].some(disablesHash);
      return [
        ...textsAt(generator, 'files').flatMap((text) => {
          const [key = '', ...rest] = text.split('=');
          return at(rest.length === 0 ? key : rest.join('='), controllerFormat(key), decides);
        }),
        ...textsAt(generator, 'envs').flatMap((text) => {
          const format = controllerFormat(text);
          return at(text, format === 'binary' ? 'dotenv' : format, decides);
        }),
      ];
    });
    const patches = mapsAt(mapping, 'patches').flatMap((patch) => {
      const path = textOf(patch, 'path') ?? '';
      return path === '' || /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(path)
        ? []
        : at(path, controllerFormat(path), true);
    });
    return [...generators, ...patches];
  });
}

function disablesHash(options: ReturnType<typeof valueAt>): boolean {
  if (options?.kind !== 'mapping') return false;
  const value = valueAt(options, 'disableNameSuffixHash');
  return value?.kind === 'bool' && value.value;
}

function failed(message: string, fix: string): DecryptedSources {
  return { kind: 'failed', message: `error decrypting sources: ${message}`, fix };
}
