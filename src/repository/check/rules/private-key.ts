import type { RuleInfo } from '../../../findings/finding.ts';
import { kubeconfigCredentials } from '../../../manifests/kubeconfig.ts';
import { decoded, isSecretObject, tellingValues } from '../../../manifests/secret-object.ts';
import { type FoundKey, type PrivateKeyKind, privateKeysIn } from '../private-key-text.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { ciphertextOf } from '../sealed-leaves.ts';
import type { Subject } from '../subject.ts';

const about =
  'Whoever can read the repository, or once could, has the key. Take it out, and make a new one: the history keeps the old. A key that is meant to be public, such as one for tests, is waived in .sopskit.yaml.';

const infos: Readonly<Record<PrivateKeyKind | 'kubeconfig', RuleInfo>> = {
  age: { code: 'private-key.age', level: 'error', title: 'an age identity (AGE-SECRET-KEY-…)', about },
  'age-plugin': {
    code: 'private-key.age-plugin',
    level: 'error',
    title: 'an age plugin identity (AGE-PLUGIN-…)',
    about: `${about} Identities that only name a key in hardware (a YubiKey, a TPM) are a note.`,
  },
  pgp: { code: 'private-key.pgp', level: 'error', title: 'a PGP private key', about },
  ssh: { code: 'private-key.ssh', level: 'error', title: 'an SSH private key', about },
  pem: { code: 'private-key.pem', level: 'error', title: 'a private key in PEM (PKCS #8)', about },
  kubeconfig: {
    code: 'private-key.kubeconfig',
    level: 'error',
    title: 'credentials in a kubeconfig',
    about: `The client key, token or password of a kubeconfig opens the cluster. ${about}`,
  },
};

const names: Readonly<Record<PrivateKeyKind, string>> = {
  age: 'the file holds a private age key',
  'age-plugin': 'the file holds the identity of an age plugin',
  pgp: 'the file holds a private PGP key',
  ssh: 'the file holds a private key as SSH uses it',
  pem: 'the file holds a private key (PEM)',
};

/** Private keys in any file, whatever its format. */
export const privateKey: Rule = {
  infos: Object.values(infos),
  start: (scene) => ({
    async file(subject) {
      const lines = new Set<number | undefined>();
      if (subject.signs.kubeconfig) await tellKubeconfig(scene, subject, lines);
      if (subject.signs.privateKey) {
        for (const found of privateKeysIn(subject.text)) {
          const line = subject.lineAt(found.offset);
          if (!lines.has(line)) tell(scene, subject, found, line);
          lines.add(line);
        }
      }
      if (subject.signs.secret) await tellWithinData(scene, subject, lines);
    },
  }),
};

function tell(scene: Scene, subject: Subject, { kind, guarded }: FoundKey, line: number | undefined): void {
  const level = guarded ? (kind === 'age-plugin' ? 'note' : 'warning') : undefined;
  const suffix = !guarded
    ? ''
    : kind === 'age-plugin'
      ? '; the key itself is in hardware'
      : ', protected by a passphrase';
  scene.tell(infos[kind], {
    ...{ file: subject.path, line, commit: subject.commit },
    ...(level === undefined ? {} : { level }),
    message: names[kind] + suffix,
    fix: fixOf(scene, subject),
  });
}

function fixOf(scene: Scene, { path, commit }: Subject): string {
  if (commit !== null)
    return 'Make a new key, and take this one out of everything it opens: the history keeps it.';
  return `Keep it out of the repository (${scene.commands.leaveOut(path)}, and a line in .gitignore), or encrypt it; replace the key if it was ever pushed.`;
}

async function tellKubeconfig(scene: Scene, subject: Subject, lines: Set<number | undefined>): Promise<void> {
  for (const object of await subject.objects()) {
    for (const { leaf, path } of kubeconfigCredentials(object)) {
      if (ciphertextOf(leaf) !== null) continue;
      const line = leaf.line === undefined ? undefined : leaf.line + object.part.lineOffset;
      lines.add(line);
      scene.tell(infos.kubeconfig, {
        ...{ file: subject.path, line, path, commit: subject.commit },
        message: `the kubeconfig holds a ${String(path.at(-1))} in plain text`,
        fix: fixOf(scene, subject),
      });
    }
  }
}

/** Keys somewhere in base64: only in the values of Secrets is it known to be that. */
async function tellWithinData(scene: Scene, subject: Subject, lines: Set<number | undefined>): Promise<void> {
  for (const object of await subject.objects()) {
    if (!isSecretObject(object)) continue;
    for (const { leaf, path } of tellingValues(object)) {
      const text = leaf.kind === 'string' && path.at(-2) === 'data' ? decoded(leaf.value) : null;
      const [found] = text === null ? [] : privateKeysIn(text);
      const line = leaf.line === undefined ? undefined : leaf.line + object.part.lineOffset;
      if (found === undefined || lines.has(line)) continue;
      lines.add(line);
      tell(scene, subject, found, line);
    }
  }
}
