import { describe, expect, it } from 'vitest';
import { proxyFor } from '../../src/cluster/proxy.ts';

function proxy(server: string, variables: Record<string, string>): string | null {
  return proxyFor({ get: (name) => variables[name], all: () => variables }, server);
}

describe('the proxy that the environment asks for', () => {
  const HTTPS_PROXY = 'http://proxy:3128';

  it('is that of the scheme', () => {
    expect(proxy('https://k8s.example.com', { HTTPS_PROXY })).toBe(HTTPS_PROXY);
    expect(proxy('https://k8s.example.com', { https_proxy: 'proxy:3128' })).toBe(HTTPS_PROXY);
    expect(proxy('http://k8s.example.com', { HTTPS_PROXY })).toBeNull();
    expect(proxy('https://k8s.example.com', {})).toBeNull();
  });

  it('is never for this machine', () => {
    for (const host of ['127.0.0.1:6443', 'localhost', '[::1]:6443'])
      expect(proxy(`https://${host}`, { HTTPS_PROXY })).toBeNull();
  });

  it('is not for what NO_PROXY names', () => {
    const not = (host: string, NO_PROXY: string): boolean =>
      proxy(`https://${host}`, { HTTPS_PROXY, NO_PROXY }) === null;
    expect(not('k8s.example.com', 'example.com')).toBe(true);
    expect(not('k8s.example.com', '.example.com, other')).toBe(true);
    expect(not('example.com', '.example.com')).toBe(false);
    expect(not('notexample.com', 'example.com')).toBe(false);
    expect(not('10.1.2.3', '10.0.0.0/8')).toBe(true);
    expect(not('11.1.2.3', '10.0.0.0/8')).toBe(false);
    expect(not('k8s.example.com:6443', 'k8s.example.com:443')).toBe(false);
    expect(not('k8s.example.com:6443', 'k8s.example.com:6443')).toBe(true);
    expect(not('anything', '*')).toBe(true);
  });
});
