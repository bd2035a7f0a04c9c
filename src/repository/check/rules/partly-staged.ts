import path from 'node:path';
import { looksSealed } from '../../../cipher/sealed-value.ts';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { RuleInfo } from '../../../findings/finding.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { Subject } from '../subject.ts';

const partly: RuleInfo = {
  code: 'metadata.partly-staged',
  level: 'error',
  title: 'an encrypted file with the MAC of other values',
  about:
    'The staged file has the MAC of the last commit, but other encrypted values. The MAC covers all of them, so that sops refuses to decrypt the file: `git add -p` took some changes and left others, or a line was removed by hand. Stage encrypted files as a whole, and change them with `sopskit edit`, `set` and `unset`.',
};

/** Staged files whose MAC is that of other values. Told without a key; a change of recipients leaves both as they are. */
export const partlyStaged: Rule = {
  infos: [partly],
  start: (scene) => ({
    async file(subject) {
      if (subject.committed === undefined || !subject.signs.metadata) return;
      const mac = await macOf(subject);
      const bytes = mac === null ? null : await subject.committed();
      if (mac === null || bytes === null) return;
      const before = new Subject(subject.path, bytes);
      if ((await macOf(before)) !== mac || (await sealedValues(before)) === (await sealedValues(subject)))
        return;
      const isElsewhere = await isOtherOnDisk(scene, subject.path, mac);
      scene.tell(partly, {
        file: subject.path,
        path: ['sops', 'mac'],
        message: 'encrypted values have changed since the last commit, and the MAC that covers them has not',
        fix: isElsewhere
          ? scene.commands.add(subject.path)
          : `Take the file back, and make the change with sopskit edit: ${scene.commands.restore(subject.path)}`,
      });
    },
  }),
};

async function macOf(subject: Subject): Promise<string | null> {
  const seal = await subject.seal();
  return seal?.kind === 'good' && looksSealed(seal.metadata.mac) ? seal.metadata.mac : null;
}

/** What the MAC covers of the ciphertexts, as one text: comments are not part of it. */
async function sealedValues(subject: Subject): Promise<string> {
  const sealed = await subject.sealedLeaves();
  const values = (sealed?.leaves ?? []).filter(
    ({ leaf, ciphertext }) => ciphertext !== null && leaf.kind !== 'comment',
  );
  return values
    .map(({ additionalData, ciphertext }) => `${additionalData}${ciphertext}`)
    .sort()
    .join('\n');
}

/** Whether the working tree has the file with another MAC: then that one is whole, as far as can be told. */
async function isOtherOnDisk({ system, snapshot }: Scene, file: string, mac: string): Promise<boolean> {
  try {
    const bytes = system.files.read(path.join(snapshot.root, file));
    const there = bytes === null ? null : await macOf(new Subject(file, bytes));
    return there !== null && there !== mac;
  } catch (error) {
    if (error instanceof SopskitError) return false;
    throw error;
  }
}
