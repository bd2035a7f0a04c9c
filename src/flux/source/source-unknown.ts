import type { SourceContent } from '../model/model.ts';
import type { Unknown } from '../unknown.ts';
import { gitReference, showReference } from './git-reference.ts';
import { keyOfSource, type SourceInCluster, showSource, specText } from './source-in-cluster.ts';

export function noRevision(source: SourceInCluster): Unknown {
  const follows = source.manifest === null ? 'nothing' : showReference(gitReference(source.manifest));
  return {
    reason: 'no-revision',
    subject: keyOfSource(source),
    message: `${showSource(source)} follows ${follows} of this repository, which the clone here does not have`,
    fix: 'Fetch it: git fetch --tags origin; in a shallow clone: git fetch --tags --unshallow.',
  };
}

export function notThere(key: string): Unknown {
  const [kind = '', namespace = '', name = ''] = key.split('/');
  const source = `${kind} ${namespace}/${name}`;
  // nobody writes these: ArtifactGenerators and other controllers make them
  if (kind === 'ExternalArtifact')
    return {
      reason: 'opaque-source',
      subject: key,
      message: `${source} is made in the cluster, and its content is not known here`,
      fix: 'Look at what makes it, an ArtifactGenerator e.g., by itself.',
    };
  return {
    reason: 'opaque-source',
    subject: key,
    message: `${source} is named, and no Kustomization of the repository applies it`,
    fix: 'Add the source to the repository, or correct the name in spec.sourceRef.',
  };
}

export function elsewhere(source: SourceInCluster): Unknown {
  const url = source.manifest === null ? '' : specText(source.manifest, 'url');
  return {
    reason: 'opaque-source',
    subject: keyOfSource(source),
    message: `the content of ${showSource(source)} lies elsewhere${url === '' ? '' : ` (${withoutUser(url)})`}`,
    fix: 'What it holds is not in this repository: look at it with flux build or flux diff against the cluster.',
  };
}

/** What the cluster begins with is an artifact that may be made from this repository: nothing says so. */
export function elsewhereAtEntry(source: SourceInCluster, path: string): Unknown {
  const fix =
    path === ''
      ? 'If it is made from a folder of this repository, name the folder: --path FOLDER.'
      : `If it is made from this repository, say so: --path ${path}.`;
  return { ...elsewhere(source), fix };
}

/** Addresses may have a password in them. */
function withoutUser(url: string): string {
  return url.replace(/^([a-z][a-z0-9+]*:\/\/)[^/]*@/i, '$1');
}

export function notCheckedOut(source: SourceInCluster, folder: string): Unknown {
  return {
    reason: 'opaque-source',
    subject: keyOfSource(source),
    message: `${showSource(source)} fails: sparse checkout dir '${folder}' does not exist in repository`,
    fix: 'Correct spec.sparseCheckout: until then the source stays at the revision that it fetched last.',
  };
}

export function notCopied(source: SourceInCluster, to: string, problem: string): Unknown {
  return {
    reason: 'opaque-source',
    subject: keyOfSource(source),
    message: `${showSource(source)} fails: failed to copy include to ${to}: ${problem}`,
    fix: 'Correct spec.include: fromPath has to be in the included source, and toPath must not be in this one.',
  };
}

export function includesItself(source: SourceInCluster, key: string): Unknown {
  return {
    reason: 'opaque-source',
    subject: keyOfSource(source),
    message: `${showSource(source)} includes ${key}, which includes it`,
    fix: 'Break the circle of spec.include.',
  };
}

export function notIncluded(source: SourceInCluster, key: string, content: SourceContent): Unknown {
  const because = content.kind === 'opaque' ? `: ${content.why.message}` : '';
  return {
    reason: 'opaque-source',
    subject: keyOfSource(source),
    message: `${showSource(source)} includes ${key}${because}`,
    fix: content.kind === 'opaque' ? content.why.fix : 'Look at the included source.',
  };
}
