import type { RuleInfo } from '../../findings/finding.ts';

/** What is found while files are listed and read, before any rule looks at one. */
export const unreadableFile: RuleInfo = {
  code: 'unreadable.file',
  level: 'error',
  title: 'a file that cannot be read',
  about:
    'What cannot be read cannot be vouched for. Mend its permissions, or leave it out of the repository.',
};
export const tooLarge: RuleInfo = {
  code: 'unreadable.too-large',
  level: 'error',
  title: 'a file that is too large to be checked',
  about:
    'Files are looked at as a whole, in memory. One of this size is no secret of sops, but it may hold a key. Leave it out of the repository (Git LFS), or waive the finding.',
};
export const shallow: RuleInfo = {
  code: 'unreadable.shallow',
  level: 'error',
  title: 'a shallow clone, whose history is cut off',
  about:
    'A range of commits reaches beyond what the clone has. What was brought in before cannot be vouched for. Fetch the rest: git fetch --unshallow.',
};
export const unmerged: RuleInfo = {
  code: 'merge.unmerged',
  level: 'error',
  title: 'a file in conflict in the index',
  about: 'git has three versions of the file and none to commit. Resolve the conflict, then stage the file.',
};
export const otherRepository: RuleInfo = {
  code: 'skipped.submodule',
  level: 'note',
  title: 'a submodule, which was not looked into',
  about: 'A submodule is a repository of its own, with its own configuration. Run the check in it.',
};

export const targetInfos: readonly RuleInfo[] = [
  unreadableFile,
  tooLarge,
  shallow,
  unmerged,
  otherRepository,
];
