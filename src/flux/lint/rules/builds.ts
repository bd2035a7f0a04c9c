import type { RuleInfo } from '../../../findings/finding.ts';
import type { Unknown } from '../../unknown.ts';
import type { LintCluster } from '../lint-cluster.ts';
import type { LintNode } from '../lint-node.ts';
import type { LintScene } from '../lint-scene.ts';
import type { FluxRule } from '../rule.ts';
import { isSourceMissing } from './missing-name.ts';

const failed: RuleInfo = {
  code: 'flux.build-failed',
  level: 'error',
  title: 'a Kustomization that does not build',
  about:
    'The controller fails with these words, applies nothing of the Kustomization and prunes nothing, until the repository is mended. What could be told from the files without a build has been looked at all the same.',
};
const unknown: RuleInfo = {
  code: 'flux.not-looked-at',
  level: 'note',
  title: 'a part that could not be looked at',
  about:
    'What is built from it is not known here, so that nothing is said about it: another server, a key that is not here, a source outside the repository. It is not said to be right.',
};

/** Whole builds that fail, in kustomize's words, and what could not be told. */
export const builds: FluxRule = {
  infos: [failed, unknown],
  async lint(scene) {
    for (const cluster of scene.clusters) {
      await lintFailed(scene, cluster);
      await lintUnknown(scene, cluster);
    }
  },
};

async function lintFailed(scene: LintScene, cluster: LintCluster): Promise<void> {
  for (const node of cluster.nodes) {
    const { build } = node.node;
    if (build.kind !== 'failed' || node.spec.suspend) continue;
    scene.tell(failed, {
      place: await node.place(),
      message: `${node.key} fails: ${withoutTrace(build.message)}`,
      fix: explainedBy(scene, node) ?? build.fix,
    });
  }
}

/** Of some errors kustomize prints Go's call stack; the file and line of each call help nobody. */
function withoutTrace(message: string): string {
  return message.split(/\s+goroutine \d+ \[/)[0] ?? message;
}

/** Where the reason has been told as what it is, the file that does not open is not what has to be mended. */
function explainedBy({ findings }: LintScene, { key }: LintNode): string | null {
  const found = findings.find(
    ({ rule: { code }, message }) =>
      (code === 'flux.patched-ciphertext' && message.includes(`Kustomization ${key} cannot decrypt`)) ||
      (code === 'flux.sops-on-kind' && message.endsWith(`Kustomization ${key} fails`)),
  );
  return found === undefined
    ? null
    : `It is what ${found.rule.code} tells of ${found.place.file ?? 'it'}; see there.`;
}

async function lintUnknown(scene: LintScene, cluster: LintCluster): Promise<void> {
  const told = new Set<string>();
  for (const node of cluster.nodes) {
    const { build } = node.node;
    if (build.kind !== 'unknown') continue;
    const isMissing = await isSourceMissing(cluster, node);
    for (const one of build.unknowns) {
      told.add(textOf(one));
      // has been told as what it is
      if (isMissing && one.reason === 'opaque-source') continue;
      scene.tell(unknown, {
        place: await node.place(),
        message: `${node.key} was not built: ${one.message}`,
        fix: one.fix,
      });
    }
  }
  const values = new Set<string>();
  for (const one of cluster.model.unknowns) {
    if (told.has(textOf(one))) continue;
    // no rule needs the values of Secrets, and names do not hang on them
    if (one.reason === 'missing-key') continue;
    if (one.reason === 'variable') values.add(one.subject);
    else
      scene.tell(unknown, {
        place: entryPlace(cluster),
        message: `${one.subject}: ${one.message}`,
        fix: one.fix,
      });
  }
  const [first] = values;
  if (first === undefined) return;
  scene.tell(unknown, {
    place: entryPlace(cluster),
    message: `variables of ${first}${values.size === 1 ? '' : ` and ${values.size - 1} more`} are not known here: nothing is said about what they stand for`,
    fix: 'Give the age key (SOPS_AGE_KEY_FILE), where they come from encrypted Secrets.',
  });
}

function entryPlace({ model }: LintCluster): { file?: string } {
  return model.entry.file === null ? {} : { file: model.entry.file };
}

function textOf({ subject, message }: Unknown): string {
  return `${subject}\0${message}`;
}
