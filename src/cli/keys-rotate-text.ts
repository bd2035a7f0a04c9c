import type { RotationReport } from '../operations/cluster-keys/rotate/rotation-report.ts';
import { printablePath } from '../system/path-text.ts';

/** The report of a rotation, for people. */
export function rotationText(report: RotationReport): string {
  const sections = [
    head(report),
    clusters(report),
    exposed(report),
    ignored(report),
    commit(report),
    standings(report),
  ];
  const { next } = report;
  if (next.length > 0) sections.push(['next:', ...next.map((one) => `  ${one}`)]);
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** The same for programs. No value, and no key. */
export function rotationJson({ old, fresh, clusters, ...report }: RotationReport): string {
  const { state, steps, does, configurations, files, ignored: left, pushed } = report;
  const { code, message, hint = null } = report.failure ?? { code: null, message: '' };
  const document = {
    state,
    old,
    new: fresh === null ? null : { recipient: fresh.recipient, file: fresh.place },
    ...{ steps, does },
    ...{ clusters, configurations, files, ignored: left, commit: report.commit, pushed },
    kustomizations: report.standings,
    failure: code === null ? null : { code, message, hint },
    next: report.next,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function head({ state, old, fresh, does }: RotationReport): string[] {
  const says = {
    planned: 'would be replaced',
    declined: 'was not replaced',
    open: 'is being replaced',
    done: 'is replaced',
  }[state];
  const by = fresh === null ? 'a new key' : `${fresh.recipient} (${fresh.place})`;
  const left = state === 'planned' ? ['to do:', ...does.map((one) => `  - ${one}`)] : [];
  return [`${old} ${says} by`, `  ${by}`, ...left];
}

function clusters({ clusters: all, state: told }: RotationReport): string[] {
  if (all.length === 0) return ['no cluster was looked at'];
  const words = {
    there: 'has both',
    add: told === 'planned' ? 'would get the new one' : 'has both, the new one just added',
    other: 'needs neither',
  };
  return [
    'clusters:',
    ...all.map(({ context, secret, state, entry }) => {
      const at = entry === null ? '' : ` (${entry})`;
      return `  ${context}: Secret ${secret}: ${words[state]}${at}`;
    }),
  ];
}

function exposed({ files, old, configurations }: RotationReport): string[] {
  const count = files.reduce((sum, { values }) => sum + values.length, 0);
  if (files.length === 0) return configurations.length === 0 ? [] : ['no encrypted file named it'];
  const isShared = files.some(({ alone }) => !alone);
  return [
    `readable by the old key, here and in the history (${count} ${count === 1 ? 'value' : 'values'} in ${files.length} ${files.length === 1 ? 'file' : 'files'}); change them at their providers:`,
    ...files.flatMap(({ path, values, alone }) => [
      `  ${printablePath(path)}${alone ? '' : ' (with keys of other groups)'}`,
      ...values.map((value) => `    ${value}`),
    ]),
    ...(isShared ? [`  …${old.slice(-8)} alone does not open those of several key groups`] : []),
  ];
}

function ignored({ ignored: paths }: RotationReport): string[] {
  if (paths.length === 0) return [];
  return [
    'git ignores these encrypted files, which name the old key; they stay as they are:',
    ...paths.map((path) => `  ${printablePath(path)}`),
  ];
}

function commit({ commit: made, pushed }: RotationReport): string[] {
  if (made === null) return [];
  const files = made.files.map((file) => `  ${printablePath(file)}`);
  if (made.id !== null)
    return [`committed ${made.id}${pushed === true ? ', pushed' : ''} (${made.files.length} files)`];
  const message = made.message
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : `  | ${line}`));
  return ['to commit:', ...files, ...message.filter((line) => line !== '')];
}

function standings({ standings: all }: RotationReport): string[] {
  if (all.length === 0) return [];
  const ready = all.filter(({ state }) => state === 'ready').length;
  const others = all.filter(({ state }) => state !== 'ready');
  return [
    `Kustomizations that decrypt: ${ready} of ${all.length} are Ready with it`,
    ...others.map(({ cluster, key, state, why, mend, needsOld }) => {
      const way = mend === null ? '' : `; ${mend}`;
      const old =
        needsOld === null
          ? 'whether its revision needs the old key, which would block keys retire, cannot be told'
          : needsOld
            ? 'blocks keys retire, as its revision needs the old key'
            : 'its revision does not need the old key';
      return `  ${key} (${cluster}) is ${state}: ${why}${way} (${old})`;
    }),
  ];
}
