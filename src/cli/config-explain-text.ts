import { treePathText } from '../findings/place-text.ts';
import { counted } from '../findings/summary.ts';
import type {
  ChosenConfiguration,
  Difference,
  Explanation,
  PolicyView,
  RecipientView,
  RuleVerdict,
  ValuesView,
  ValueView,
} from '../repository/explain/explanation.ts';
import { printablePath } from '../system/path-text.ts';
import { differenceFix, faultLines } from './config-explain-fix.ts';

/** Of a long list, text shows so many; `--json` has all. */
const shown = 30;

/** Prints an explanation for people. */
export function explanationText(explanation: Explanation, colour: boolean): string {
  const paint: Paint = (text, code) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const { file, state, configuration, path, rules, policy, values, problems } = explanation;
  const lines = [
    `${paint(printablePath(file), 1)}${stateText(state)}`,
    ...problems.map((problem) => `${paint('problem', 31)}: ${printablePath(problem)}`),
    ...configurationLines(configuration),
    ...(path === null ? [] : [`path: ${printablePath(path)}, as path_regex sees it`]),
    ...rulesLines(rules, paint),
    ...nearLines(explanation),
    ...(policy === null ? [] : policyLines(policy)),
    ...(values === null ? [] : valuesLines(values, explanation, paint)),
    ...faultLines(explanation, paint),
    ...differenceLines(explanation, paint),
  ];
  return `${lines.join('\n')}\n`;
}

export type Paint = (text: string, code: number) => string;

function stateText(state: Explanation['state']): string {
  if (state === 'missing') return ' (does not exist yet)';
  return state === 'encrypted' ? ' (encrypted)' : '';
}

function configurationLines(chosen: ChosenConfiguration | null): string[] {
  if (chosen === null)
    return [
      'configuration: none, neither here nor in a folder above the file',
      'fix: make one with sopskit init',
    ];
  const why = {
    flag: 'named by --config',
    SOPS_CONFIG: 'named by SOPS_CONFIG',
    nearest: 'the nearest to the file',
  };
  const lines = [`configuration: ${printablePath(chosen.file)}, ${why[chosen.why]}`];
  if (chosen.sopsTakes !== null) {
    const { file } = chosen.sopsTakes;
    const takes = file === null ? 'finds none' : `takes ${printablePath(file)}`;
    lines.push(
      `  sops, run from here, ${takes}: it looks from the current folder upwards, not from the file`,
    );
  }
  return lines;
}

function rulesLines(rules: readonly RuleVerdict[], paint: Paint): string[] {
  if (rules.length === 0) return [];
  return ['', 'Rules, in their order:', ...rules.map((rule) => ruleLine(rule, paint))];
}

function ruleLine({ number, line, pathRegex, verdict, reason }: RuleVerdict, paint: Paint): string {
  const words = {
    wins: paint('wins', 32),
    'no-match': 'does not match',
    hidden: 'would match, but an earlier rule does',
    invalid: `${paint('is invalid', 31)}: ${reason ?? ''}`,
  };
  const where = line === null ? '' : ` (line ${line})`;
  const regex = pathRegex === '' ? 'without path_regex' : printablePath(pathRegex);
  return `  ${number}${where}  ${regex}  ${words[verdict]}`;
}

function nearLines({ rules, rule, nearMisses, configuration }: Explanation): string[] {
  if (rule !== null || configuration === null) return [];
  const stopped = rules.some(({ verdict }) => verdict === 'invalid');
  const none = rules.length === 0 ? 'The configuration has no creation rules.' : 'No rule matches.';
  return [
    '',
    stopped ? 'sops stops at the invalid expression.' : none,
    ...nearMisses.slice(0, 5).map((near) => `  rule ${near.rule} would match ${printablePath(near.path)}`),
    'fix: rename the file, or widen a rule; a rule without path_regex, at the end, matches every file',
  ];
}

