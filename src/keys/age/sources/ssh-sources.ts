import { posix, win32 } from 'node:path';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { System } from '../../../system/system.ts';
import type { Identity } from '../identity.ts';
import { LockedSshIdentity } from '../ssh/locked-identity.ts';
import { type LockedSshKey, parsePrivateKey } from '../ssh/private-key.ts';
import { parsePublicKeyLine, type SshPublicKey } from '../ssh/public-key.ts';
import { privatePathProblem, readPrivateFile } from './age-sources.ts';
import { runKeyCommand } from './key-command.ts';
import { absentReport, problemReport, type SourceReport } from './report.ts';
import type { Source } from './source.ts';

const fileVariable = 'SOPS_AGE_SSH_PRIVATE_KEY_FILE';
const commandVariable = 'SOPS_AGE_SSH_PRIVATE_KEY_CMD';
const promptHint = 'Run the command on a terminal, or use a key without a passphrase.';

/** Where SSH keys may be, in sops' order. */
export function sshSources(system: System): Source[] {
  const { home } = system.files;
  const join = system.platform === 'win32' ? win32.join : posix.join;
  const own = home === null ? [] : ['id_ed25519', 'id_rsa'].map((name) => join(home, '.ssh', name));
  return [
    { place: fileVariable, family: 'ssh', runs: false, load: () => fromNamedFile(system) },
    {
      place: commandVariable,
      family: 'ssh',
      runs: true,
      load: (recipient) => fromCommand(system, recipient),
    },
    ...own.map(
      (path): Source => ({
        ...{ place: path, family: 'ssh', runs: false },
        load: () => fromFile(system, path, path) ?? absentReport(path, 'no such file'),
      }),
    ),
  ];
}

function fromNamedFile(system: System): SourceReport {
  const path = system.env.get(fileVariable);
  if (path === undefined) return absentReport(fileVariable, 'not set');
  if (path === '') return problemReport(fileVariable, 'is set but empty');
  const hint = `Correct the path, or unset ${fileVariable}.`;
  return (
    privatePathProblem(fileVariable, path, 'a file and its path') ??
    fromFile(system, path, `${fileVariable} (${path})`) ??
    problemReport(fileVariable, `there is no file ${path}`, hint)
  );
}

async function fromCommand(system: System, recipient: string): Promise<SourceReport> {
  const command = system.env.get(commandVariable);
  if (command === undefined) return absentReport(commandVariable, 'not set');
  const output = await runKeyCommand(system, commandVariable, command, recipient);
  const key = parsePrivateKey(Buffer.from(output).toString('latin1'));
  output.fill(0);
  if (key.kind === 'locked-key') {
    return problemReport(
      commandVariable,
      'gave an SSH key with a passphrase, which sops does not support there',
      `Put the key into a file and its path into ${fileVariable}.`,
    );
  }
  return found(commandVariable, key);
}

/** Returns `null` for a missing file. */
function fromFile(system: System, path: string, place: string): SourceReport | null {
  const bytes = readPrivateFile(system, path);
  if (bytes === null) return null;
  try {
    return found(place, identityOf(system, Buffer.from(bytes).toString('latin1'), path));
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    return problemReport(place, error.message, error.hint);
  } finally {
    bytes.fill(0);
  }
}

function identityOf(system: System, text: string, path: string): Identity {
  if (/^\s*(?:ssh|ecdsa|sk)-[\w@.-]+ /.test(text))
    throw new SopskitError('key.invalid', 'it is a public key', {
      hint: 'The private key is the file of that name without ".pub".',
    });
  const key = parsePrivateKey(text);
  if (key.kind !== 'locked-key') return key;
  const question = `Enter passphrase for "${path}"`;
  const ask = () => system.prompts.secret(question, promptHint);
  return new LockedSshIdentity(key, publicKeyBeside(system, path, key), ask);
}

function publicKeyBeside(system: System, path: string, key: LockedSshKey): SshPublicKey {
  if (key.publicKey !== null) return key.publicKey;
  const hint = `Write it with \`ssh-keygen -y -f ${path} > ${path}.pub\`.`;
  const bytes = system.files.read(`${path}.pub`);
  const line = bytes === null ? undefined : firstKeyLine(new TextDecoder().decode(bytes));
  if (line === undefined) {
    throw new SopskitError(
      'identity.invalid',
      `it has a passphrase, and there is no public key in ${path}.pub`,
      { hint },
    );
  }
  return parsePublicKeyLine(line);
}

function firstKeyLine(text: string): string | undefined {
  return text.split(/\r?\n/).find((line) => /^\s*ssh-/.test(line));
}

function found(place: string, identity: Identity): SourceReport {
  return { place, identities: [identity], absent: null, problems: [] };
}
