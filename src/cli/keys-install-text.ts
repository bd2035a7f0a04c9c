import { boundText } from '../operations/cluster-keys/install/bound-text.ts';
import type { InstallAnswer } from '../operations/cluster-keys/install/install-answer.ts';
import { printablePath } from '../system/path-text.ts';

/** Says what was installed, or would be, for people: the keys, what they open, and what is to be mended. */
export function installText(answer: InstallAnswer, isExport: boolean): readonly string[] {
  return [
    ...clusterLines(answer),
    headLine(answer, isExport),
    ...answer.keys.map(
      ({ recipient, name, place, entry, wasThere }) =>
        `  ${entry}: ${recipient}${name === null ? '' : ` (${name})`}, from ${printablePath(place)}${wasThere ? ' (was there)' : ''}`,
    ),
    ...tableLines(answer),
    ...answer.unchecked.map((line) => `not checked: ${line}`),
    ...answer.elsewhere.map(
      ({ cluster, files, of }) =>
        `note: it also opens ${files.length} of ${of} files that only ${cluster} decrypts: ${shortList(files)}`,
    ),
    ...answer.otherSecrets.map(
      ({ secret, flags }) =>
        `note: other Kustomizations decrypt with Secret ${secret.namespace}/${secret.name}: sopskit keys install ${flags}`,
    ),
    ...answer.warnings.map((line) => `warning: ${line}`),
  ];
}

function clusterLines({ cluster, context, server }: InstallAnswer): readonly string[] {
  const live = context === null ? '' : `context ${context} (${server})`;
  if (cluster === null) return live === '' ? [] : [`${live}`];
  const model = `${cluster.name} of the repository`;
  return [live === '' ? model : `${live} is ${model}, ${boundText(cluster.by)}`];
}

function headLine({ state, dryRun, secret }: InstallAnswer, isExport: boolean): string {
  const title = `Secret ${secret.namespace}/${secret.name}`;
  if (isExport) return `${title}, as a manifest:`;
  if (state === 'unchanged') return `${title} has all keys already: nothing to change`;
  if (dryRun) return `${title} would be ${state} (dry run: nothing was written)`;
  return `${title} ${state}, read back and compared`;
}

/** A line for each Kustomization, and below it what does not open. */
function tableLines({ kustomizations }: InstallAnswer): readonly string[] {
  if (kustomizations.length === 0) return [];
  const width = Math.max(13, ...kustomizations.map(({ kustomization }) => kustomization.length));
  const row = (name: string, opened: string, left: string): string =>
    `  ${name.padEnd(width)}  ${opened.padStart(6)}  ${left.padStart(10)}`;
  const rows = kustomizations.flatMap(({ kustomization, opened, unopened }) => [
    row(kustomization, `${opened.length}`, `${unopened.length}`),
    ...unopened.map((file) => `    not opened: ${printablePath(file)}`),
  ]);
  return [row('KUSTOMIZATION', 'OPENED', 'NOT OPENED'), ...rows];
}

function shortList(files: readonly string[]): string {
  const shown = files.slice(0, 3).map(printablePath).join(', ');
  return files.length > 3 ? `${shown}, …` : shown;
}

/** The document of `--json`; no key is in it. */
export function installJson(answer: InstallAnswer): object {
  return { version: 1, ...answer };
}
