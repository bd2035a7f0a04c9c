/**
 * Configurations of the shapes that public repositories have (named in `like`; their own files were validated, too,
 * when the schema was made): paths and comments are ours, and all recipients are test keys that open nothing.
 */
export interface SampleConfiguration {
  readonly like: string;
  readonly text: string;
}

const [a, b] = [
  'age128tmndjpx0uws2ktekzzft6kt3jegrcht9rsst48h8239wzcfyaspg4l9y',
  'age1zds5tlctxmh9lse5p5cjv3vgsqxl5f0n774hculp78tdwymshd4q8vd0ew',
] as const;
const pgp = '0123456789ABCDEF0123456789ABCDEF01234567';
const ssh = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDuB3LfVVz1R0kuXCDNXbP3mkPtMlCmqXBUVXZLeeXWR test';
const arn = 'arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000';
const gcp = 'projects/test/locations/global/keyRings/test/cryptoKeys/test';

export const goodConfigurations: readonly SampleConfiguration[] = [
  {
    like: 'onedr0p/cluster-template',
    text: `---\ncreation_rules:\n  - path_regex: apps/.*\\.sops\\.ya?ml\n    encrypted_regex: "^(data|stringData)$"\n    key_groups:\n      - age:\n          - "${a}"\n`,
  },
  {
    like: '1activegeek/home-ops',
    text: `creation_rules:\n  - path_regex: /dev/stdin\n    key_groups:\n      - age: [${a}]\n`,
  },
  {
    like: 'nix-community/infra',
    text: `keys:\n  - &anna ${pgp}\n  - &host ${a}\n# hosts\ncreation_rules:\n  - path_regex: host/[^/]+\\.yaml$\n    key_groups:\n    - age:\n      - *host\n      pgp:\n      - *anna\n`,
  },
  {
    like: '15cm/nixfiles',
    text: `keys:\n  - &users:\n    - &anna ${pgp}\n  - &hosts:\n    - &one ${a}\ncreation_rules:\n  - path_regex: one/secrets\\.yaml$\n    pgp: *anna\n    # one, two\n    age: "${a},${b}"\n`,
  },
  {
    like: '0xpetersatoshi/nix-config',
    text: `keys:\n  - &card ${pgp.replaceAll(/(.{4})(?=.)/g, '$1 ')}\ncreation_rules:\n  - path_regex: x.ya?ml$\n    key_groups:\n    - pgp:\n      - *card\n`,
  },
  { like: '13567436138/argocd', text: `creation_rules:\n        - pgp: '${pgp}'\n` },
  { like: '0rg4n1z4t10n/docker-desktop-INFRA', text: `creation_rules:\n  - kms: ${arn}\n` },
  {
    like: '0xFlicker/ordinals',
    text: `creation_rules:\n  - path_regex: x/.*\n    key_groups:\n      - kms:\n          - arn: ${arn}\n            role: arn:aws:iam::111122223333:role/test\n`,
  },
  {
    like: '2i2c-org/infrastructure',
    text: `creation_rules:\n  - path_regex: .*secret.*\n    gcp_kms: ${gcp}\n`,
  },
  {
    like: 'getsops/sops',
    text: `creation_rules:\n    - pgp: >-\n        ${pgp},\n        ${pgp.replace('0', '1')}\n      age: >-\n        ${a},\n        ${b}\n`,
  },
  {
    like: 'onedr0p/home-ops',
    text: `creation_rules:\n  - # the first\n    path_regex: x/.+\\.secret(\\.sops)?\\.ya?ml\n    encrypted_regex: ^(token|key)$\n    mac_only_encrypted: true\n    age: ${a}\nstores:\n  yaml:\n    indent: 2\n`,
  },
  {
    like: 'fields that are left empty',
    text: `creation_rules:\n  - path_regex:\n    encrypted_regex:\n    shamir_threshold:\n    mac_only_encrypted:\n    age: ${a}\n`,
  },
  {
    like: '1doce8/argocd-sops-test',
    text: `creation_rules:\n  - unencrypted_regex: "^(apiVersion|metadata|kind|type)$"\n    key_groups:\n      - age:\n        - ${a}\n`,
  },
  {
    like: '1spyral/home-lab, less its unknown key',
    text: `creation_rules:\n  - path_regex: (x/.*/.*|y/.*/.*)\\.ya?ml$\n    kms: []\n    gcp_kms: []\n    azure_keyvault: []\n    age: ["${a}"]\n    pgp: []\n`,
  },
  {
    like: 'szinn/k8s-homelab',
    text: `creation_rules:\n  - path_regex: .*\\.ya?ml\n    encrypted_regex: "((?i)(email|pass|secret($|[^N])|^data$|^stringData))"\n    age: ${a}\n`,
  },
  {
    like: 'home-manager users with SSH keys',
    text: `creation_rules:\n  - age:\n      - ${ssh}\n      - ${a}\n`,
  },
  {
    like: "sops' documentation: key groups",
    text: `creation_rules:\n  - path_regex: .*keygroups.*\n    shamir_threshold: 2\n    key_groups:\n      - pgp: [${pgp}]\n        kms:\n          - arn: ${arn}\n            context:\n              app: test\n          - arn: ${arn}\n            aws_profile: test\n      - merge:\n          - pgp: [${pgp}]\n        age: [${a}]\n`,
  },
  {
    like: "sops' documentation: clouds",
    text: `creation_rules:\n  - azure_keyvault: https://test.vault.azure.net/keys/test/1\n    hc_vault_transit_uri: http://127.0.0.1:8200/v1/sops/keys/test\n    hckms:\n      - tr-west-1:00000000-0000-0000-0000-000000000000\n    key_groups:\n      - azure_keyvault:\n          - vaultUrl: https://test.vault.azure.net\n            key: test\n            version: ''\n        gcp_kms:\n          - resource_id: ${gcp}\n        hckms:\n          - key_id: tr-west-1:00000000-0000-0000-0000-000000000000\n        hc_vault:\n          - http://127.0.0.1:8200/v1/sops/keys/test\n`,
  },
  {
    like: "sops' documentation: publish",
    text: `destination_rules:\n  - s3_bucket: test\n    s3_prefix: x/\n    path_regex: s3/.*\n    recreation_rule:\n      pgp: ${pgp}\n    omit_extensions: true\n  - gcs_bucket: test\n    path_regex: gcs/.*\n  - vault_path: sops/\n    vault_kv_mount_name: secret/\n    vault_kv_version: 2\n    path_regex: vault/.*\n`,
  },
  {
    like: "sops' documentation: stores",
    text: `stores:\n  json:\n    indent: 2\n  json_binary:\n    indent: -1\n  dotenv: {}\n  ini:\n`,
  },
  {
    like: 'a selector by comments, and one by suffix',
    text: `creation_rules:\n  - path_regex: a\n    encrypted_comment_regex: secret\n    age: ${a}\n  - encrypted_suffix: _secret\n    age: ${a}\n`,
  },
  { like: 'a configuration in flow style', text: `{creation_rules: [{age: '${a}', aws_profile: test}]}\n` },
  { like: 'one with keys of other tools', text: `owner: team\nx-note: {a: 1}\ncreation_rules: []\n` },
];