function policyLines({ selector, macOnlyEncrypted, keyGroups, threshold }: PolicyView): string[] {
  const what =
    selector === null
      ? 'the whole file'
      : `${selector.kind} ${selector.value}${selector.isDefault ? " (sops' default: the rule has no selector)" : ''}`;
  const mac = macOnlyEncrypted ? ['The MAC covers the encrypted values only (mac_only_encrypted).'] : [];
  const groups =
    keyGroups.length < 2
      ? ['For any one of:', ...(keyGroups[0] ?? []).map(recipientLine)]
      : [
          `For ${threshold} of ${keyGroups.length} key groups together:`,
          ...keyGroups.flatMap((group, index) => [
            `  group ${index + 1}, any one of:`,
            ...group.map((key) => `  ${recipientLine(key)}`),
          ]),
        ];
  return ['', `Encrypts: ${printablePath(what)}`, ...mac, ...(keyGroups.length === 0 ? [] : groups)];
}

function recipientLine(recipient: RecipientView): string {
  return `  ${recipientText(recipient)}`;
}

function recipientText({ kind, id, name }: RecipientView): string {
  return printablePath(`${name === null ? '' : `${name}  `}${kind} ${id}`);
}

function valuesLines(values: ValuesView, { policy, state }: Explanation, paint: Paint): string[] {
  const { encrypted, readable, encryptedComments, documents } = values;
  const of = documents > 1 ? ` of ${documents} documents` : '';
  const comments = encryptedComments === 0 ? '' : `, and ${counted(encryptedComments, 'comment')}`;
  if (policy !== null && policy.selector === null) return [];
  const none = state === 'plain' ? ': sopskit encrypt refuses the file, sops leaves it in plaintext' : '';
  return [
    '',
    `${counted(encrypted.length, 'value')}${of} encrypted${comments}${encrypted.length === 0 ? none : ':'}`,
    ...valueLines(encrypted, documents, () => ''),
    `${counted(readable.length, 'value')} left readable${readable.length === 0 ? '' : ':'}`,
    ...valueLines(readable, documents, ({ ofSecret }) =>
      ofSecret ? paint('  a value of a Secret', 31) : '',
    ),
  ];
}

function valueLines(
  values: readonly ValueView[],
  documents: number,
  remark: (value: ValueView) => string,
): string[] {
  // what is wrong comes first, so that no cut hides it
  const sorted = [...values].sort((a, b) => Number(remark(b) !== '') - Number(remark(a) !== ''));
  const lines = sorted.slice(0, shown).map((value) => `  ${valueText(value, documents)}${remark(value)}`);
  return values.length > shown
    ? [...lines, `  … and ${values.length - shown} more; --json lists all`]
    : lines;
}

function valueText({ document, path }: ValueView, documents: number): string {
  return `${documents > 1 ? `document ${document}: ` : ''}${treePathText(path)}`;
}

function differenceLines(explanation: Explanation, paint: Paint): string[] {
  const { differences, state, values, faults } = explanation;
  if (state !== 'encrypted') return [];
  if (differences.length === 0)
    return faults.length > 0 ? [] : ['', 'The file is encrypted as the rule says.'];
  const documents = values?.documents ?? 1;
  const lines = differences.slice(0, shown).map((difference) => `  ${differenceText(difference, documents)}`);
  const more = differences.length - shown;
  const fix = differenceFix(explanation);
  return [
    '',
    `${paint('The file differs from the rule:', 33)}`,
    ...lines,
    ...(more > 0 ? [`  … and ${more} more; --json lists all`] : []),
    ...(fix === null ? [] : [`fix: ${fix}`]),
  ];
}

function differenceText(difference: Difference, documents: number): string {
  switch (difference.what) {
    case 'missing':
      return `cannot open it, but should: ${recipientText(difference.recipient)}`;
    case 'extra':
      return `can open it, but is not in the rule: ${recipientText(difference.recipient)}`;
    case 'should-be-encrypted':
      return `readable, but the rule encrypts it: ${valueText(difference.value, documents)}`;
    case 'should-be-readable':
      return `encrypted, but the rule leaves it readable: ${valueText(difference.value, documents)}`;
    default:
      return printablePath(
        `${difference.what}: ${difference.file} in the file, ${difference.rule} in the rule`,
      );
  }
}
