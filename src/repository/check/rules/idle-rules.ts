import type { CreationRule } from '../../../config/config.ts';
import { isOwnFile } from '../../../config/own-file.ts';
import type { RuleInfo } from '../../../findings/finding.ts';
import { isSecretObject, sealedValues } from '../../../manifests/secret-object.ts';
import type { Rule } from '../rule.ts';
import type { FileRule } from '../rules-of-files.ts';
import { selectedLeavesOf } from '../sealed-leaves.ts';
import type { Subject } from '../subject.ts';

const matchesNothing: RuleInfo = {
  code: 'rule.matches-nothing',
  level: 'warning',
  title: 'a creation rule that no file is encrypted by',
  about:
    'No file of the repository has this creation rule: its path_regex matches none, or an earlier rule takes them all. A rule that was meant to protect something does not. A note where no rule has a file yet.',
};
const coversNothing: RuleInfo = {
  code: 'rule.covers-nothing',
  level: 'warning',
  title: 'a creation rule that covers no value',
  about:
    'The rule is that of files, but its selector matches no key in any of them: what it encrypts would stay readable. An error in encrypted_regex does this, such as blanks around the bars.',
};

const encryptsIdentity: RuleInfo = {
  code: 'rule.encrypts-metadata',
  level: 'warning',
  title: 'a creation rule that would encrypt what a Secret is',
  about:
    'An encrypted Secret goes by the rule, which would also encrypt its apiVersion, kind and metadata: Kubernetes and Flux have to read them. The file is fine, but the next one that is encrypted by the rule is not. Give the rule encrypted_regex: ^(data|stringData)$.',
};

interface Use {
  readonly files: number;
  readonly covers: boolean;
  /** An encrypted Secret whose kind the rule would encrypt too. */
  readonly example: string | null;
}

/** Rules that do nothing; can be told only of a whole tree. */
export const idleRules: Rule = {
  infos: [matchesNothing, coversNothing, encryptsIdentity],
  start(scene) {
    const uses = new Map<CreationRule, Use>();
    const whole = scene.scope.kind === 'tree' && scene.scope.whole;
    if (!whole) return {};
    return {
      async file(subject) {
        const found = isOwnFile(subject.path) ? null : await scene.ruleOf(subject);
        if (found === null) return;
        const { files, covers, example } = uses.get(found.rule) ?? unused;
        uses.set(found.rule, {
          files: files + 1,
          covers: covers || (await coversSomethingOf(subject, found)),
          example: example ?? ((await isSecretOfWrongRule(subject, found)) ? subject.path : null),
        });
      },
      async end() {
        // a configuration that no file goes by yet is a new one
        const level = uses.size === 0 ? 'note' : 'warning';
        for (const file of await scene.configurations()) {
          const configuration = await scene.configurationAt(file);
          for (const rule of configuration?.config.creationRules ?? []) {
            const use = uses.get(rule);
            const place = { file, line: rule.place.line };
            const name = `rule ${rule.index + 1}${rule.pathRegex === '' ? '' : ` (path_regex ${rule.pathRegex})`}`;
            if (use === undefined)
              scene.tell(matchesNothing, {
                ...place,
                level,
                message: `${name} is the rule of no file`,
                fix: 'Mend its path_regex, or take the rule out; sopskit config explain FILE shows which rule a file has.',
              });
            else if (!use.covers)
              scene.tell(coversNothing, {
                ...place,
                message: `${name} is the rule of ${use.files} file${use.files === 1 ? '' : 's'}, but its selector matches no key there`,
                fix: `Mend its selector, for Secrets: encrypted_regex: '^(data|stringData)$'`,
              });
            else if (use.example !== null)
              scene.tell(encryptsIdentity, {
                ...place,
                message: `${name} encrypts the kind and name of Secrets, too, such as ${use.example}`,
                fix: `Give it encrypted_regex: '^(data|stringData)$'`,
              });
          }
        }
      },
    };
  },
};

const unused: Use = { files: 0, covers: false, example: null };

async function isSecretOfWrongRule(subject: Subject, { selector }: FileRule): Promise<boolean> {
  if (!subject.signs.metadata || !subject.signs.secret || !selector.selects(['kind'], [], false))
    return false;
  if (selector.selector?.kind.includes('comment') === true) return false;
  return (
    (await subject.seal()) !== null &&
    (await subject.objects()).some((object) => isSecretObject(object) && sealedValues(object).length > 0)
  );
}

/** Whether a rule's selector matches something of a file; a file that cannot be read is given the benefit. */
async function coversSomethingOf(subject: Subject, { selector }: FileRule): Promise<boolean> {
  const content = await subject.content();
  if (content.kind !== 'tree') return true;
  const { leaves, problem } = selectedLeavesOf(content.parts, selector);
  return problem !== null || leaves.some(({ selected, ciphertext }) => selected || ciphertext !== null);
}