/** What the schema refuses, each with where and why. */
export const badConfigurations: readonly { readonly why: string; readonly text: string }[] = [
  {
    why: '/creation_rules/0: no unencrypted-regex here',
    text: 'creation_rules:\n  - unencrypted-regex: x\n',
  },
  { why: '/creation_rules/0: no hc_vault here', text: 'creation_rules:\n  - hc_vault: []\n' },
  {
    why: '/destination_rules/0: no reencryption_rule here',
    text: 'destination_rules:\n  - reencryption_rule: {}\n',
  },
  { why: ': none of', text: 'creation_rule: []\n' },
  { why: '/creation_rules: not array', text: 'creation_rules:\n  age: x\n' },
  {
    why: '/creation_rules/0/key_groups/0/age: not array or null',
    text: `creation_rules:\n  - key_groups:\n      - age: ${a}\n`,
  },
  {
    why: '/creation_rules/0: must not be so',
    text: 'creation_rules:\n  - encrypted_regex: x\n    encrypted_suffix: y\n',
  },
  { why: '/creation_rules/0/age: none of', text: 'creation_rules:\n  - age: AGE-SECRET-KEY-1TESTTESTTEST\n' },
  {
    why: '/creation_rules/0/mac_only_encrypted: not boolean or null',
    text: 'creation_rules:\n  - mac_only_encrypted: "true"\n',
  },
  { why: '/creation_rules/0/shamir_threshold: below', text: 'creation_rules:\n  - shamir_threshold: -1\n' },
  { why: '/stores: no yml here', text: 'stores:\n  yml: {indent: 2}\n' },
  {
    why: '/creation_rules/0/key_groups/0/kms/0: no arn',
    text: 'creation_rules:\n  - key_groups:\n      - kms: [{role: x}]\n',
  },
];
