import type { Path } from '../../tree/path.ts';
import type { Encryption } from './commands.ts';
import type { Content } from './content.ts';
import { ruleCommand } from './missing-rule.ts';
import type { FileRule } from './rules-of-files.ts';
import type { Scene } from './scene.ts';
import type { Subject } from './subject.ts';

/** What covers the values of Secrets, and nothing that Kubernetes has to read. */
export const secretRegex = '^(data|stringData)$';
const preset = `encrypted_regex: '${secretRegex}'`;

/** What to do about a readable value. */
export interface Fix {
  readonly fix: string;
  /** What there is to know of the rule, for the end of the message; empty for nothing. */
  readonly note: string;
}

/** What to do about a readable value of a Secret: the one command after which the file can be committed. */
export async function encryptFix(scene: Scene, subject: Subject, path: Path): Promise<Fix> {
  if (subject.commit !== null)
    return plain('Replace the value where it is used: the history keeps what was readable.');
  if (subject.kind.template && isUnreadable(await subject.content()))
    return plain('Take the value out of the template, and fill it in from an encrypted file.');
  return sealFix(scene, subject, [path], (await subject.seal()) !== null);
}

/**
 * The command that encrypts a file with Secrets so that the values at `paths` are encrypted, and what an object is stays
 * readable. `isSealed`: it is encrypted already, in another way.
 */
export async function sealFix(
  scene: Scene,
  { path: file }: Subject,
  paths: readonly Path[],
  isSealed: boolean,
): Promise<Fix> {
  const { commands } = scene;
  const { rule, unstaged, config } = await scene.sealingOf(file);
  const command = (how: Encryption) => (isSealed ? commands.reseal(file, how) : commands.encrypt(file, how));
  if (rule === null) return plain(command(await ruleCommand(scene, file, 'kubernetes')));
  const how = { config, stage: unstaged === null ? [] : [unstaged] };
  const staging = unstaged === null ? '' : `; the rule for it in ${unstaged} is not staged`;
  const wrong = wrongSelector(rule, paths);
  if (wrong === null) return { fix: command(how), note: staging };
  const note = `${staging}; ${rule.name} ${wrong}: it should have ${preset}`;
  if (overridable(rule)) return { fix: command({ ...how, regex: secretRegex }), note };
  return {
    fix: `Mend the selector of ${rule.name} (${preset}), then: ${command({ ...how, stage: [rule.config] })}`,
    note,
  };
}

/** What a rule would do wrong with a Secret; `null` for nothing. */
function wrongSelector({ selector }: FileRule, paths: readonly Path[]): string | null {
  if (selector.selector?.kind.endsWith('_comment_regex') === true) return null; // nothing can be told of it
  const selects = (path: Path) =>
    selector.selects(
      path.filter((step) => typeof step === 'string'),
      [],
      false,
    );
  if (!paths.every(selects)) return 'would leave the value readable';
  return [['apiVersion'], ['kind'], ['metadata', 'name']].some(selects)
    ? 'would encrypt the kind and name of the object too'
    : null;
}

/** Whether `--encrypted-regex` can be given with a rule: sops refuses two selectors of different kinds. */
function overridable({ rule: { selectors } }: FileRule): boolean {
  return Object.entries(selectors).every(
    ([kind, value]) => kind === 'encrypted_regex' || (value ?? '') === '',
  );
}

function plain(fix: string): Fix {
  return { fix, note: '' };
}

function isUnreadable(content: Content): boolean {
  return content.kind !== 'tree' || content.problem !== null;
}
