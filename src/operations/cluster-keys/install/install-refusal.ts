import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { SealedFileUse } from '../../../flux/decryption/decryption.ts';
import { printablePath } from '../../../system/path-text.ts';
import type { FluxController } from '../bound-cluster.ts';
import type { KeySecret } from '../key-secret.ts';
import { type ChoiceGround, titleOf } from './choose-keys.ts';
import { type Coverage, coverageOf, type SecretUser } from './coverage.ts';
import { type LocalKey, unusableText } from './local-key.ts';

/** Files that are listed, of many. */
const mostListed = 20;

/**
 * No key of this machine is for the files: throws `cluster-key.missing`, unless the Secret opens all as it is. A key that
 * was given (`isGiven`) is never passed over in silence.
 */
export function refuseNotRead(
  ground: ChoiceGround,
  {
    users,
    before,
    isGiven,
  }: {
    readonly users: readonly SecretUser[];
    readonly before: KeySecret | null;
    readonly isGiven: boolean;
  },
): void {
  const isOpened = coverageOf(users, before).every(({ unopened }) => unopened.length === 0);
  if (isGiven) throw opensNothing(ground, isOpened);
  if (isOpened) return;
  const wanted = recipientsOf(ground.files).map((recipient) => titleOf(recipient, ground));
  const others = ground.local.unusable.filter(
    ({ recipient }) => recipient !== null && recipientsOf(ground.files).includes(recipient),
  );
  const unusable = others.map(
    ({ kind, place }) => `; ${unusableText(kind)} in ${place} is for them, which Flux cannot use`,
  );
  throw new SopskitError(
    'cluster-key.missing',
    `no private key of this machine opens any of the ${ground.files.length} files that Flux decrypts here${unusable.join('')}. They are for ${listed(wanted)}`,
    {
      hint: 'Name the file with one of these keys: --identity-file FILE. Or add a recipient whose key is here: .sops.yaml, then sopskit updatekeys.',
    },
  );
}

/** `isOpened`: whether the Secret opens all without it. */
function opensNothing(ground: ChoiceGround, isOpened: boolean): SopskitError {
  const { keys } = ground.local;
  const [first] = keys;
  const given = keys.map((key) => titleOf(key.recipient, ground));
  const wanted = recipientsOf(ground.files).map((recipient) => titleOf(recipient, ground));
  const count = ground.files.length === 1 ? 'the one file' : `any of the ${ground.files.length} files`;
  const what =
    keys.length === 1
      ? `the key in ${first?.place ?? ''}, ${given.join('')}, does not open`
      : `of the keys in ${first?.place ?? ''}, ${listed(given)}, none opens`;
  const held = isOpened ? ' The Secret opens all of them without it.' : '';
  return new SopskitError(
    'cluster-key.missing',
    `${what} ${count} that Flux decrypts here, and nothing was installed.${held} They are for ${listed(wanted)}`,
    {
      hint: `Name the file with one of these keys. Or install this one all the same: add --recipient ${first?.recipient ?? ''}${isOpened ? '' : ' --partial'}. For new files, add its recipient first: .sops.yaml, then sopskit updatekeys.`,
    },
  );
}

/** Throws `cluster-key.unopened` where a file of a Kustomization opens with nothing that the Secret will hold. */
export function refuseUnopened(
  coverage: readonly Coverage[],
  after: KeySecret,
  ground: ChoiceGround & { readonly flags: string },
): void {
  const left = coverage.filter(({ unopened }) => unopened.length > 0);
  if (left.length === 0) return;
  const problems = after.entries.filter(({ problem }) => problem !== null);
  const [broken] = problems;
  if (broken !== undefined)
    throw new SopskitError(
      'cluster-key.unopened',
      `Flux would open nothing with Secret ${after.ref.namespace}/${after.ref.name}: it fails on its entry ${broken.name} (${broken.problem})`,
      {
        hint: `Take that entry out: kubectl${ground.flags} patch secret ${after.ref.name} -n ${after.ref.namespace} --type=json -p '[{"op":"remove","path":"/data/${broken.name.replaceAll('~', '~0').replaceAll('/', '~1')}"}]'. Or add --partial to install all the same.`,
      },
    );
  const lines = left.flatMap(({ kustomization, unopened }) =>
    unopened.map(
      (file) =>
        `\n  ${kustomization}: ${printablePath(file.path)}, for ${listed(recipientsOf([file]).map((one) => titleOf(one, ground)))}`,
    ),
  );
  const more = lines.length > mostListed ? `\n  … and ${lines.length - mostListed} more` : '';
  const count = new Set(left.flatMap(({ unopened }) => unopened.map(({ path }) => path))).size;
  throw new SopskitError(
    'cluster-key.unopened',
    `Flux could not open ${count} ${count === 1 ? 'file' : 'files'} with the keys that would be installed:${lines.slice(0, mostListed).join('')}${more}`,
    {
      hint: 'Add the missing key (--recipient, --identity-file), or add the recipient to the files (.sops.yaml, then sopskit updatekeys), or install all the same with --partial.',
    },
  );
}

/** An entry that a release cannot parse fails all Kustomizations that use the Secret. Throws `cluster-key.refused`. */
export function refuseHybrid(keys: readonly LocalKey[], controller: FluxController | null): void {
  const hybrid = keys.find(({ kind }) => kind === 'hybrid');
  if (hybrid === undefined || controller?.readsHybrid !== false) return;
  const version =
    controller.version === null ? 'its kustomize-controller is older' : `it is ${controller.version}`;
  throw new SopskitError(
    'cluster-key.refused',
    `Flux reads post-quantum age keys since 2.9, and ${version}: with this key in the Secret nothing would be decrypted any more`,
    { hint: 'Upgrade Flux first, or take an X25519 key: sopskit keys generate.' },
  );
}

function recipientsOf(files: readonly SealedFileUse[]): readonly string[] {
  return [...new Set(files.flatMap(({ metadata }) => metadata.keyGroups.flat().map(({ id }) => id)))];
}

function listed(texts: readonly string[]): string {
  const shown = texts.slice(0, 5).join(', ');
  return texts.length > 5 ? `${shown} and ${texts.length - 5} more` : shown || 'nobody';
}
