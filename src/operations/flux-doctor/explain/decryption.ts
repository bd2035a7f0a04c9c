import { textIn } from '../../../cluster/fields.ts';
import type { FluxObject, Reading, SecretKey } from '../reading.ts';
import { type Explanation, flux, installKey, kubectl, push, type Rule } from './explanation.ts';

/** Decryption: what kustomize-controller's decryptor says where a key is missing, wrong, or not asked for. */
export const decryptionRules: readonly Rule[] = [
  {
    code: 'decryption.secret-missing',
    reasons: ['BuildFailed'],
    says: /^secrets "([^"]+)" not found/,
    explain: ([, name = ''], object, reading) => ({
      what: `The Secret ${name}, which spec.decryption refers to, is not in namespace ${object.namespace}: nothing of this Kustomization is applied, encrypted or not.`,
      mend: [installKey(reading, object.namespace, name), flux(reading, 'reconcile', object)],
    }),
  },
  {
    code: 'decryption.identity-garbage',
    says: /failed to import '([^']+)' data from \S+ decryption Secret '([^']+)'/,
    explain: ([, key = '', secret = ''], object, reading) => ({
      what: `The key ${key} of Secret ${secret} holds no identity that can be read: the text was damaged, or it is something else.`,
      mend: replaceSecret(reading, object, secret, key),
    }),
  },
  {
    code: 'decryption.wrong-identity',
    says: /identity did not match any of the recipients|no identity matched any of the recipients|incorrect identity for recipient block/,
    explain: (said, object, reading) => ({
      what: `The identity in ${secretOf(object)} is not one that ${fileIn(said)} is encrypted for.${recipientsIn(said.input)}`,
      mend: [
        'sopskit updatekeys FILE    # after the cluster’s recipient was added to .sops.yaml; then commit and push',
        ...replaceSecret(reading, object, secretOf(object), 'age.agekey').map((line, index) =>
          index === 0 ? `or: ${line}` : line,
        ),
      ],
    }),
  },
  {
    code: 'decryption.no-identity',
    says: /Failed to get the data key required to decrypt|cannot get sops data key/,
    explain: (said, object, reading) => noIdentity(said, object, reading),
  },
  {
    code: 'decryption.damaged',
    says: /Could not decrypt (?:value|with AES_GCM)|message authentication failed/,
    explain: (said, object, reading) => ({
      what: `A value of ${fileIn(said)} was edited by hand: its ciphertext is no longer what sops wrote.`,
      mend: [
        'git log -p -- FILE    # find the last good version; then: git checkout COMMIT -- FILE',
        'sopskit verify FILE',
        push(reading, object),
      ],
    }),
  },
  {
    code: 'decryption.not-configured',
    says: /(\S+) is SOPS encrypted, configuring decryption is required/,
    explain: ([, file = ''], object, reading) => ({
      what: `${file} is encrypted, and the Kustomization has no spec.decryption: the controller refuses it, and applies nothing.`,
      mend: [
        'spec.decryption: {provider: sops, secretRef: {name: sops-age}}    # add this to the Kustomization in Git, commit and push',
        push(reading, object),
      ],
    }),
  },
  {
    code: 'decryption.sealed-custom-resource',
    says: /(\S+) dry-run failed[^\n]*\.sops: field not declared in schema/,
    explain: ([, name = ''], object, reading) => ({
      what: `${name} still has its sops block when it is applied: it is encrypted, and the Kustomization ${hasDecryption(object) ? 'does not open it' : 'has no spec.decryption'}.`,
      mend: [
        hasDecryption(object)
          ? 'sopskit verify FILE    # the sops block has to be whole, with its mac'
          : 'spec.decryption: {provider: sops, secretRef: {name: sops-age}}    # add this to the Kustomization in Git, commit and push',
        push(reading, object),
      ],
    }),
  },
  {
    code: 'decryption.plaintext',
    says: /Input string [^\n]*does not match sops' data format/,
    explain: (said, object, reading) => ({
      what: `${fileIn(said)} has a readable value where sops expects ciphertext: it was edited, or a patch put plaintext over it.`,
      mend: ['sopskit check', 'sopskit edit FILE', push(reading, object)],
    }),
  },
];

