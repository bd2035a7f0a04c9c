import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { RuleInfo } from '../../../findings/finding.ts';
import { formatNamed } from '../../../formats/registry.ts';
import type { Keyring } from '../../../sops/keyring.ts';
import { quietSystem } from '../../quiet-system.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import type { Subject } from '../subject.ts';

const notHere: RuleInfo = {
  code: 'cipher.authentication',
  level: 'error',
  title: 'ciphertext that does not decrypt at its place',
  about:
    'Only with --verify. The value was encrypted under another key of the file, in another file, or it was changed: sops and Flux cannot decrypt it. Put the value in with `sopskit set`, or take the file back from git.',
};
const wrongMac: RuleInfo = {
  code: 'metadata.mac-mismatch',
  level: 'error',
  title: 'a MAC that does not fit',
  about:
    'Only with --verify. Values of the file were changed, added, removed or reordered after it was sealed. Flux does not look at the MAC, and applies the file as it is. Compare it with the last version that is right.',
};
const unopened: RuleInfo = {
  code: 'unopened.no-key',
  level: 'note',
  title: 'an encrypted file that no identity here opens',
  about: 'Only with --verify. Nothing is wrong with the file, as far as it can be told without a key.',
};

/** Opens each encrypted file with the identities of this machine, where that is asked for. */
export const opens: Rule = {
  infos: [notHere, wrongMac, unopened],
  start(scene) {
    if (!scene.verify) return {};
    let keyring: Promise<Keyring> | null = null;
    return {
      async file(subject) {
        const seal = await subject.seal();
        if (seal?.kind !== 'good' || seal.metadata.mac === '') return;
        keyring ??= openKeyring(scene);
        const problem = await problemOf(scene, subject, await keyring);
        if (problem !== null) tellOf(scene, subject, problem);
      },
    };
  },
};

async function openKeyring(scene: Scene): Promise<Keyring> {
  const { Keyring } = await import('../../../sops/keyring.ts');
  const { keySources } = await import('../../../keys/registry.ts');
  return new Keyring(scene.system, keySources);
}

/** Why a file does not open; `null` where it does. */
async function problemOf(scene: Scene, subject: Subject, keyring: Keyring): Promise<SopskitError | null> {
  const { readSealedFile } = await import('../../../sops/sealed-file.ts');
  const { openFile } = await import('../../../sops/open-file.ts');
  const { keySources } = await import('../../../keys/registry.ts');
  try {
    const sealed = await readSealedFile(await formatNamed(subject.kind.format), subject.bytes, keySources);
    const opened = await openFile(sealed, { system: quietSystem(scene.system), keyring });
    opened.dataKey.wipe();
    return null;
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code === 'interrupted') throw error;
    return error;
  }
}

const authentication = 'cipher.authentication';

function tellOf(scene: Scene, subject: Subject, { code, message, place, cause }: SopskitError): void {
  const { path: file, commit } = subject;
  const at = { file, line: place?.line, path: place?.path ?? [], commit };
  const fix = `Take the file back (${scene.commands.restore(file)}), or put the value in with sopskit edit ${scene.commands.word(file)}`;
  switch (code) {
    case 'key.unavailable':
      scene.tell(unopened, {
        ...{ file, commit, message: 'no identity here opens the file' },
        fix: `sopskit keys doctor ${scene.commands.word(file)} says why.`,
      });
      return;
    case 'sops.mac':
      scene.tell(wrongMac, { ...at, message, fix });
      return;
    default:
      // a readable value, or ciphertext that is none, was told by another rule
      if (code === authentication || (cause instanceof SopskitError && cause.code === authentication))
        scene.tell(notHere, { ...at, message, fix });
  }
}
