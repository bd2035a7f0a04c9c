const publicBlock =
  /-----BEGIN ((?:X509 |TRUSTED |NEW )?CERTIFICATE(?: REQUEST)?|(?:RSA |EC |PGP )?PUBLIC KEY(?: BLOCK)?|X509 CRL|DH PARAMETERS|EC PARAMETERS)-----[\s\S]{0,20000}?-----END \1-----/g;
const publicLine =
  /^(?:#.*|(?:\S+ )?(?:@cert-authority \S+ )?(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d+|sk-\S+@openssh\.com) [A-Za-z0-9+/=]+(?: .*)?|age1[0-9a-z]+)$/;

/**
 * Whether a text is public by its nature: certificates, public keys, `known_hosts`, age recipients, and nothing else.
 * In a Secret they are often found (`ca.crt`, `identity.pub`), and readable they do no harm.
 */
export function isPublic(text: string): boolean {
  const rest = text.replaceAll(publicBlock, '');
  const lines = rest.split(/\r?\n/).map((line) => line.trim());
  return lines.every((line) => line === '' || publicLine.test(line));
}
