import type { SealedFileUse } from '../../../flux/decryption/decryption.ts';
import { comparableRecipient } from '../../../keys/age/recipient-text.ts';
import { holdsRecipients } from '../holds.ts';
import { word } from './commands.ts';
import { listed, opens, recipientsOf } from './opened.ts';
import type { KeyScene } from './scene.ts';

export interface Gift {
  /** Of these keys the files get one: that which a rule names already, else the first. */
  readonly keys: readonly string[];
  /** Recipients that the files are to lose: keys of another cluster. */
  readonly without: readonly string[];
}

export interface Mended {
  readonly fix: string;
  readonly mend: readonly string[];
}

/** How files get a recipient: the rule first, where it has it not yet, then each file, where it can be opened. */
export async function giveKey(
  scene: KeyScene,
  files: readonly SealedFileUse[],
  { keys, without }: Gift,
): Promise<Mended> {
  const rules = new Map<string, ReadonlySet<string> | null>();
  for (const { path } of files) rules.set(path, (await scene.repository?.recipients.of(path)) ?? null);
  const key =
    keys.find((id) => [...rules.values()].some((rule) => rule !== null && names(rule, id))) ?? keys[0] ?? '';
  const out = without.filter((id) => [...rules.values()].some((rule) => rule !== null && names(rule, id)));
  const pathsOf = (is: (rule: ReadonlySet<string> | null) => boolean): readonly string[] =>
    [...rules].filter(([, rule]) => is(rule)).map(([path]) => path);
  const steps = [
    stepOf(
      pathsOf((rule) => rule !== null && names(rule, key)),
      (paths) => `the rule of ${paths} names ${key} already`,
    ),
    stepOf(
      pathsOf((rule) => rule !== null && !names(rule, key)),
      (paths) => `add ${key} to the rule of ${paths} in .sops.yaml`,
    ),
    stepOf(
      pathsOf((rule) => rule === null),
      (paths) => `no rule of .sops.yaml is for ${paths}: write one that names ${key}`,
    ),
    ...(out.length === 0 ? [] : [`take ${listed(out)} out of it`]),
  ].flatMap((step) => step ?? []);
  const last = without.length === 0 ? 'give it to the file' : 're-key the file';
  const text = `${steps.join('; ')}; then ${last}${files.length > 1 ? 's' : ''}, commit and push${openersText(scene, files)}`;
  return {
    fix: `${text.charAt(0).toUpperCase()}${text.slice(1)}${embeddedText(files)}.`,
    mend: exchange(files, without.length === 0 ? 'updatekeys -y' : 'rekey'),
  };
}

/** `sopskit updatekeys` or `rekey` of files; of ciphertext that is a value in a file it can do nothing. */
export function exchange(
  files: readonly SealedFileUse[],
  verb: 'updatekeys -y' | 'rekey',
): readonly string[] {
  const paths = [...new Set(files.filter((file) => !isEmbedded(file)).map(({ path }) => path))];
  return paths.length === 0 ? [] : [`sopskit ${verb} ${paths.map(word).join(' ')}`];
}

/** How ciphertext is re-keyed that is a value in a file. */
export function embeddedText(files: readonly SealedFileUse[]): string {
  const inside = files
    .filter(isEmbedded)
    .map(({ path, embedded = [] }) => `${embedded.join(', ')} of ${path}`);
  if (inside.length === 0) return '';
  return `. In ${listed(inside)} the ciphertext is a value, which sopskit updatekeys does not see: decode it (base64 in data) into a file of its own that the rule is for, run sopskit updatekeys -y on that, encode it again, and put it back`;
}

function isEmbedded({ embedded = [] }: SealedFileUse): boolean {
  return embedded.length > 0;
}

/** Who can do it, where this machine cannot. */
function openersText({ own }: KeyScene, files: readonly SealedFileUse[]): string {
  const shut = files.filter((file) => opens(file, holdsRecipients(own)) !== true);
  if (shut.length === 0) return '';
  const ids = [...new Set(shut.flatMap(recipientsOf))];
  return ` (only who has a key that opens ${shut.length > 1 ? 'them' : 'it'} can: ${listed(ids)})`;
}

function stepOf(paths: readonly string[], say: (paths: string) => string): string | null {
  return paths.length === 0 ? null : say(listed(paths));
}

function names(rule: ReadonlySet<string>, id: string): boolean {
  return [...rule].some((one) => comparableRecipient(one) === comparableRecipient(id));
}
