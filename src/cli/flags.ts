import type { Flag } from './command.ts';

/*
 * The flags that several commands of sops 3.13.3 share (cmd/sops/main.go). Names, aliases and environment variables
 * are sops' own; test/peers/cli.test.ts compares them with `sops --help`. The help texts are ours.
 */

/** The formats `--input-type` and `--output-type` take. */
export const formatNames: readonly string[] = ['yaml', 'json', 'dotenv', 'ini', 'binary'];

export const inPlace: Flag = {
  name: 'in-place',
  aliases: ['i'],
  kind: 'bool',
  help: 'write the result back to the file',
};
export const output: Flag = {
  name: 'output',
  kind: 'text',
  value: 'FILE',
  completes: 'file',
  help: 'write the result to FILE',
};
export const extract: Flag = {
  name: 'extract',
  kind: 'text',
  value: 'PATH',
  help: `print one value or branch only, such as '["data"]["list"][0]'`,
};
export const inputType: Flag = {
  name: 'input-type',
  kind: 'text',
  value: 'TYPE',
  completes: formatNames,
  help: 'format of the file: yaml, json, dotenv, ini or binary (default: by its name)',
};
export const outputType: Flag = {
  name: 'output-type',
  kind: 'text',
  value: 'TYPE',
  completes: formatNames,
  help: 'format of the result (default: by the name of the file)',
};
export const ignoreMac: Flag = {
  name: 'ignore-mac',
  kind: 'bool',
  help: 'accept a file whose MAC does not match',
};
export const filenameOverride: Flag = {
  name: 'filename-override',
  kind: 'text',
  value: 'NAME',
  completes: 'file',
  help: 'take NAME, not the file, for the format and the creation rule',
};
export const decryptionOrder: Flag = {
  name: 'decryption-order',
  kind: 'text',
  value: 'KINDS',
  env: 'SOPS_DECRYPTION_ORDER',
  help: 'kinds of keys to try, in order, such as age,pgp',
};
export const showMasterKeys: Flag = {
  name: 'show-master-keys',
  aliases: ['s'],
  kind: 'bool',
  help: 'show the metadata in the editor too',
};
export const threshold: Flag = {
  name: 'shamir-secret-sharing-threshold',
  kind: 'int',
  value: 'N',
  help: 'how many key groups it takes to decrypt',
};
export const awsProfile: Flag = {
  name: 'aws-profile',
  kind: 'text',
  value: 'NAME',
  help: 'AWS profile to use',
};
export const encryptionContext: Flag = {
  name: 'encryption-context',
  kind: 'text',
  value: 'PAIRS',
  help: 'AWS KMS encryption context: key:value,key:value',
};
export const yes: Flag = { name: 'yes', aliases: ['y'], kind: 'bool', help: 'change without asking' };
export const user: Flag = {
  name: 'user',
  kind: 'text',
  value: 'USER',
  help: 'run the program as USER (needs root)',
};
export const background: Flag = {
  name: 'background',
  kind: 'bool',
  help: 'do not wait for the program (deprecated, as in sops)',
};

/** Where keys are looked for besides this process. */
export const keyserviceFlags: readonly Flag[] = [
  {
    name: 'enable-local-keyservice',
    kind: 'bool',
    fallback: true,
    env: 'SOPS_ENABLE_LOCAL_KEYSERVICE',
    help: 'use the keys of this machine; switch off with =false',
  },
  {
    name: 'keyservice',
    kind: 'list',
    value: 'URL',
    env: 'SOPS_KEYSERVICE',
    help: 'URL of a key service; refused, as this release uses the keys of this machine only',
  },
];

export const config: Flag = {
  name: 'config',
  kind: 'text',
  value: 'FILE',
  env: 'SOPS_CONFIG',
  completes: 'file',
  help: 'take FILE instead of looking for .sops.yaml',
};
export const verbose: Flag = { name: 'verbose', kind: 'bool', help: 'say more about what is being done' };
export const indent: Flag = {
  name: 'indent',
  kind: 'int',
  value: 'N',
  help: 'spaces per level in YAML and JSON',
};

/** Flags that sops takes only before the command (and then applies); here they may stand behind it too. */
export const settingFlags: readonly Flag[] = [config, indent, verbose].map(beyond);

/** Marks a flag that sops does not have on this command. */
export function beyond(flag: Flag): Flag {
  return { ...flag, beyond: true };
}
