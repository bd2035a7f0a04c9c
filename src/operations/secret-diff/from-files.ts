import { Opener } from '../../flux/build/opened.ts';
import { objectsOf, textAt } from '../../manifests/kubernetes-object.ts';
import { isSecretObject } from '../../manifests/secret-object.ts';
import { Subject } from '../../repository/check/subject.ts';
import type { SelectedFile } from '../../repository/selection/select.ts';
import { printablePath } from '../../system/path-text.ts';
import type { System } from '../../system/system.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import { problemOfName } from './from-kustomizations.ts';
import { looksSealedText } from './sealed-text.ts';
import { storedSecret } from './stored-secret.ts';
import type { Unlooked, WantedSecret, WantedSecrets } from './wanted-secret.ts';

/** The Secrets of files as they stand there. */
export interface FileSecrets extends WantedSecrets {
  /** Files that were named and hold no Secret, as typed. */
  readonly empty: readonly string[];
}

/**
 * Reads the Secrets in files, decrypted with the identities here as kustomize-controller does (MACs are not asked).
 * `namespace`: of those that name none.
 */
export async function secretsOfFiles(
  system: System,
  files: readonly SelectedFile[],
  namespace: string,
): Promise<FileSecrets> {
  const opener = new Opener(system);
  const wanted: WantedSecret[] = [];
  const unlooked: Unlooked[] = [];
  const empty: string[] = [];
  for (const file of files) {
    const bytes = system.files.read(file.path);
    const subject = bytes === null ? null : new Subject(file.shown, bytes);
    const found = subject === null ? null : await documentsOf(subject, opener);
    if (found === null) {
      if (file.named) empty.push(file.shown);
    } else if ('why' in found) unlooked.push(found);
    else {
      const secrets = found.documents.flatMap((document) => objectsOf(document).filter(isSecretObject));
      if (secrets.length === 0 && file.named) empty.push(file.shown);
      for (const { manifest } of secrets) {
        const one = wantedOf(manifest, file.shown, namespace, found.opened);
        if ('why' in one) unlooked.push(one);
        else wanted.push(one);
      }
    }
  }
  return { wanted, unlooked, passedOver: [], empty };
}

interface Documents {
  readonly documents: readonly Mapping[];
  /** Whether nothing in them is encrypted any more. */
  readonly opened: boolean;
}

/** `null`: there can be no Secret in it. */
async function documentsOf(subject: Subject, opener: Opener): Promise<Documents | Unlooked | null> {
  if (!subject.signs.secret) return null;
  const what = printablePath(subject.path);
  const content = await subject.content();
  if (subject.kind.template)
    return { what, why: 'it is a template: what is made of it is not known', fix: '' };
  if (content.kind === 'broken')
    return { what, why: content.problem.message, fix: content.problem.hint ?? '' };
  if (content.kind === 'opaque') return null;
  const documents = content.parts.map(({ data }) => data);
  if (!content.parts.some(({ metadata }) => metadata !== null)) return { documents, opened: true };
  const open = await opener.open(subject.bytes, content.format);
  switch (open.kind) {
    case 'opened':
      return { documents: open.branches, opened: true };
    case 'no-key':
      return { documents, opened: false };
    case 'broken':
      return { what, why: open.message, fix: 'Take the file back from git, or encrypt it anew.' };
  }
}

function wantedOf(
  manifest: Mapping,
  file: string,
  fallback: string,
  opened: boolean,
): WantedSecret | Unlooked {
  const metadata = valueAt(manifest, 'metadata');
  const at = (key: string): string => (metadata?.kind === 'mapping' ? textAt(metadata, key) : '');
  const ref = { namespace: at('namespace') || fallback, name: at('name') };
  const problem =
    !opened && (looksSealedText(ref.name) || looksSealedText(ref.namespace))
      ? { why: 'its name is encrypted, and cannot be opened with the identities here', fix: '' }
      : problemOfName(ref);
  if (problem !== null) return { what: `a Secret in ${printablePath(file)}`, ...problem };
  return {
    ref,
    secret: storedSecret(manifest, opened ? undefined : looksSealedText),
    kustomization: null,
    file,
    files: new Set(),
    generated: false,
    notes: [],
  };
}
