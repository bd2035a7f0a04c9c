import { printablePath } from '../../../system/path-text.ts';
import type { RetiredCluster, RetireReport } from './report.ts';
import { shortRevision } from './short-revision.ts';
import {
  blocks,
  type KustomizationVerdict,
  type NamingRule,
  type Need,
  type UnmergedBranch,
} from './verdict.ts';

/** So many files are named of each branch or Kustomization. */
const shownFiles = 10;

/** What was found, for people; lines without a line end. */
export function reportText(report: RetireReport): readonly string[] {
  const { recipient, outcome, clusters, rules, branches, unseenBranches, others, key, unseen } = report;
  if (outcome === 'nothing') return [nothingText(report)];
  const lines = [`old identity: ${recipient}`];
  for (const cluster of clusters) lines.push(...clusterText(cluster, outcome));
  for (const rule of rules) lines.push(...ruleText(rule));
  if (others.length > 0) {
    lines.push(
      'files that no Kustomization decrypts with these Secrets, and need it (they do not hold it up):',
    );
    const shown = others.map(({ path, unreadable }) => `${path}${unreadable ? ' (cannot be read)' : ''}`);
    lines.push(`  ${filesText(shown)}`);
  }
  if (branches.length > 0) {
    lines.push('branches that are not merged, and have files for it (they do not hold it up):');
    for (const branch of branches) lines.push(...branchText(branch));
  }
  if (unseenBranches.length > 0)
    lines.push(`branches that could not be fetched, and may need it: ${filesText(unseenBranches)}`);
  const isDone = outcome === 'retired';
  if (outcome === 'retired' || outcome === 'planned') {
    for (const path of key.removedFrom)
      lines.push(`key file ${path}: ${isDone ? 'it is taken out' : 'it will be taken out'}`);
    if (key.archived !== null) lines.push(`${isDone ? 'kept in' : 'will be kept in'} ${key.archived}`);
    if (key.destroyed)
      lines.push(isDone ? 'no copy is kept (--destroy)' : 'no copy will be kept (--destroy)');
    for (const { place, why } of key.kept) lines.push(`stays in ${place}: ${why}`);
    if (unseen.length > 0)
      lines.push(`not looked at: ${unseen.join(', ')} (one --context a cluster); they may hold it too`);
  }
  return lines;
}

function nothingText({ recipient, key }: RetireReport): string {
  const kept = key.kept.map(({ place, why }) => `\nstill in ${place}: ${why}`).join('');
  return recipient === ''
    ? 'nothing to do: every identity that was replaced is gone from the cluster'
    : `nothing to do: no Secret that Kustomizations decrypt with holds ${recipient}${kept === '' ? ', nor does a key file here' : ''}; another Secret is looked at with -n NAMESPACE --secret-name NAME${kept}`;
}

function ruleText({ file, line, where, effect, instead }: NamingRule): string[] {
  if (effect === 'elsewhere') return [];
  const place = `${printablePath(file)}${line === null ? '' : `:${line}`} (${where})`;
  if (effect === 'opens')
    return [`${place} still names it; new files would open with the cluster's other keys too`];
  const other = instead.length === 0 ? 'the key that takes its place' : instead.join(' or ');
  return [
    `${place} still names it: new files would be encrypted for it, and the cluster could not open them`,
    `  Name ${other} there instead, commit and push (where the working tree has it already, push that).`,
  ];
}

function clusterText(
  { context, cluster, secrets, kustomizations, after }: RetiredCluster,
  outcome: string,
): string[] {
  const lines = [`cluster ${context}${cluster === null ? '' : ` (${cluster})`}`];
  if (secrets.length === 0) lines.push('  no Secret there holds it');
  for (const { ref, entries, leaked } of secrets) {
    const parts = entries.map(({ name, removed }) => (removed ? name : `a line of ${name}`));
    if (leaked) parts.push('last-applied-configuration');
    const verb =
      outcome === 'retired' ? 'taken out of' : outcome === 'planned' ? 'will be taken out of' : 'in';
    lines.push(`  ${verb} Secret ${ref.namespace}/${ref.name}: ${parts.join(', ')}`);
  }
  for (const verdict of kustomizations) lines.push(...verdictText(verdict));
  for (const { key, message } of after?.failing ?? [])
    lines.push(`  Kustomization ${key} fails for another reason, so that it tells nothing: ${message}`);
  if (after?.broken != null)
    lines.push(`  Kustomization ${after.broken.key} failed without it: ${after.broken.message}`);
  for (const key of after?.waiting ?? []) lines.push(`  Kustomization ${key} has not run since`);
  return lines;
}

function verdictText(verdict: KustomizationVerdict): string[] {
  const { key, state, follows, needs, assumed } = verdict;
  if (!blocks(verdict) && (state === 'follows' || state === 'new')) return [];
  const what = {
    follows: '',
    new: ', not in the cluster yet',
    suspended: ', suspended',
    pinned: `, pinned to ${follows}`,
  };
  const said = state === 'opaque' ? ', from another source' : what[state];
  const lines = [
    `  Kustomization ${key}${said}: ${blocks(verdict) ? 'holds it up' : assumed ? 'does not need it, as you say' : 'does not need it'}`,
  ];
  for (const { where, files, unknown } of needs) {
    if (files.length > 0) lines.push(`    ${where}: ${filesText(files)}`);
    for (const { why, fix } of unknown) {
      lines.push(`    ${where}: cannot be told, as ${why}`);
      if (!assumed) lines.push(`      ${fix}`);
    }
  }
  if (blocks(verdict) && state === 'suspended') {
    const [namespace = '', name = ''] = key.split('/');
    lines.push(
      `      flux resume kustomization ${name} -n ${namespace}    # so that it takes the present files`,
    );
  }
  if (
    blocks(verdict) &&
    (state === 'follows' || state === 'new') &&
    needs.some(({ files }) => files.length > 0)
  )
    lines.push(`      ${followingText(verdict)}`);
  if (blocks(verdict) && state === 'pinned')
    lines.push('      Move its source to a tag or commit that was encrypted anew.');
  return lines;
}

/** What to do where the files themselves are still for it, or only what is applied. */
function followingText({ key, needs, revisions }: KustomizationVerdict): string {
  const live = revisions.map(shortRevision);
  const isOld = ({ where, files }: Need): boolean =>
    files.length === 0 || live.some((revision) => where.startsWith(revision));
  if (!needs.every(isOld))
    return 'Encrypt them for other keys (the rule of .sops.yaml first, then sopskit updatekeys -y FILE), commit and push.';
  const [namespace = '', name = ''] = key.split('/');
  return `flux reconcile kustomization ${name} -n ${namespace} --with-source    # so that it takes the present files`;
}

function branchText({ name, files }: UnmergedBranch): string[] {
  const changed = files.filter((file) => file.changed).map(({ path }) => path);
  const rest = files.length - changed.length;
  const parts = [
    ...(changed.length > 0 ? [filesText(changed)] : []),
    ...(rest > 0
      ? [
          `${changed.length > 0 ? 'and ' : ''}unchanged there, so that a merge takes the head's: ${filesText(files.filter((file) => !file.changed).map(({ path }) => path))}`,
        ]
      : []),
  ];
  return [`  ${name}: ${parts.join('; ')}`];
}

function filesText(files: readonly string[]): string {
  const shown = files.slice(0, shownFiles).map(printablePath).join(', ');
  return files.length > shownFiles ? `${shown} and ${files.length - shownFiles} more` : shown;
}
