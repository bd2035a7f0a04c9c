import { SopskitError } from '../errors/sopskit-error.ts';
import { type SecretManifest, secretTree } from '../manifests/secret-manifest.ts';
import { checkKey, checkName, checkNamespace, checkSecret } from '../manifests/secret-manifest-rules.ts';
import { printablePath } from '../system/path-text.ts';
import type { CommandContext } from './command.ts';
import type { SecretCreateRequest } from './commands/secret-create.ts';
import { planNewFile } from './secret-new-file.ts';
import { collectValues } from './secret-values.ts';
import { writeNewFile } from './secret-write-file.ts';

/** Writes a new, encrypted Secret. What can go wrong without the values is found out before they are asked for. */
export async function createSecret(request: SecretCreateRequest, context: CommandContext): Promise<number> {
  checkName(request.name);
  if (request.namespace !== null) checkNamespace(request.namespace);
  for (const key of request.sources.prompts) checkKey(key);
  if (request.sources.stdin !== null) checkKey(request.sources.stdin);
  const file = await planNewFile(request, request.name, '', context);
  const values = await valuesOf(request, context);
  const manifest: SecretManifest = {
    name: request.name,
    namespace: request.namespace,
    type: typeOf(request),
    labels: request.labels,
    annotations: request.annotations,
    immutable: request.immutable,
    values,
    asText: request.stringData,
  };
  checkSecret(manifest);
  if ([...values.values()].every((bytes) => bytes.length === 0))
    throw new SopskitError('manifest.invalid', 'every value is empty: there is nothing to encrypt', {
      hint: 'Look at where the values come from: a file of no bytes, or a program that printed nothing.',
    });
  await writeNewFile(request, file, secretTree(manifest), context);
  for (const bytes of values.values()) bytes.fill(0);
  if (file.shown !== null) {
    const isWritten = request.dryRun ? 'not written: ' : '';
    context.terminal.tell(
      `${printablePath(file.shown)}: ${isWritten}Secret ${request.name}, encrypted, with ${[...values.keys()].join(', ')}`,
    );
  }
  return 0;
}

async function valuesOf(
  request: SecretCreateRequest,
  context: CommandContext,
): Promise<Map<string, Uint8Array>> {
  if (request.docker === null && request.tls === null) return collectValues(request.sources, context);
  const { dockerValues, tlsValues } = await import('./secret-kinds.ts');
  return request.docker !== null
    ? dockerValues(request.docker, context)
    : tlsValues(request.tls as NonNullable<typeof request.tls>, context);
}

function typeOf({ type, docker, tls }: SecretCreateRequest): string {
  if (docker !== null) return 'kubernetes.io/dockerconfigjson';
  return tls !== null ? 'kubernetes.io/tls' : (type ?? 'Opaque');
}
