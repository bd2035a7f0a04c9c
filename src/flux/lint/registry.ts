import type { FluxRule } from './rule.ts';
import { apiVersions } from './rules/api-versions.ts';
import { builds } from './rules/builds.ts';
import { clusterDomain } from './rules/cluster-domain.ts';
import { commentSelector } from './rules/comment-selector.ts';
import { configMapGenerator } from './rules/config-map-generator.ts';
import { crdTogether } from './rules/crd-together.ts';
import { crossNamespace } from './rules/cross-namespace.ts';
import { cutOff } from './rules/cut-off.ts';
import { dependencyCycle } from './rules/dependency-cycle.ts';
import { generatedSecrets } from './rules/generated-secrets.ts';
import { healthCheck } from './rules/health-check.ts';
import { helmCrdTogether } from './rules/helm-crd-together.ts';
import { helmReleaseNames } from './rules/helm-release-names.ts';
import { keySuffix } from './rules/key-suffix.ts';
import { link } from './rules/link.ts';
import { mergeKey } from './rules/merge-key.ts';
import { missingName } from './rules/missing-name.ts';
import { namespaceRenamed } from './rules/namespace-renamed.ts';
import { notDecrypted } from './rules/not-decrypted.ts';
import { notKubernetes } from './rules/not-kubernetes.ts';
import { patchWithoutTarget } from './rules/patch-without-target.ts';
import { patchedCiphertext } from './rules/patched-ciphertext.ts';
import { pathEmpty } from './rules/path-empty.ts';
import { pathMissing } from './rules/path-missing.ts';
import { prune } from './rules/prune.ts';
import { recipient } from './rules/recipient.ts';
import { sealedBootstrap } from './rules/sealed-bootstrap.ts';
import { sealedIdentity } from './rules/sealed-identity.ts';
import { sopsOnKind } from './rules/sops-on-kind.ts';
import { suspended } from './rules/suspended.ts';
import { syncEdited } from './rules/sync-edited.ts';
import { tooLarge } from './rules/too-large.ts';
import { twoOwners } from './rules/two-owners.ts';
import { variables } from './rules/variables.ts';

/** Everything that `flux lint` looks for. A new rule is a file and a line here. */
export const fluxRules: readonly FluxRule[] = [
  notDecrypted,
  cutOff,
  sopsOnKind,
  generatedSecrets,
  configMapGenerator,
  sealedIdentity,
  patchedCiphertext,
  commentSelector,
  mergeKey,
  recipient,
  tooLarge,
  link,
  keySuffix,
  syncEdited,
  patchWithoutTarget,
  sealedBootstrap,
  builds,
  notKubernetes,
  pathMissing,
  pathEmpty,
  suspended,
  twoOwners,
  missingName,
  dependencyCycle,
  helmReleaseNames,
  crossNamespace,
  healthCheck,
  crdTogether,
  helmCrdTogether,
  namespaceRenamed,
  prune,
  variables,
  apiVersions,
  clusterDomain,
];
