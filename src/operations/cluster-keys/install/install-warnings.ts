import type { KustomizationDecryption } from '../../../flux/decryption/decryption.ts';
import { comparableRecipient } from '../../../keys/age/recipient-text.ts';
import { printablePath } from '../../../system/path-text.ts';
import type { KeySecret } from '../key-secret.ts';
import { holdsKeys } from './choose-keys.ts';
import { filesOf, openedBy, type SecretUser } from './coverage.ts';
import type { InstallScene } from './install-key.ts';
import { type LocalKey, type LocalKeys, unusableText } from './local-key.ts';
import type { TargetSecret } from './target-secret.ts';

export interface WarningGround {
  readonly scene: InstallScene;
  readonly target: TargetSecret;
  readonly users: readonly SecretUser[];
  readonly own: readonly KustomizationDecryption[];
  readonly before: KeySecret | null;
  readonly after: KeySecret;
  readonly keys: readonly LocalKey[];
  readonly local: LocalKeys;
}

/** Sentences on what will not work although the Secret is written, each with the way out. */
export function warningsOf(ground: WarningGround): readonly string[] {
  return [
    ...aboutUse(ground),
    ...aboutKinds(ground),
    ...aboutFiles(ground),
    ...aboutEntries(ground),
    ...(ground.keys.length > 0 ? [] : ground.local.problems),
  ];
}

function aboutUse({ scene, own, users, keys, target: { ref } }: WarningGround): string[] {
  if (scene.model === null) return [];
  const nothing = own.filter(({ provider, secret }) => provider === 'sops' && secret === null);
  const warnings =
    scene.controller?.sopsAgeSecret == null && nothing.length > 0
      ? [
          // Flux looks for it in the namespace of the Kustomization
          ...nothing.map(({ key }) =>
            key.startsWith(`${ref.namespace}/`)
              ? `Kustomization ${key} decrypts with no Secret: name it in spec.decryption.secretRef (name: ${ref.name})`
              : `Kustomization ${key} decrypts with no Secret: name one of its own namespace in spec.decryption.secretRef (name: sops-age), and install the key there too`,
          ),
        ]
      : [];
  const lost = own.filter(({ provider, sealed }) => provider === null && sealed.length > 0);
  if (lost.length > 0) warnings.push(...aboutLost(lost, keys, ref));
  if (users.length > 0) return warnings;
  return [
    ...warnings,
    `no Kustomization of ${scene.model.name} decrypts with Secret ${ref.namespace}/${ref.name}: set spec.decryption (provider: sops, secretRef.name: ${ref.name}) of those in namespace ${ref.namespace}`,
  ];
}

/** Encrypted files that are applied as they are. */
function aboutLost(
  lost: readonly KustomizationDecryption[],
  keys: readonly LocalKey[],
  ref: TargetSecret['ref'],
): string[] {
  const files = filesOf(lost);
  const opened = openedBy(files, holdsKeys(keys)).length;
  const which =
    opened === 0 ? 'none of which' : opened < files.length ? `${opened} of which` : 'all of which';
  return [
    `${keysOf(lost)} reads encrypted files (${files.length}, ${which} ${keys.length === 1 ? 'this key opens' : 'these keys open'}: ${files
      .slice(0, 3)
      .map(({ path }) => printablePath(path))
      .join(
        ', ',
      )}${files.length > 3 ? ', …' : ''}), and has no spec.decryption: without it (provider: sops, secretRef.name: ${ref.name}) Flux does not decrypt them`,
  ];
}

function aboutKinds({ keys, scene, users, local, own }: WarningGround): string[] {
  const hybrid = keys.some(({ kind }) => kind === 'hybrid');
  const warnings =
    hybrid && scene.controller?.readsHybrid !== true
      ? ['the key is post-quantum, which Flux reads since 2.9, and the release of Flux is not known']
      : [];
  const ageOnly = users.filter(({ global }) => global).map(({ decryption }) => decryption);
  if (keys.some(({ kind }) => kind === 'pgp') && ageOnly.length > 0)
    warnings.push(
      `${keysOf(ageOnly)} decrypts with the Secret of --sops-age-secret, of which Flux takes age keys only, and no PGP key`,
    );
  const files = filesOf(own);
  for (const { kind, recipient, place } of local.unusable) {
    if (recipient === null) continue;
    const count = files.filter(({ metadata }) =>
      metadata.keyGroups.flat().some((key) => comparableRecipient(key.id) === comparableRecipient(recipient)),
    ).length;
    if (count > 0)
      warnings.push(
        `${unusableText(kind)} (${place}) opens ${count} of the files here, and is not installed: Flux cannot use it`,
      );
  }
  return warnings;
}

function aboutFiles({ own }: WarningGround): string[] {
  const found = own
    .filter(({ provider }) => provider === 'sops')
    .flatMap(({ key, broken, passedOver }) =>
      [...broken, ...passedOver].map(({ path, message }) => `${key}: ${printablePath(path)}: ${message}`),
    );
  return [...new Set(found)];
}

function aboutEntries({ before, after, target: { ref }, scene }: WarningGround): string[] {
  const flags = scene.cluster?.flags ?? '';
  const removal = (name: string): string =>
    `kubectl${flags} patch secret ${ref.name} -n ${ref.namespace} --type=json -p '[{"op":"remove","path":"/data/${name.replaceAll('~', '~0').replaceAll('/', '~1')}"}]' takes it out`;
  const warnings = after.entries.flatMap(({ name, use, problem, holds }) => {
    if (problem !== null) return [`Flux fails on the entry ${name}: ${problem}; ${removal(name)}`];
    if (use === 'ignored')
      return [
        `Flux passes over the entry ${name}${holds.length > 0 ? ', which holds a private key' : ''}: it takes only *.agekey and *.asc; ${removal(name)}`,
      ];
    return holds.flatMap(({ unusable }) =>
      unusable === null ? [] : [`Flux cannot use a key of the entry ${name}: ${unusable}`],
    );
  });
  if (before?.leaked === true)
    warnings.push(
      `kubectl apply had left the keys in an annotation of the Secret, in clear (last-applied-configuration)${before.keeper === null && !before.immutable ? ': it is taken away' : ''}; whoever could read the Secret could read them there`,
    );
  return [...new Set(warnings)];
}

function keysOf(decryptions: readonly KustomizationDecryption[]): string {
  const keys = decryptions.map(({ key }) => key);
  return keys.length === 1 ? `Kustomization ${keys[0]}` : `each of the Kustomizations ${keys.join(', ')}`;
}
