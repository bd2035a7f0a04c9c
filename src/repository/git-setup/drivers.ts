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
      // a textconv that fails ends git diff: whatever becomes of sopskit, something is shown
      value: `f() { if grep -q -e 'ENC\\[AES256_GCM,' -- "$1" && ${program.test}; then ${textconv} && return; fi; cat -- "$1"; }; f`,
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

/** Whether a value of one of our settings is from us, of this version or another, and not a program of the user's. */
export function isOwnValue(name: string, value: string): boolean {
  if (name.endsWith('.textconv')) return value.includes(' git textconv ');
  return !name.endsWith('.driver') || value.includes(' git merge ');
}

/**
 * git replaces letters behind a percent sign, and takes two for one. With a driver that ends in anything but 0 and 1 (it
 * was killed, there is no Node) git would leave our whole side, without markers: the lines are then merged instead, and
 * the file is in conflict.
 */
function driver({ words, test }: ShellProgram, flag: string): string {
  const [run, there] = [words, test].map((text) => text.replaceAll('%', '%%'));
  const lines = 'git merge-file -q --marker-size=%L -L ours -L base -L theirs %A %O %B';
  const died =
    'echo sopskit: %P: the merge driver did not come to its end, git merged the lines instead. To merge the values: sopskit git resolve %P >&2';
  return `if ${there}; then ${run} git merge${flag} -- %O %A %B %L %P %S %X %Y; s=$?; if test $s -le 1; then exit $s; fi; ${died}; ${lines}; exit 1; fi; ${lines} || exit 1`;
}
