import type { Path } from '../../tree/path.ts';
import type { Content } from './content.ts';
import type { Scene } from './scene.ts';
import type { Subject } from './subject.ts';

const preset = `encrypted_regex: '^(data|stringData)$'`;

/** What to do about a readable value: the one command where a rule would encrypt it, else what is missing for it. */
export async function encryptFix(scene: Scene, subject: Subject, path: Path): Promise<string> {
  const { commands } = scene;
  const { path: file } = subject;
  if (subject.commit !== null)
    return 'Replace the value where it is used: the history keeps what was readable.';
  if (subject.kind.template && isUnreadable(await subject.content()))
    return 'Take the value out of the template, and fill it in from an encrypted file.';
  if ((await subject.seal()) !== null)
    return `The file's own selector leaves the value readable: run sopskit decrypt -i ${commands.word(file)}, mend the selector of its rule (${preset}), then ${commands.encrypt(file)}`;
  const rule = await scene.ruleOf(subject);
  if (rule === null)
    return `Add a creation rule for the file to .sops.yaml (sopskit init makes one), then: ${commands.encrypt(file)}`;
  const keys = path.filter((step) => typeof step === 'string');
  if (!rule.selector.selects(keys, [], false) && !isComments(rule.selector.selector?.kind))
    return `${rule.name} would leave the value readable: mend its selector (${preset}), then ${commands.encrypt(file)}`;
  return commands.encrypt(file);
}

function isUnreadable(content: Content): boolean {
  return content.kind !== 'tree' || content.problem !== null;
}

function isComments(kind: string | undefined): boolean {
  return kind?.endsWith('_comment_regex') === true;
}
