import { isOwnFile } from '../../../config/own-file.ts';
import type { RuleInfo } from '../../../findings/finding.ts';
import { brokenBySops } from '../../../manifests/flux-objects.ts';
import { isPlaceholder } from '../../../manifests/placeholder.ts';
import type { Rule } from '../rule.ts';
import type { FileRule } from '../rules-of-files.ts';
import type { Scene } from '../scene.ts';
import { selectedLeavesOf } from '../sealed-leaves.ts';
import type { Subject } from '../subject.ts';

const ruleMatches: RuleInfo = {
  code: 'plaintext.rule',
  level: 'note',
  title: 'readable values that a creation rule would encrypt',
  about:
    'A creation rule matches the file, and its selector matches keys of it, but the file is not encrypted. That may well be meant: rules often match more than the secrets. It is told so that a forgotten file can be seen.',
};

/** Where a rule has more files than this, its path_regex says nothing of what is secret: they are told in one note. */
const tellableFiles = 20;

interface Match {
  readonly file: string;
  readonly line: number | undefined;
  readonly path: readonly (string | number)[];
  readonly count: number;
  readonly commit: string | null;
}

/** Readable values of files without metadata, where a rule's path and key match: no more than a note. */
export const plaintextRule: Rule = {
  infos: [ruleMatches],
  start(scene) {
    const matches = new Map<FileRule, Match[]>();
    return {
      async file(subject) {
        if (subject.commit !== null) return;
        const rule = await scene.ruleOf(subject);
        if (rule === null || subject.signs.metadata || isOwnFile(subject.path)) return;
        const known = matches.get(rule) ?? [];
        // enough to tell them in one, and reading all of a large tree takes its time
        const match = known.length > tellableFiles ? null : await matchOf(subject, rule);
        if (match !== null) matches.set(rule, [...known, match]);
      },
      async end() {
        for (const [rule, files] of matches) await tellAll(scene, rule, files);
      },
    };
  },
};

async function matchOf(subject: Subject, rule: FileRule): Promise<Match | null> {
  const { path: file, commit } = subject;
  const content = await subject.content();
  if (content.kind !== 'tree') {
    const named = content.kind === 'opaque' && rule.rule.pathRegex !== '' && subject.bytes.length > 0;
    return named ? { file, line: undefined, path: [], count: 1, commit } : null;
  }
  if ((await subject.secrets()).length > 0) return null;
  const documents = content.parts.map(({ data }) => data);
  if (brokenBySops(file, documents) !== null) return null;
  const found = selectedLeavesOf(content.parts, rule.selector).leaves.filter(
    ({ leaf, selected, ciphertext }) =>
      selected &&
      ciphertext === null &&
      leaf.kind !== 'comment' &&
      !(leaf.kind === 'string' && isPlaceholder(leaf.value)),
  );
  const [first] = found;
  return first === undefined
    ? null
    : { file, line: first.line, path: first.path, count: found.length, commit };
}

async function tellAll(
  scene: Scene,
  { name, config, rule }: FileRule,
  files: readonly Match[],
): Promise<void> {
  if (files.length > tellableFiles) {
    scene.tell(ruleMatches, {
      ...{ file: config, line: rule.place.line },
      message: `${name} matches more than ${tellableFiles} files that are not encrypted, ${files[0]?.file ?? ''} first`,
      fix: 'If none of them is secret, leave it, or make path_regex or the selector narrower.',
    });
    return;
  }
  for (const { file, line, path, count } of files) {
    const { config: named, unstaged } = await scene.sealingOf(file);
    const how = { config: named, stage: unstaged === null ? [] : [unstaged] };
    const values = count === 1 ? 'a readable value' : `${count} readable values, the first of them`;
    scene.tell(ruleMatches, {
      ...{ file, line, path },
      message: `${name} would encrypt ${values} here`,
      fix: `If it is secret: ${scene.commands.encrypt(file, how)}`,
    });
  }
}
