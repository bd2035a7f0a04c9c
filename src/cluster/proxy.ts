import type { Environment } from '../system/environment.ts';

/**
 * Returns the proxy that the environment asks for, as Go's programs read it (golang.org/x/net/http/httpproxy): the
 * variable of the server's scheme, and `NO_PROXY`; never for this machine itself. `null`: none.
 */
export function proxyFor(env: Environment, server: string): string | null {
  const url = new URL(server);
  const scheme = url.protocol === 'http:' ? 'HTTP_PROXY' : 'HTTPS_PROXY';
  const proxy = variable(env, scheme);
  if (proxy === '' || isBypassed(url, variable(env, 'NO_PROXY'))) return null;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function variable(env: Environment, name: string): string {
  return env.get(name) || env.get(name.toLowerCase()) || '';
}

function isBypassed(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || host === '::1' || /^127\./.test(host)) return true;
  const port = url.port || (url.protocol === 'http:' ? '80' : '443');
  return list
    .split(',')
    .map((one) => one.trim().toLowerCase())
    .some((rule) => rule !== '' && matches(rule, host, port));
}

function matches(rule: string, host: string, port: string): boolean {
  if (rule === '*') return true;
  if (rule.includes('/')) return isIn(rule, host);
  const [, name = rule, wanted] = /^(.*?)(?::(\d+))?$/.exec(rule) ?? [];
  if (wanted !== undefined && wanted !== port) return false;
  const bare = name.replace(/^\*?\./, '');
  if (host === bare) return !name.startsWith('.') && !name.startsWith('*.');
  return host.endsWith(`.${bare}`) && !/^[\d.]+$/.test(host);
}

/** Whether an IPv4 address lies in a network (`10.0.0.0/8`). */
function isIn(network: string, host: string): boolean {
  const [base = '', bits = ''] = network.split('/');
  const [from, of] = [numberOf(base), numberOf(host)];
  if (from === null || of === null || !/^\d+$/.test(bits)) return false;
  const size = 2 ** (32 - Math.min(32, Number(bits)));
  return Math.floor(from / size) === Math.floor(of / size);
}

function numberOf(address: string): number | null {
  const parts = address.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return null;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}
