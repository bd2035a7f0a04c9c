import { SopskitError } from '../errors/sopskit-error.ts';
import type { CommandContext } from './command.ts';
import { askValue } from './secret-prompt.ts';
import { readPipe, withoutLineBreak } from './secret-values.ts';
import { readPath } from './streams.ts';

/** `--docker-*`: credentials for a registry of images. */
export interface DockerLogin {
  readonly server: string;
  readonly username: string;
  readonly email: string | null;
  readonly passwordFromStdin: boolean;
}

/** `--tls-cert` and `--tls-key`: paths of PEM files. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** Returns the values of a Secret of type `kubernetes.io/dockerconfigjson`, as `kubectl create secret docker-registry`. */
export async function dockerValues(
  login: DockerLogin,
  context: CommandContext,
): Promise<Map<string, Uint8Array>> {
  // `docker login --password-stdin` drops the line break, too
  const bytes = login.passwordFromStdin
    ? withoutLineBreak(readPipe(context))
    : await askValue(
        `Password of ${login.username} at ${login.server}`,
        context.system,
        'Pipe it in: --docker-password-stdin.',
      );
  const password = new TextDecoder().decode(bytes);
  const auth = Buffer.from(`${login.username}:${password}`, 'utf8').toString('base64');
  const entry = {
    username: login.username,
    password,
    ...(login.email === null ? {} : { email: login.email }),
    auth,
  };
  const text = JSON.stringify({ auths: { [login.server]: entry } });
  return new Map([['.dockerconfigjson', Buffer.from(text, 'utf8')]]);
}

/**
 * Returns the values of a Secret of type `kubernetes.io/tls`. Throws `manifest.invalid` where the key does not belong to
 * the certificate, as `kubectl create secret tls` refuses it.
 */
export async function tlsValues(pair: TlsPair, { system }: CommandContext): Promise<Map<string, Uint8Array>> {
  const cert = readPath(system, pair.cert, 'file.missing');
  const key = readPath(system, pair.key, 'file.missing');
  const crypto = await import('node:crypto');
  const read = <T>(file: string, what: string, make: () => T): T => {
    try {
      return make();
    } catch {
      throw new SopskitError('manifest.invalid', `the file holds no ${what} in PEM`, {
        place: { file },
        hint: 'A private key must have no passphrase: Kubernetes could not use it.',
      });
    }
  };
  const certificate = read(pair.cert, 'certificate', () => new crypto.X509Certificate(cert));
  const privateKey = read(pair.key, 'private key', () => crypto.createPrivateKey(Buffer.from(key)));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new SopskitError('manifest.invalid', 'the private key does not belong to the certificate', {
      place: { file: pair.key },
      hint: 'The first certificate of the file must be that of the server.',
    });
  }
  return new Map([
    ['tls.crt', cert],
    ['tls.key', key],
  ]);
}
