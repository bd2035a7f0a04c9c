import type { ShellProgram } from './shell-program.ts';

export type DiffView = 'plaintext' | 'redacted';

/** One setting of git, as `git config` names it. */
export interface Setting {
  readonly name: string;
  readonly value: string;
}

/** The sections that are ours alone, as `git config --remove-section` names them. */
export const sections: readonly string[] = ['diff.sopskit', 'merge.sopskit', 'merge.sopskit-inner'];

/**
 * What git is to run. A file that is not encrypted never starts sopskit for a diff; where sopskit is not there, git does
 * what it does without it.
 */
export function driverSettings(program: ShellProgram, view: DiffView): readonly Setting[] {
  // through standard input, as Node takes no name that is not UTF-8
  const textconv = `${program.words} git textconv${view === 'redacted' ? ' --redacted' : ''} --name="$1" < "$1"`;
  return [
    {
      name: 'diff.sopskit.textconv',
      value: `f() { if grep -q -e 'ENC\\[AES256_GCM,' -- "$1" && ${program.test}; then exec ${textconv}; fi; exec cat -- "$1"; }; f`,
    },
    // git would keep what textconv prints, plaintext, in refs/notes
    { name: 'diff.sopskit.cachetextconv', value: 'false' },
    { name: 'merge.sopskit.name', value: 'sopskit: encrypted files, by their values' },
    { name: 'merge.sopskit.driver', value: driver(program, '') },
    { name: 'merge.sopskit.recursive', value: 'sopskit-inner' },
    { name: 'merge.sopskit-inner.name', value: 'sopskit: common ancestors of encrypted files' },
    { name: 'merge.sopskit-inner.driver', value: driver(program, ' --inner') },
  ];
}

/** git replaces letters behind a percent sign, and takes two for one. */
function driver({ words, test }: ShellProgram, flag: string): string {
  const [run, there] = [words, test].map((text) => text.replaceAll('%', '%%'));
  return `if ${there}; then ${run} git merge${flag} -- %O %A %B %L %P %S %X %Y; else git merge-file -q --marker-size=%L -L ours -L base -L theirs %A %O %B || exit 1; fi`;
}
