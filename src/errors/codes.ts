/**
 * Every error code, and the exit status the command line ends with. Statuses are those of sops 3.13.3
 * (cmd/sops/codes); what sops has no status for is 1.
 */
export const exitStatusOf = {
  // the command line
  'usage.invalid': 1,
  'usage.conflict': 8,
  'usage.no-file': 100,
  'usage.tree-path': 91,
  'usage.set-value': 7,
  'usage.encryption-context': 6,
  'usage.decryption-order': 112,
  'usage.keys-of-missing-file': 49,
  'usage.help-topic': 3,

  // files
  'file.missing': 2,
  'file.unreadable': 2,
  'file.unwritable': 3,
  'file.changed': 3,
  'file.too-large': 2,
  'output.unwritable': 1,

  // documents: what the text of a file is, per format
  'document.syntax': 2,
  'document.empty': 92,
  'document.unsupported': 2,
  'document.duplicate-key': 2,
  'document.too-deep': 2,
  'document.aliases': 2,
  'document.not-emittable': 4,
  'document.path-not-found': 1,

  // the SOPS file
  'sops.not-encrypted': 1,
  'sops.already-encrypted': 203,
  'sops.reserved-key': 4,
  'sops.metadata': 1,
  'sops.encrypt': 23,
  'sops.decrypt': 25,
  'sops.mac': 51,
  'sops.nothing-selected': 1,
  'sops.readable-secret': 1,
  'sops.readable-value': 1,
  'sops.layout': 23,

  // ciphertext
  'cipher.malformed': 25,
  'cipher.authentication': 25,
  'shamir.invalid': 128,

  // keys
  'key.none': 1,
  'key.unavailable': 128,
  'key.invalid': 1,
  'key.wrap': 1,
  'key.unsupported': 1,
  'identity.invalid': 1,
  'identity.missing': 1,

  // configuration
  'config.missing': 1,
  'config.invalid': 1,
  'config.no-match': 1,
  'config.selector': 1,

  // git
  'git.missing': 1,
  'git.failed': 1,
  'git.no-repository': 1,
  'git.no-conflict': 1,
  'git.unresolved': 1,

  // Kubernetes objects
  'manifest.invalid': 1,
  'manifest.refused': 1,

  // Flux
  'flux.inventory-id': 1,
  'flux.manifest': 1,
  'flux.not-found': 1,
  'flux.no-entry': 1,
  'flux.build': 1,
  'flux.unknown': 1,
  'restructure.refused': 1,
  'restructure.guard': 1,

  // the key in the cluster
  'cluster-key.refused': 1,
  'cluster-key.missing': 1,
  'cluster-key.unopened': 1,
  'cluster-key.needed': 1,
  'cluster-key.wait': 1,

  // the cluster
  'cluster.config': 1,
  'cluster.unreachable': 1,
  'cluster.denied': 1,
  'cluster.refused': 1,
  'cluster.conflict': 1,
  'cluster.changed': 1,
  'cluster.uncertain': 1,
  'cluster.not-found': 1,
  'cluster.timeout': 1,

  // the outside world
  'process.missing': 1,
  'process.failed': 1,
  'prompt.unavailable': 1,
  'edit.unchanged': 200,
  'edit.no-editor': 201,
  'edit.failed': 201,
  'version.compare': 202,
  interrupted: 85,
} as const;

export type ErrorCode = keyof typeof exitStatusOf;
