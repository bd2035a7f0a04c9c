import { SopskitError } from '../../errors/sopskit-error.ts';
import { fieldsAt, textAt } from '../../manifests/kubernetes-object.ts';
import type { Git } from '../../repository/git/git.ts';
import type { Mapping } from '../../tree/value.ts';
import { compareVersions, satisfies } from './version-range.ts';

/** What a GitRepository checks out: the first of its fields that counts. */
export type GitReference =
  | { readonly kind: 'commit' | 'name' | 'semver' | 'tag'; readonly value: string }
  | { readonly kind: 'branch'; readonly value: string };

/** Reads `spec.ref` (source-controller: commit over name over semver over tag over branch; none: `master`). */
export function gitReference(repository: Mapping): GitReference {
  const spec = fieldsAt(repository, 'spec')[0]?.value;
  const ref = spec?.kind === 'mapping' ? fieldsAt(spec, 'ref')[0]?.value : undefined;
  if (ref?.kind !== 'mapping') return { kind: 'branch', value: 'master' };
  for (const kind of ['commit', 'name', 'semver', 'tag'] as const) {
    const value = textAt(ref, kind);
    if (value !== '') return kind === 'name' ? namedReference(value) : { kind, value };
  }
  return { kind: 'branch', value: textAt(ref, 'branch') || 'master' };
}

function namedReference(name: string): GitReference {
  const [, branch] = /^refs\/heads\/(.+)$/.exec(name) ?? [];
  if (branch !== undefined) return { kind: 'branch', value: branch };
  const [, tag] = /^refs\/tags\/([^^]+)(?:\^\{\})?$/.exec(name) ?? [];
  return tag === undefined ? { kind: 'name', value: name } : { kind: 'tag', value: tag };
}

export function showReference({ kind, value }: GitReference): string {
  return kind === 'semver'
    ? `the newest tag in ${value}`
    : `${kind === 'name' ? 'reference' : kind} ${value}`;
}

/** Finds the commit that a reference names in the clone here; `null` where the clone does not have it. */
export async function resolveReference(git: Git, reference: GitReference): Promise<string | null> {
  for (const name of await namesOf(git, reference)) {
    try {
      return await git.commit(name);
    } catch (error) {
      if (!(error instanceof SopskitError) || error.code !== 'git.failed') throw error;
    }
  }
  return null;
}

/** What the remote had when it was last fetched goes before what is only here. */
async function namesOf(git: Git, { kind, value }: GitReference): Promise<string[]> {
  switch (kind) {
    case 'commit':
      return /^[0-9a-f]{7,64}$/i.test(value) ? [value] : [];
    case 'tag':
      return [`refs/tags/${value}`];
    case 'name':
      return value.startsWith('refs/') ? [value] : [];
    case 'branch': {
      const remotes = (await git.run(['remote'])).text.split('\n').filter((name) => name !== '');
      return [...remotes.map((remote) => `refs/remotes/${remote}/${value}`), `refs/heads/${value}`];
    }
    case 'semver': {
      const { text } = await git.run(['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/tags']);
      const fitting = text.split('\n').filter((tag) => satisfies(tag, value));
      const newest = fitting.sort(compareVersions).at(-1);
      return newest === undefined ? [] : [`refs/tags/${newest}`];
    }
  }
}
