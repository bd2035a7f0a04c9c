import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Header } from '../../keys/age/file/header.ts';
import { fingerprintOf, parsePublicKeyLine } from '../../keys/age/ssh/public-key.ts';

/**
 * Says what is wrong where a data key cannot have been wrapped for a recipient, told without any private key: by the kind
 * of what is wrapped, and for SSH keys by the fingerprint in it. `null` where it may be right.
 */
export function wrongStanza(recipient: string, { stanzas }: Header): string | null {
  const type = stanzaTypeOf(recipient);
  if (type === null) return null;
  const own = stanzas.filter((stanza) => stanza.type === type);
  if (own.length === 0) return 'the data key was wrapped for a key of another kind';
  const fingerprint = recipient.startsWith('ssh-') ? fingerprintIn(recipient) : null;
  if (fingerprint === null || own.some(({ args }) => args[0] === fingerprint)) return null;
  return 'the data key was wrapped for another SSH key';
}

/** Plugins name their stanzas as they like. */
function stanzaTypeOf(recipient: string): string | null {
  if (/^ssh-(?:ed25519|rsa) /.test(recipient)) return recipient.split(' ', 1)[0] ?? null;
  if (recipient.startsWith('age1pq1')) return 'mlkem768x25519';
  return /^age1[02-9ac-hj-np-z]+$/.test(recipient) ? 'X25519' : null;
}

function fingerprintIn(recipient: string): string | null {
  try {
    return fingerprintOf(parsePublicKeyLine(recipient));
  } catch (error) {
    if (error instanceof SopskitError) return null;
    throw error;
  }
}
