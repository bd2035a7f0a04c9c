import { printablePath } from '../../system/path-text.ts';
import type { Difference } from './compare-secret.ts';
import { type ComparedSecret, type SecretComparison, verdictOf } from './compared.ts';
import { valueLines } from './value-text.ts';

export interface PrintOptions {
  readonly colour: boolean;
  /** Whether values are shown, of what differs. */
  readonly showValues: boolean;
}

/** Prints a comparison for people: `+` is what only the repository has, `-` what only the cluster has. */
export function printComparison(comparison: SecretComparison, options: PrintOptions): string {
  const { context, cluster, secrets } = comparison;
  const told = secrets.filter(({ state }) => state !== 'same');
  const lines = [`context ${context}${cluster === null ? '' : `, ${cluster}`}: ${countText(comparison)}`];
  for (const secret of told) lines.push('', ...secretLines(secret, options));
  if (comparison.unlooked.length > 0) lines.push('', 'not compared:');
  for (const { what, why, fix } of comparison.unlooked) {
    lines.push(
      ...`? ${what}: ${why}`
        .split('\n')
        .map((line, index) => `${index === 0 ? '  ' : '    '}${printablePath(line)}`),
    );
    if (fix !== '') lines.push(`    • ${printablePath(fix)}`);
  }
  if (comparison.passedOver.length > 0)
    lines.push('', ...comparison.passedOver.map((line) => `note: ${printablePath(line)}`));
  return `${lines.join('\n')}\n`;
}

function countText(comparison: SecretComparison): string {
  const { secrets, unlooked } = comparison;
  const count = (state: ComparedSecret['state']): number =>
    secrets.filter((one) => one.state === state).length;
  const parts = [
    [count('different'), 'differ', 'differs'],
    [count('missing'), 'are missing in the cluster', 'is missing in the cluster'],
    [count('extra'), 'are only in the cluster', 'is only in the cluster'],
    [count('unknown'), 'cannot be told', 'cannot be told'],
  ] as const;
  const said = parts.flatMap(([number, many, one]) =>
    number === 0 ? [] : [`${number} ${number === 1 ? one : many}`],
  );
  const all = `${secrets.length} ${secrets.length === 1 ? 'Secret' : 'Secrets'}`;
  if (secrets.length + unlooked.length === 0) return 'no Secret to compare';
  if (said.length > 0) return `${all}, ${said.join(', ')}`;
  return verdictOf(comparison) === 'same'
    ? `${all}, the same as in the repository`
    : `${all} the same, ${unlooked.length} not compared`;
}

function secretLines(secret: ComparedSecret, options: PrintOptions): readonly string[] {
  const { ref, kustomization, file, state, liveName, differences, notes } = secret;
  const [sign, said] = stateText[state];
  const from = [
    kustomization === null ? null : `Kustomization ${kustomization}`,
    file === null ? null : printablePath(file),
  ];
  const where = from.filter((part) => part !== null).join(', ');
  const head = `${sign} Secret ${ref.namespace}/${ref.name}  ${said}${where === '' ? '' : `  (${where})`}`;
  const earlier =
    liveName === null ? [] : [`    its content has another hash: in the cluster it is ${liveName}`];
  return [
    paint(head, sign, options.colour),
    ...earlier,
    ...differences.flatMap((one) => differenceLines(one, options)),
    ...notes.map((note) => `    note: ${printablePath(note)}`),
  ];
}

const stateText = {
  same: ['=', 'the same'],
  different: ['~', 'differs'],
  unknown: ['?', 'cannot be told'],
  missing: ['+', 'is not in the cluster'],
  extra: ['-', 'is only in the cluster: its Kustomization applied it, and the repository has it no more'],
} as const;

function differenceLines(difference: Difference, options: PrintOptions): readonly string[] {
  const { change, cluster, repository, field } = difference;
  const [sign, said] = changeText[change];
  const line = `    ${sign} ${nameOf(difference)}  ${typeText(difference) ?? said}`;
  const isShown = options.showValues && field !== 'type' && field !== 'immutable';
  const shown = isShown && change !== 'unknown' ? valueLines(cluster, repository) : [];
  return [paint(line, sign, options.colour), ...shown.map((one) => `        ${one}`)];
}

const changeText = {
  added: ['+', 'only in the repository'],
  removed: ['-', 'only in the cluster'],
  changed: ['~', 'differs'],
  ciphertext: ['!', 'the cluster holds ciphertext (ENC[…]): it was applied without being decrypted'],
  refused: ['!', 'Kubernetes would refuse it: in data stands no base64, or in stringData no text'],
  unknown: ['?', 'in both; it cannot be opened or told here, so that only its name is compared'],
} as const;

function nameOf({ field, key }: Difference): string {
  const name = printablePath(key ?? '');
  return field === 'data' ? name : field === 'type' || field === 'immutable' ? field : `${field} ${name}`;
}

/** Neither is a secret, where it looks as such a field does. */
function typeText({ field, change, repository, cluster }: Difference): string | null {
  if (change !== 'changed' || (field !== 'type' && field !== 'immutable')) return null;
  const [one, other] = [repository, cluster].map((value) => value?.lendText((text) => text) ?? '');
  const isPlain = [one, other].every((text) =>
    /^(?:Opaque|true|false|[a-z0-9.-]+\/[\w.-]+)$/.test(text ?? ''),
  );
  return isPlain ? `${one} in the repository, ${other} in the cluster` : null;
}

const colours: Readonly<Record<string, number>> = { '+': 32, '-': 31, '~': 33, '!': 31 };

function paint(line: string, sign: string, colour: boolean): string {
  const code = colours[sign];
  return colour && code !== undefined ? `\u001b[${code}m${line}\u001b[39m` : line;
}
