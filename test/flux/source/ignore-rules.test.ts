import { describe, expect, it } from 'vitest';
import { readIgnorePatterns } from '../../../src/flux/source/ignore-pattern.ts';
import { IgnoreRules } from '../../../src/flux/source/ignore-rules.ts';

/** Patterns (of the root, or of folders) and what they leave out: as fluxcd/pkg/sourceignore v0.18.0 said of each. */
const cases: readonly {
  readonly patterns: string | Readonly<Record<string, string>>;
  readonly out: readonly string[];
  readonly in: readonly string[];
}[] = [
  {
    patterns: '',
    out: ['.git/config', '.gitignore', 'a/.gitmodules', 'a/b.png', 'x.tar.gz', '.github/workflows/ci.yaml'],
    in: ['apps/a.yaml', '.sourceignore', 'x.svg'],
  },
  {
    patterns: '',
    out: ['.sops.yaml', 'apps/.sops.yaml', '.gitlab-ci.yml', 'apps/.travis.yml', '.flux.yaml'],
    in: ['apps/sops.yaml', '.sops.yml', 'flux.yaml'],
  },
  // one line of its own, and the defaults are gone but for git's own files
  { patterns: 'docs/', out: ['docs/a.md', '.gitignore'], in: ['.sops.yaml', 'a.png', '.github/ci.yaml'] },
  { patterns: '# a comment\n\n   \n', out: ['a.png'], in: ['a comment'] },
  {
    patterns: '/*\n!/kubernetes/',
    out: ['README.md', 'talos/a.yaml'],
    in: ['kubernetes/a.yaml', 'kubernetes/x/b.yaml'],
  },
  // what git would not take in again
  { patterns: 'apps/\n!apps/keep.yaml', out: ['apps/a.yaml'], in: ['apps/keep.yaml'] },
  { patterns: '/**\n!/clusters', out: [], in: ['apps/a.yaml', 'clusters/a.yaml'] },
  { patterns: '/**/*', out: ['a.yaml', 'apps/a.yaml'], in: [] },
  { patterns: '**/*.md', out: ['README.md', 'apps/x/README.md'], in: ['a.yaml'] },
  {
    patterns: 'apps/**/test',
    out: ['apps/a/test', 'apps/test', 'apps/a/b/test/x.yaml'],
    in: ['test/a.yaml'],
  },
  { patterns: 'a/**.yaml', out: [], in: ['a/b.yaml', 'a/b/c.yaml'] },
  { patterns: '**.yaml', out: ['b.yaml', 'a/c.yaml'], in: ['a.yml'] },
  { patterns: '[!a].yaml', out: ['!.yaml', 'a.yaml'], in: ['b.yaml'] },
  { patterns: '[^a].yaml', out: ['b.yaml'], in: ['a.yaml'] },
  { patterns: '[a-', out: [], in: ['a', '[a-'] },
  { patterns: '\\!a', out: ['!a'], in: ['a', '\\!a'] },
  { patterns: 'a  ', out: ['a'], in: ['a  '] },
  { patterns: 'secret/', out: ['secret/a.yaml', 'x/secret/a.yaml'], in: ['secret'] },
  { patterns: '/secret', out: ['secret', 'secret/a.yaml'], in: ['x/secret'] },
  {
    patterns: { apps: '*.yaml\n!keep.yaml' },
    out: ['apps/a.yaml', 'apps/x/b.yaml'],
    in: ['b.yaml', 'apps/keep.yaml'],
  },
  { patterns: { '': '*.txt', apps: '!*.txt' }, out: ['a.txt', 'x/a.txt'], in: ['apps/a.txt'] },
  { patterns: { apps: '/x' }, out: ['apps/x', 'apps/x/a'], in: ['x', 'apps/y/x'] },
];

describe('what an artifact leaves out', () => {
  it.each(cases)('$patterns', ({ patterns, out, in: kept }) => {
    const texts = typeof patterns === 'string' ? { '': patterns } : patterns;
    const own = Object.entries(texts).flatMap(([folder, text]) =>
      readIgnorePatterns(text, folder === '' ? [] : folder.split('/')),
    );
    const rules = new IgnoreRules(own);
    expect([...out, ...kept].filter((path) => rules.excludes(path))).toEqual([...out]);
  });
});