function noIdentity(said: RegExpExecArray, object: FluxObject, reading: Reading): Explanation {
  const name = textIn(object.manifest, 'spec', 'decryption', 'secretRef', 'name');
  if (name === '')
    return {
      what: `There is no key for ${fileIn(said)}: spec.decryption has no secretRef, and the controller has no Secret of its own (--sops-age-secret).`,
      mend: [
        'spec.decryption.secretRef: {name: sops-age}    # add this to the Kustomization in Git, commit and push',
        push(reading, object),
      ],
    };
  const secret = `${object.namespace}/${name}`;
  const why = whyUseless(secret, reading.secrets.get(secret));
  return {
    what: `There is no key for ${fileIn(said)}: ${why}.${recipientsIn(said.input)}`,
    mend: replaceSecret(reading, object, secret, 'age.agekey'),
  };
}

/** The controller takes `*.agekey` and `*.asc`, and passes over every other name without a word. */
function whyUseless(secret: string, keys: readonly SecretKey[] | null | undefined): string {
  if (keys === undefined) return `Secret ${secret} has none that fits`;
  if (keys === null) return `Secret ${secret} is gone`;
  const used = keys.filter(({ name }) => /\.(?:agekey|asc)$|^sops\./.test(name));
  if (keys.length === 0) return `Secret ${secret} has no keys`;
  if (used.length === 0)
    return `Secret ${secret} has ${keys.map(({ name }) => name).join(', ')}, and the controller takes only keys whose name ends with .agekey (age) or .asc (PGP)`;
  const empty = used.filter((key) => key.empty);
  if (empty.length === used.length)
    return `${empty.map(({ name }) => name).join(', ')} in Secret ${secret} is empty`;
  return `none of ${used.map(({ name }) => name).join(', ')} in Secret ${secret} opens it`;
}

function replaceSecret(reading: Reading, object: FluxObject, secret: string, key: string): readonly string[] {
  const name = secret.slice(secret.indexOf('/') + 1);
  const again = flux(reading, 'reconcile', object);
  if (key.endsWith('.agekey'))
    return [installKey(reading, object.namespace, name, ' --force-conflicts'), again];
  const make = kubectl(
    reading,
    `create secret generic ${name} -n ${object.namespace} --from-file=${key}=FILE --dry-run=client -o yaml`,
  );
  // an apply of kubectl's own would keep the key in an annotation
  const write = kubectl(reading, 'apply --server-side --force-conflicts -f -');
  return [`${make} | ${write}    # FILE: the private key`, again];
}

function secretOf(object: FluxObject): string {
  const name = textIn(object.manifest, 'spec', 'decryption', 'secretRef', 'name');
  return name === '' ? 'the controller’s own Secret' : `${object.namespace}/${name}`;
}

function hasDecryption(object: FluxObject): boolean {
  return textIn(object.manifest, 'spec', 'decryption', 'provider') !== '';
}

/** What the message is about: `decryption failed for 'Secret.v1.[noGrp]/NAME'`, a path. */
function fileIn({ input }: RegExpExecArray): string {
  const object = /decryption failed for '([^']+)'/.exec(input)?.[1];
  if (object !== undefined) {
    const [kind = '', name = ''] = object.split('/');
    return `${kind.split('.')[0]} ${name}`;
  }
  return /failed to decrypt and format '([^']+)'/.exec(input)?.[1] ?? 'an encrypted file';
}

function recipientsIn(message: string): string {
  const found = [...new Set(message.match(/\bage1[02-9ac-hj-np-z]{58}\b/g) ?? [])];
  return found.length === 0 ? '' : ` It is encrypted for ${found.join(', ')}.`;
}
