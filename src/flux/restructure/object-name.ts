import { SopskitError } from '../../errors/sopskit-error.ts';

/** Checks a name for an object (RFC 1123 subdomain, as most kinds want it). Throws `usage.invalid`. */
export function placedName(name: string): string {
  if (name.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name))
    return name;
  throw new SopskitError('usage.invalid', `${JSON.stringify(name)} is no name that Kubernetes takes`, {
    hint: 'Lower case letters, digits, `-` and `.`; a letter or digit first and last.',
  });
}
