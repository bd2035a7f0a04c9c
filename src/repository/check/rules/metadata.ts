import type { RuleInfo } from '../../../findings/finding.ts';
import { isSecretObject } from '../../../manifests/secret-object.ts';
import type { Path } from '../../../tree/path.ts';
import { ciphertextProblem } from '../ciphertext-problem.ts';
import { sealFix } from '../encrypt-fix.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import type { Seal } from '../seal.ts';
import type { Subject } from '../subject.ts';
import { wrappedKeyProblems } from '../wrapped-key-problems.ts';

const broken: RuleInfo = {
  code: 'metadata.broken',
  level: 'error',
  title: 'sops metadata that cannot be read',
  about:
    'The sops block is damaged: without it nobody can decrypt the file, and sops may take the file for a readable one. Take it back from git.',
};
const noMac: RuleInfo = {
  code: 'metadata.no-mac',
  level: 'error',
  title: 'sops metadata without a MAC',
  about:
    'The MAC seals what the file holds as a whole. Without it sops does not decrypt the file, and Flux, which does not look at it, takes whatever somebody changed. Take the file back from git.',
};
const elsewhere: RuleInfo = {
  code: 'metadata.misplaced',
  level: 'error',
  title: 'sops metadata that is not in the first document',
  about:
    'sops reads the metadata of the first document only, and takes this file for one that is not encrypted: a document was put in front of an encrypted file. Give it a file of its own.',
};
const nothing: RuleInfo = {
  code: 'metadata.covers-nothing',
  level: 'error',
  title: 'sops metadata whose selector covers no value',
  about:
    'The file looks encrypted, but its selector matches no key of it, so that every value is readable. Mend the selector of its creation rule and encrypt the file again.',
};

/** Damaged metadata, and metadata that does nothing. */
export const metadata: Rule = {
  infos: [broken, noMac, elsewhere, nothing],
  start: (scene) => ({
    async file(subject) {
      const seal = await subject.seal();
      if (seal === null) return;
      const content = await subject.content();
      const parts = content.kind === 'tree' ? content.parts : [];
      const block = parts.find((part) => part.metadata !== null);
      const line = block?.metadata?.line === undefined ? undefined : block.metadata.line + block.lineOffset;
      tellOfSeal(scene, subject, seal, line);
      if (parts[0] !== undefined && parts[0].metadata === null) {
        scene.tell(elsewhere, {
          ...{ file: subject.path, line, commit: subject.commit },
          message: 'the first document has no sops block, a later one has',
          fix: `Take the first document out of ${scene.commands.word(subject.path)} into a file of its own.`,
        });
      }
      await tellOfNothing(scene, subject);
    },
  }),
};

function tellOfSeal(scene: Scene, subject: Subject, seal: Seal, line: number | undefined): void {
  const { path: file, commit } = subject;
  const fix = `Take the file back: ${scene.commands.restore(file)}`;
  if (seal.kind === 'bad') {
    const { message, place } = seal.problem;
    scene.tell(broken, {
      file,
      line: place?.line ?? line,
      path: place?.path ?? ['sops'],
      commit,
      message,
      fix,
    });
    return;
  }
  const { mac } = seal.metadata;
  const macProblem = mac === '' ? 'it has none' : ciphertextProblem(mac);
  if (macProblem !== null) {
    const message = `the sops block has no good mac: ${macProblem}`;
    scene.tell(noMac, { file, line, path: ['sops', 'mac'], commit, message, fix });
  }
  for (const { source, problem } of wrappedKeyProblems(seal.metadata)) {
    const message = `the data key of a recipient (${source}) cannot be read: ${problem}`;
    scene.tell(broken, { file, line, path: ['sops', source], commit, message, fix });
  }
}

async function tellOfNothing(scene: Scene, subject: Subject): Promise<void> {
  const sealed = await subject.sealedLeaves();
  if (sealed === null || sealed.problem !== null) return;
  const values = sealed.leaves.filter(({ leaf }) => leaf.kind !== 'comment');
  const [first] = values;
  if (first === undefined || values.some(({ selected, ciphertext }) => selected || ciphertext !== null))
    return;
  const { path: file, commit } = subject;
  const place = { file, line: first.line, path: first.path, commit };
  const message = 'the file has sops metadata, but none of its values is encrypted, or said to be';
  const seal = await subject.seal();
  if (seal?.kind === 'good' && secretRoots.some((keys) => seal.selector.selects(keys, [], false))) {
    // a good selector: what it was for has been taken out of the file
    const fix = `If values were taken out: ${scene.commands.restore(file)}; if it is to hold no secret any more, remove its sops block.`;
    scene.tell(nothing, { ...place, message, fix });
    return;
  }
  const { fix, note } = await sealFix(scene, subject, await pathsOf(subject, first.path), true);
  scene.tell(nothing, { ...place, message: message + note, fix });
}

const secretRoots = [['data'], ['stringData']];

/** What a good selector covers: the fields of Secrets, or else the file's first value. */
async function pathsOf(subject: Subject, first: Path): Promise<readonly Path[]> {
  return (await subject.objects()).some(isSecretObject) ? secretRoots : [first];
}
