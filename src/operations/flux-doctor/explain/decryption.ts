import { textIn } from '../../../cluster/fields.ts';
import type { SecretRef } from '../../../flux/decryption/decryption.ts';
import { controllerSecret } from '../controller-secret.ts';
import type { FluxObject, Reading, SecretKey } from '../reading.ts';
import { type Explanation, flux, installKey, kubectl, push, type Rule } from './explanation.ts';

/** Decryption: what kustomize-controller's decryptor says where a key is missing, wrong, or not asked for. */
export const decryptionRules: readonly Rule[] = [
  {
    code: 'decryption.secret-missing',
    reasons: ['BuildFailed'],
    says: /^secrets "([^"]+)" not found/,
    explain: ([, name = ''], object, reading) => missing(name, object, reading),
  },
  {
    code: 'decryption.identity-garbage',
    says: /failed to import '([^']+)' data from \S+ decryption Secret '([^']+)'/,
    explain: ([, key = '', secret = ''], object, reading) => ({
      what: `The key ${key} of Secret ${secret} holds no identity that can be read: the text was damaged, or it is something else.`,
      mend: replaceSecret(reading, object, refIn(secret, object), key),
    }),
  },
  {
    code: 'decryption.wrong-identity',
    says: /identity did not match any of the recipients|no identity matched any of the recipients|incorrect identity for recipient block/,
    explain: (said, object, reading) => wrongIdentity(said, object, reading),
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

/** The message has the bare name also of the controller's own. */
function missing(name: string, object: FluxObject, reading: Reading): Explanation {
  const ref = secretOf(object, reading);
  const isGlobal = ref?.global === true && ref.name === name;
  const namespace = isGlobal ? ref.namespace : object.namespace;
  const whose = isGlobal ? '--sops-age-secret of the controller names' : 'spec.decryption refers to';
  return {
    what: `The Secret ${name}, which ${whose}, is not in namespace ${namespace}: nothing of this Kustomization is applied, encrypted or not.`,
    mend: [installKey(reading, namespace, name), flux(reading, 'reconcile', object)],
  };
}

/** The Secret as a message has it: `namespace/name`. */
function refIn(secret: string, object: FluxObject): SecretRef {
  const [name = '', namespace = object.namespace] = secret.split('/').reverse();
  return { namespace, name };
}

function wrongIdentity(said: RegExpExecArray, object: FluxObject, reading: Reading): Explanation {
  const ref = secretOf(object, reading);
  const where = ref == null ? 'the controller’s own Secret' : `${ref.namespace}/${ref.name}`;
  const replace = ref == null ? [] : replaceSecret(reading, object, ref, 'age.agekey');
  return {
    what: `The identity in ${where} is not one that ${fileIn(said)} is encrypted for.${recipientsIn(said.input)}`,
    mend: [
      'sopskit updatekeys FILE    # after the cluster’s recipient was added to .sops.yaml; then commit and push',
      ...replace.map((line, index) => (index === 0 ? `or: ${line}` : line)),
    ],
  };
}

function noIdentity(said: RegExpExecArray, object: FluxObject, reading: Reading): Explanation {
  const ref = secretOf(object, reading);
  if (ref == null) {
    const own =
      ref === null
        ? 'the controller has no Secret of its own (--sops-age-secret)'
        : 'whether the controller has a Secret of its own (--sops-age-secret) could not be read';
    return {
      what: `There is no key for ${fileIn(said)}: spec.decryption has no secretRef, and ${own}.`,
      mend: [
        'spec.decryption.secretRef: {name: sops-age}    # add this to the Kustomization in Git, commit and push',
        push(reading, object),
      ],
    };
  }
  const secret = `${ref.namespace}/${ref.name}`;
  const why = whyUseless(secret, reading.secrets.get(secret), ref.global);
  const whose = ref.global
    ? `spec.decryption has no secretRef, so that Secret ${secret} of --sops-age-secret counts, and `
    : '';
  return {
    what: `There is no key for ${fileIn(said)}: ${whose}${why}.${recipientsIn(said.input)}`,
    mend: replaceSecret(reading, object, ref, 'age.agekey'),
  };
}

/** The controller takes `*.agekey` and `*.asc` (of its own Secret only the former), and passes over all else without a word. */
function whyUseless(
  secret: string,
  keys: readonly SecretKey[] | null | undefined,
  isGlobal: boolean,
): string {
  if (keys === undefined) return `Secret ${secret} has none that fits`;
  if (keys === null) return `Secret ${secret} is gone`;
  const taken = isGlobal ? /\.agekey$/ : /\.(?:agekey|asc)$|^sops\./;
  const used = keys.filter(({ name }) => taken.test(name));
  if (keys.length === 0) return `Secret ${secret} has no keys`;
  if (used.length === 0)
    return `Secret ${secret} has ${keys.map(({ name }) => name).join(', ')}, and the controller takes only keys whose name ends with .agekey${isGlobal ? '' : ' (age) or .asc (PGP)'}`;
  const empty = used.filter((key) => key.empty);
  if (empty.length === used.length)
    return `${empty.map(({ name }) => name).join(', ')} in Secret ${secret} is empty`;
  return `none of ${used.map(({ name }) => name).join(', ')} in Secret ${secret} opens it`;
}

function replaceSecret(
  reading: Reading,
  object: FluxObject,
  { namespace, name }: SecretRef,
  key: string,
): readonly string[] {
  const again = flux(reading, 'reconcile', object);
  if (key.endsWith('.agekey')) return [installKey(reading, namespace, name, ' --force-conflicts'), again];
  const make = kubectl(
    reading,
    `create secret generic ${name} -n ${namespace} --from-file=${key}=FILE --dry-run=client -o yaml`,
  );
  // an apply of kubectl's own would keep the key in an annotation
  const write = kubectl(reading, 'apply --server-side --force-conflicts -f -');
  return [`${make} | ${write}    # FILE: the private key`, again];
}

/** What a Kustomization takes its keys from; `null`: nothing, `undefined`: not known. */
function secretOf(
  object: FluxObject,
  reading: Reading,
): (SecretRef & { readonly global: boolean }) | null | undefined {
  const name = textIn(object.manifest, 'spec', 'decryption', 'secretRef', 'name');
  if (name !== '') return { namespace: object.namespace, name, global: false };
  const own = controllerSecret(reading);
  return own == null ? own : { ...own, global: true };
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
