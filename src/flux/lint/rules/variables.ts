// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so

import { nearest } from '../../../errors/suggestion.ts';
import type { RuleInfo } from '../../../findings/finding.ts';
import { entriesOf } from '../../../tree/mapping.ts';
import { printId } from '../../object-id.ts';
import { fluxVersion, isAtLeast } from '../flux-version.ts';
import type { LintCluster } from '../lint-cluster.ts';
import type { LintNode } from '../lint-node.ts';
import { mappingAt } from '../lint-object.ts';
import type { LintScene } from '../lint-scene.ts';
import type { FluxRule } from '../rule.ts';
import { type VariableUse, variableUses } from '../variable-use.ts';

const undefinedInfo: RuleInfo = {
  code: 'flux.variable-undefined',
  level: 'error',
  title: 'a variable that is not defined',
  about:
    'Neither substitute nor a ConfigMap or Secret of substituteFrom has it, and it has no default. Since Flux 2.9 the whole Kustomization fails ("variable not set (strict mode)"); before, and with --feature-gates=StrictPostBuildSubstitutions=false, Flux puts in an empty text and says nothing: a warning where the repository installs such a Flux. Define it, give it a default (${NAME:=value}), or write $${NAME} where it is not for Flux.',
};
const eaten: RuleInfo = {
  code: 'flux.variable-eaten',
  level: 'error',
  title: 'a variable of a script that Flux takes for its own',
  about:
    'postBuild substitutes ${NAME} everywhere, in scripts too. Where Flux knows no such variable the whole Kustomization fails since Flux 2.9 ("variable not set (strict mode)"); before, the script gets an empty text: a warning where the repository installs such a Flux. Write $${NAME} (or $NAME, which Flux leaves alone), or annotate the object with kustomize.toolkit.fluxcd.io/substitute: disabled.',
};
const left: RuleInfo = {
  code: 'flux.variable-left',
  level: 'warning',
  title: 'a variable that nobody substitutes',
  about:
    'Other Kustomizations substitute this variable, but this one has no postBuild: the text ${NAME} itself is applied. Give it postBuild.substituteFrom as the others have.',
};

/** Variables of postBuild: used and not there, or there and not used. */
export const variables: FluxRule = {
  infos: [undefinedInfo, eaten, left],
  async lint(scene) {
    for (const cluster of scene.clusters) {
      const all = new Map<LintNode, ReadonlySet<string> | null>();
      for (const node of cluster.nodes) all.set(node, await definedFor(cluster, node));
      const strict = await isStrict(scene, cluster);
      const known = new Set([...all.values()].flatMap((names) => [...(names ?? [])]));
      for (const node of cluster.nodes) await lintNode(scene, node, all.get(node) ?? null, { known, strict });
    }
  },
};

interface Cluster {
  /** Variables that some Kustomization substitutes. */
  readonly known: ReadonlySet<string>;
  /** Whether its Flux fails for a variable that is not defined. */
  readonly strict: boolean;
}

/** From 2.9 on, unless it is switched off. Where it is not said which Flux runs, it is today's. */
async function isStrict(scene: LintScene, cluster: LintCluster): Promise<boolean> {
  const version = await fluxVersion(cluster);
  if (version !== null && !isAtLeast(version, '2.9')) return false;
  const used = await scene.usedFiles();
  return !used.some(({ subject }) => subject.text.includes('StrictPostBuildSubstitutions=false'));
}

async function lintNode(
  scene: LintScene,
  node: LintNode,
  names: ReadonlySet<string> | null,
  { known, strict }: Cluster,
): Promise<void> {
  const substitutes = isSubstituting(node);
  if (substitutes && names === null) return;
  const seen = new Set<string>();
  for (const use of await variableUses(node)) {
    const key = `${use.file}\0${use.name}`;
    if (seen.has(key) || (await isDisabled(node, use))) continue;
    seen.add(key);
    if (substitutes && !names?.has(use.name))
      tellUndefined(scene, node, use, { names: names ?? new Set(), strict });
    else if (!substitutes && known.has(use.name) && !use.inScript && !isForChild(use))
      tellLeft(scene, node, use);
  }
}

function tellUndefined(
  scene: LintScene,
  node: LintNode,
  use: VariableUse,
  { names, strict }: { readonly names: ReadonlySet<string>; readonly strict: boolean },
): void {
  const near = nearest(use.name, names);
  const what = strict
    ? `${node.key} fails`
    : `${use.inScript ? 'the script' : 'the object'} gets an empty text`;
  scene.tell(use.inScript ? eaten : undefinedInfo, {
    place: placeOf(use),
    level: strict ? 'error' : 'warning',
    message: use.inScript
      ? `\${${use.name}} in a script is taken by the postBuild of ${node.key}, which has no such variable: ${what}`
      : `\${${use.name}} is not defined for ${node.key}: ${what}`,
    fix:
      near !== null
        ? `Did you mean \${${near}}?`
        : use.inScript
          ? `Write $\${${use.name}}, or annotate the object with kustomize.toolkit.fluxcd.io/substitute: disabled.`
          : `Define it in postBuild, give it a default (\${${use.name}:=…}), or write $\${${use.name}} if it is not for Flux.`,
  });
}

function tellLeft(scene: LintScene, node: LintNode, use: VariableUse): void {
  scene.tell(left, {
    place: placeOf(use),
    message: `\${${use.name}} stays as it is: ${node.key} has no postBuild, and others that have it substitute it`,
    fix: `Give ${node.key} the postBuild.substituteFrom that the others have, or write the value.`,
  });
}

/** Patches of a child are applied, and substituted, by the child. */
function isForChild({ kind, path }: VariableUse): boolean {
  return kind === 'Kustomization' && path.includes('patches');
}

function placeOf({ file, line, path }: VariableUse) {
  return { file, ...(line === undefined ? {} : { line }), ...(path.length === 0 ? {} : { path }) };
}

/** A patch may have added the annotation. */
async function isDisabled(node: LintNode, use: VariableUse): Promise<boolean> {
  if (use.object === '') return false;
  const annotation = 'kustomize.toolkit.fluxcd.io/substitute';
  return (await node.objects()).some(
    ({ identity, labels, annotations }) =>
      identity.kind === use.kind &&
      identity.name.includes(use.object) &&
      (labels.get(annotation) === 'disabled' || annotations.get(annotation) === 'disabled'),
  );
}

function isSubstituting({ spec: { postBuild } }: LintNode): boolean {
  return (
    postBuild !== null &&
    (postBuild.substitute.size > 0 || postBuild.substituteFrom.length > 0 || postBuild.strategy === 'Always')
  );
}

/** `null` where a ConfigMap or Secret that they come from is not in the repository. */
async function definedFor(cluster: LintCluster, node: LintNode): Promise<ReadonlySet<string> | null> {
  const { postBuild } = node.spec;
  if (postBuild === null) return new Set();
  const names = new Set(postBuild.substitute.keys());
  const all = await cluster.objects();
  for (const { kind, name } of postBuild.substituteFrom) {
    const id = printId({ namespace: node.kustomization.namespace, name, group: '', kind });
    const found = all.get(id)?.[0]?.object.manifest;
    if (found === undefined) return null;
    for (const field of ['data', 'stringData']) {
      const values = mappingAt(found, field);
      for (const { key } of values === null ? [] : entriesOf(values)) names.add(String(key));
    }
  }
  return names;
}
