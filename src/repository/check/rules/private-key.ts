import type { RuleInfo } from '../../../findings/finding.ts';
import { kubeconfigCredentials } from '../../../manifests/kubeconfig.ts';
import { objectsOf } from '../../../manifests/kubernetes-object.ts';
import type { Path } from '../../../tree/path.ts';
import type { Mapping } from '../../../tree/value.ts';
import { embeddedCredentials } from '../embedded-kubeconfigs.ts';
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
      await tellKubeconfig(scene, subject, lines);
      const lineAt = lineCounter(subject.text);
      for (const found of privateKeysIn(subject.text)) {
        const line = lineAt(found.offset);
        if (!lines.has(line)) tell(scene, subject, found, line);
        lines.add(line);
      }
      await tellEmbedded(scene, subject, lines);
    },
  }),
};

/** Tells lines of offsets that only grow, each from where the last one was. */
function lineCounter(text: string): (offset: number) => number {
  let [line, seen] = [1, 0];
  return (offset) => {
    for (let at = text.indexOf('\n', seen); at >= 0 && at < offset; at = text.indexOf('\n', seen)) {
      line++;
      seen = at + 1;
    }
    return line;
  };
}

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
  if (!subject.text.includes('users')) return;
  for (const part of await subject.parts()) {
    for (const { manifest, path: at } of [{ manifest: part.data, path: [] }, ...itemsOf(part.data)]) {
      for (const { leaf, path } of kubeconfigCredentials(manifest, at)) {
        if (ciphertextOf(leaf) !== null) continue;
        const line = leaf.line === undefined ? undefined : leaf.line + part.lineOffset;
        lines.add(line);
        scene.tell(infos.kubeconfig, {
          ...{ file: subject.path, line, path, commit: subject.commit },
          message: `the kubeconfig holds a ${nameOf(path)} in plain text`,
          fix: fixOf(scene, subject),
        });
      }
    }
  }
}

function itemsOf(data: Mapping) {
  return objectsOf(data).filter(({ path }) => path.length > 0);
}

function nameOf(path: Path): string {
  if (path.includes('exec')) return `secret for the program of its exec (${path.slice(-3).join('.')})`;
  return String(path.at(-1));
}

/** One finding for each text that holds a kubeconfig. */
async function tellEmbedded(scene: Scene, subject: Subject, lines: Set<number | undefined>): Promise<void> {
  for (const { name, line, prose } of await embeddedCredentials(subject)) {
    if (lines.has(line)) continue;
    lines.add(line);
    scene.tell(infos.kubeconfig, {
      ...{ file: subject.path, line, commit: subject.commit },
      ...(prose ? { level: 'warning' as const } : {}),
      message: `the file holds a kubeconfig with a ${name} in plain text`,
      fix: fixOf(scene, subject),
    });
  }
}
