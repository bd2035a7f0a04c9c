import type { Git } from '../../repository/git/git.ts';
import { withoutLogins } from './said.ts';

/** Whether no remote branch has HEAD: what it has cannot reach the cluster. */
export async function isUnpushed(git: Git): Promise<boolean> {
  const { text } = await git.run([
    'for-each-ref',
    '--contains',
    'HEAD',
    '--format=%(refname)',
    'refs/remotes',
  ]);
  return text.trim() === '';
}

/** Says why a repository may not know an object that the cluster had. `sources`: addresses that the cluster fetches. */
export async function limitsOf(git: Git, sources: readonly string[]): Promise<readonly string[]> {
  const limits: string[] = [];
  const { text: shallow } = await git.run(['rev-parse', '--is-shallow-repository']);
  if (shallow.trim() === 'true')
    limits.push('the clone is shallow: what is older is not seen (git fetch --unshallow)');
  if (sources.length === 0) return limits;
  const { text } = await git.run(['config', '--null', '--get-regexp', '^remote\\..*\\.url$'], {
    statuses: [0, 1],
  });
  const remotes = text
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => entry.slice(entry.indexOf('\n') + 1));
  if (remotes.some((remote) => sources.some((source) => isSame(remote, source)))) return limits;
  const theirs = [...new Set(sources.map(withoutLogins))].slice(0, 3).join(', ');
  limits.push(
    remotes.length === 0
      ? `this repository has no remote: whether the cluster takes it (it takes ${theirs}) is not known`
      : `the cluster takes ${theirs}, which is no remote of this repository: it may be another one`,
  );
  return limits;
}

/** Whether two addresses name one repository, over SSH or HTTPS; of a folder only its name counts. */
export function isSame(one: string, other: string): boolean {
  const [a, b] = [placeOf(one), placeOf(other)];
  const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  if (a.host === '' || b.host === '') return lastOf(a.path) === lastOf(b.path);
  return a.host === b.host && a.path === b.path;
}

/** `git@host:a/b.git`, `ssh://git@host:22/a/b`, `https://host/a/b.git`, `/folder/b.git`. */
function placeOf(address: string): { readonly host: string; readonly path: string } {
  const trimmed = address.replace(/\/+$/, '').replace(/\.git$/, '');
  const [, host = '', path = trimmed] =
    /^[a-z][a-z0-9+.-]*:\/\/(?:[^/]*@)?([^/:]*)(?::\d+)?\/(.*)$/i.exec(trimmed) ??
    /^(?:[^/@]*@)?([^/:]+):(?!\/\/)(.*)$/.exec(trimmed) ??
    [];
  return { host: host.toLowerCase(), path: path.replace(/^\/+/, '') };
}
