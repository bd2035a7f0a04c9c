import { shellWord } from '../repository/check/shell-word.ts';
import type { Explanation, RuleFault } from '../repository/explain/explanation.ts';
import { printablePath } from '../system/path-text.ts';

const preset = "encrypted_regex: '^(data|stringData)$'";

/** What the rule itself does wrong to the file, and how it is mended. */
export function faultLines(
  { faults, rule, configuration, policy }: Explanation,
  paint: (text: string, code: number) => string,
): string[] {
  if (faults.length === 0) return [];
  const where = `rule ${rule ?? 1} of ${printablePath(configuration?.file ?? '.sops.yaml')}`;
  const selector = policy?.selector ?? null;
  const instead =
    selector === null || selector.isDefault || selector.kind === 'encrypted_regex'
      ? ''
      : ` in place of its ${selector.kind}`;
  return [
    '',
    paint('The rule is wrong for the file:', 31),
    ...faults.map((fault) => `  ${faultText(fault)}`),
    `fix: in ${where} write ${preset}${instead}`,
  ];
}

function faultText({ what, values }: RuleFault): string {
  const count = values.length === 1 ? 'a value' : `${values.length} values`;
  return what === 'leaves-secret-readable'
    ? `it leaves ${count} of a Secret readable`
    : `it encrypts ${[...new Set(values.map(({ path }) => String(path[0])))].join(', ')}, which Kubernetes and Flux have to read`;
}

/**
 * The command that makes an encrypted file what its rule says; `null` where the rule has to be mended first. Nothing that
 * it runs writes plaintext to the disk.
 */
export function differenceFix({ differences, faults, file, configuration }: Explanation): string | null {
  const word = shellWord(file);
  const chosen = configuration;
  const named = chosen !== null && (chosen.sopsTakes !== null || chosen.why === 'flag');
  const config = named ? ` --config ${shellWord(chosen.file)}` : '';
  const what = differences.map((difference) => difference.what);
  if (what.every((one) => one === 'missing' || one === 'extra' || one === 'groups'))
    return what.includes('extra')
      ? `sopskit rekey${config} ${word}  (a new data key too: who is removed may have kept the old one)`
      : `sopskit updatekeys${config} ${word}`;
  if (faults.length > 0) return null;
  if (what.includes('should-be-encrypted') && !what.includes('selector'))
    return `seal what was added: sopskit encrypt -i ${shellWord(folderOf(file))}`;
  return `encrypt it again: sopskit decrypt ${word} | sopskit encrypt${config} --filename-override ${word} --output ${word}`;
}

function folderOf(file: string): string {
  const at = file.lastIndexOf('/');
  return at < 0 ? '.' : file.slice(0, at) || '/';
}
