import { keyGroupsOf } from '../../../config/key-groups.ts';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { RuleInfo } from '../../../findings/finding.ts';
import type { MasterKey } from '../../../keys/key-source.ts';
import type { Rule } from '../rule.ts';
import type { FileRule } from '../rules-of-files.ts';
import type { Scene } from '../scene.ts';

const differ: RuleInfo = {
  code: 'recipients.differ',
  level: 'error',
  title: 'recipients that are not those of the creation rule',
  about:
    'The file is encrypted for others than its creation rule says. Who is extra can read it, and whoever is missing cannot: a cluster, perhaps. `sopskit updatekeys` gives the file the recipients of its rule; `sopskit rekey` also makes a new data key, which is needed to lock somebody out of what is written from now on.',
};

type Groups = readonly (readonly MasterKey[])[];

/** Files whose recipients are not those of their rule. History is passed over: it had other rules. */
export const recipients: Rule = {
  infos: [differ],
  start(scene) {
    const wanted = new Map<FileRule, Promise<Groups | null>>();
    return {
      async file(subject) {
        const seal = subject.commit === null ? await subject.seal() : null;
        const rule = seal?.kind === 'good' ? await scene.ruleOf(subject) : null;
        if (seal?.kind !== 'good' || rule === null) return;
        const known = wanted.get(rule) ?? groupsOf(scene, rule);
        wanted.set(rule, known);
        const groups = await known;
        if (groups === null) return;
        const change = difference(seal.metadata.keyGroups, groups);
        if (change.extra.length + change.missing.length === 0 && !change.regrouped) return;
        const { path: file } = subject;
        scene.tell(differ, {
          ...{ file, line: await metadataLine(subject), path: ['sops'] },
          message: await message(scene, rule, change),
          fix: await fixFor(scene, file, seal.metadata.keyGroups, change),
        });
      },
    };
  },
};

async function metadataLine(subject: Parameters<NonNullable<ReturnType<Rule['start']>['file']>>[0]) {
  const part = (await subject.parts()).find(({ metadata }) => metadata !== null);
  return part?.metadata?.line === undefined ? undefined : part.metadata.line + part.lineOffset;
}

/** The keys that a rule gives; `null` where it gives none, or cannot be read (which is told). */
async function groupsOf(scene: Scene, { rule, config }: FileRule): Promise<Groups | null> {
  const { keySources } = await import('../../../keys/registry.ts');
  try {
    const groups = keyGroupsOf(rule, keySources).filter((group) => group.length > 0);
    return groups.length === 0 ? null : groups;
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    scene.tellConfiguration(config, error);
    return null;
  }
}

interface Difference {
  readonly extra: readonly string[];
  readonly missing: readonly string[];
  /** Whether the keys are the same, in other groups. */
  readonly regrouped: boolean;
}

function difference(has: Groups, wants: Groups): Difference {
  const ids = (groups: Groups) => new Set(groups.flat().map(({ id }) => id));
  const [ours, theirs] = [ids(has), ids(wants)];
  const shape = (groups: Groups) => JSON.stringify(groups.map((group) => group.map(({ id }) => id).sort()));
  return {
    extra: [...ours].filter((id) => !theirs.has(id)),
    missing: [...theirs].filter((id) => !ours.has(id)),
    regrouped: shape(has) !== shape(wants),
  };
}

/** Keys are those of the working tree's rule; where the file has them already, the rule only is to be staged. */
async function fixFor(scene: Scene, file: string, has: Groups, change: Difference): Promise<string> {
  const { commands } = scene;
  const { rule, unstaged, config } = await scene.sealingOf(file);
  const groups = unstaged === null || rule === null ? null : await groupsOf(scene, rule);
  const left = groups === null ? change : difference(has, groups);
  if (unstaged !== null && left.extra.length + left.missing.length === 0 && !left.regrouped)
    return commands.add(unstaged);
  const how = { config, stage: unstaged === null ? [] : [unstaged] };
  return left.extra.length > 0 ? commands.rekey(file, how) : commands.updateKeys(file, how);
}

async function message(scene: Scene, rule: FileRule, { extra, missing }: Difference): Promise<string> {
  const names = await scene.recipientNames(rule.config);
  const list = (ids: readonly string[]) =>
    ids.map((id) => (names.has(id) ? `${id} (${names.get(id)})` : id)).join(', ');
  if (extra.length + missing.length === 0)
    return `the file has the recipients of ${rule.name}, but in other key groups`;
  return [
    ...(extra.length > 0 ? [`can be read by ${list(extra)}, whom ${rule.name} does not name`] : []),
    ...(missing.length > 0 ? [`cannot be read by ${list(missing)}, whom ${rule.name} names`] : []),
  ].join('; ');
}
