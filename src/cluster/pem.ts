import { SopskitError } from '../errors/sopskit-error.ts';
import type { System } from '../system/system.ts';
import type { Mapping } from '../tree/value.ts';
import { textIn } from './fields.ts';

/** PEM that a kubeconfig has inline (base64) or in a file; the former wins. */
export interface Pem {
  readonly text: string;
  /** For messages: `client-certificate-data of user u`, or the file. */
  readonly place: string;
}

/** Reads what `field` or `field-data` says; `null` where neither is there. Throws `cluster.config`. */
export function readPem({ files }: System, part: Mapping, field: string, owner: string): Pem | null {
  const data = textIn(part, `${field}-data`);
  if (data !== '')
    return { text: Buffer.from(data, 'base64').toString(), place: `${field}-data of ${owner}` };
  const file = textIn(part, field);
  if (file === '') return null;
  const bytes = files.read(file);
  if (bytes === null)
    throw new SopskitError('cluster.config', `There is no file ${file} (${field} of ${owner})`, {
      hint: 'Correct the path in the kubeconfig, or take a fresh kubeconfig.',
    });
  return { text: Buffer.from(bytes).toString(), place: file };
}

/** Checks that there is a certificate in it. Throws `cluster.config`. */
export async function checkAuthority({ text, place }: Pem): Promise<void> {
  if ((await certificateIn(text)) === null)
    throw new SopskitError('cluster.config', `There is no certificate in ${place}`, {
      hint: 'It is the PEM of the authority that signs the API server’s certificate; take a fresh kubeconfig.',
    });
}

/** Checks a client's certificate and its key before TLS does, which says less. Throws `cluster.config`. */
export async function checkClient(certificate: Pem, key: Pem): Promise<void> {
  const { createPrivateKey } = await import('node:crypto');
  const refuse = (message: string, hint: string): SopskitError =>
    new SopskitError('cluster.config', message, { hint });
  if (/ENCRYPTED/.test(key.text))
    throw refuse(
      `The client key ${key.place} is encrypted with a passphrase, which neither kubectl nor sopskit asks for`,
      `Store it without one: openssl pkey -in ENCRYPTED.key -out PLAIN.key (readable for you alone), and name that as client-key.`,
    );
  const certain = await certificateIn(certificate.text);
  if (certain === null)
    throw refuse(`There is no certificate in ${certificate.place}`, 'Take a fresh kubeconfig.');
  let made: ReturnType<typeof createPrivateKey>;
  try {
    made = createPrivateKey(key.text);
  } catch {
    throw refuse(`There is no private key in ${key.place}`, 'Take a fresh kubeconfig.');
  }
  if (!certain.checkPrivateKey(made))
    throw refuse(
      `The client key ${key.place} does not belong to the certificate ${certificate.place}`,
      'Take a fresh kubeconfig, or name the key that the certificate was made for.',
    );
}

/** The first certificate of a PEM text; `null` where there is none. */
export async function certificateIn(text: string): Promise<import('node:crypto').X509Certificate | null> {
  const { X509Certificate } = await import('node:crypto');
  try {
    return new X509Certificate(text);
  } catch {
    return null;
  }
}
