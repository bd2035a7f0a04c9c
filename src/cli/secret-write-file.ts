import { dirname } from 'node:path';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Mapping } from '../tree/value.ts';
import type { CommandContext } from './command.ts';
import type { EncryptRequest } from './commands/encrypt.ts';
import type { NewFile, NewFileRequest } from './secret-new-file.ts';
import { isUnchanged, writeBack } from './streams.ts';

/**
 * Encrypts a manifest and writes it, or prints it for a dry run and for standard output; the plaintext never leaves this
 * process. Throws as `encrypt` does.
 */
export async function writeNewFile(
  request: NewFileRequest,
  file: NewFile,
  tree: Mapping,
  context: CommandContext,
): Promise<void> {
  putNewFile(request, file, await sealNewFile(request, file, tree, context), context);
}

/** Writes what is encrypted already, or prints it for a dry run and for standard output. Throws `file.*`. */
export function putNewFile(
  request: NewFileRequest,
  file: NewFile,
  sealed: Uint8Array,
  context: CommandContext,
): void {
  if (file.shown === null || request.dryRun) {
    context.terminal.write(sealed);
    return;
  }
  if (!isUnchanged(context.system, file.name, file.before)) throw changedMeanwhile(file.shown);
  const folder = dirname(file.name);
  if (context.system.files.status(folder) === null) context.system.files.makeFolder(folder, 0o755);
  writeBack(context, file.shown, sealed);
}

/** Encrypts a manifest for the rule of its file. Throws as `encrypt` does. */
export async function sealNewFile(
  request: NewFileRequest,
  file: NewFile,
  tree: Mapping,
  context: CommandContext,
): Promise<Uint8Array> {
  const { formatNamed } = await import('../formats/registry.ts');
  const bytes = (await formatNamed(file.format)).emit([tree], { indent: 2 });
  const operations = await context.operations();
  try {
    const sealed = await operations.encrypt(encryptRequest(request, file), {
      bytes,
      path: null,
      name: file.name,
    });
    await checkReadable(file, sealed);
    return sealed;
  } catch (error) {
    throw error instanceof SopskitError ? withOwnHint(error) : error;
  } finally {
    bytes.fill(0);
  }
}

/** `encrypt` has a flag for what stays readable; a Secret that is made here has no use for it. */
function withOwnHint(error: SopskitError): SopskitError {
  if (error.hint?.includes('--allow-plaintext') !== true) return error;
  return new SopskitError(error.code, error.message, {
    ...(error.place === undefined ? {} : { place: error.place }),
    hint: `Put encrypted_regex: ${secretValues} into the rule. \`sopskit config explain FILE\` shows which rule it is.`,
    cause: error,
  });
}

/** Where the rule leaves open what to encrypt, everything would be, the kind too: Kubernetes could not read it. */
function encryptRequest(request: NewFileRequest, file: NewFile): EncryptRequest {
  return {
    config: file.config,
    indent: request.indent,
    verbose: request.verbose,
    access: request.access,
    file: null,
    filenameOverride: file.name,
    inPlace: false,
    output: null,
    inputType: file.format,
    outputType: null,
    keys: [],
    awsProfile: null,
    encryptionContext: null,
    selectors: {
      unencryptedSuffix: null,
      encryptedSuffix: null,
      unencryptedRegex: null,
      encryptedRegex: file.hasSelector ? null : secretValues,
      unencryptedCommentRegex: null,
      encryptedCommentRegex: null,
    },
    macOnlyEncrypted: false,
    allowPlaintext: false,
    threshold: null,
  };
}

const secretValues = '^(data|stringData)$';

/** A rule may encrypt too much: Flux and kubectl must be able to tell what the object is, and whose. */
async function checkReadable(file: NewFile, sealed: Uint8Array): Promise<void> {
  const { formatNamed } = await import('../formats/registry.ts');
  const { secretObjects } = await import('../manifests/secret-manifest-read.ts');
  const { sealedLength } = await import('../sops/sealed-length.ts');
  const { data } = (await formatNamed(file.format)).parseSealed(sealed);
  const [secret] = secretObjects(data);
  if (secret !== undefined && secret.name !== null && sealedLength(secret.name) === null) return;
  throw new SopskitError(
    'config.selector',
    'the rule for this file encrypts the kind or the name of the Secret too, so that nothing could apply it',
    {
      place: { file: file.shown ?? file.name },
      hint: `Put encrypted_regex: ${secretValues} into the rule. \`sopskit config explain FILE\` shows which rule it is.`,
    },
  );
}

function changedMeanwhile(file: string): SopskitError {
  return new SopskitError('file.changed', 'somebody else wrote the file meanwhile; nothing was written', {
    place: { file },
    hint: 'Run the command again.',
  });
}
