import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Login } from '../../src/cluster/login.ts';
import { openTransport, type Transport } from '../../src/cluster/transport.ts';
import { tree } from '../operations/flux-doctor/made-reading.ts';

const doing = {
  ...{ verb: 'get', resource: 'configmaps', namespace: 'ns', name: 'x', context: 'c' },
  ...{ server: 'http://s', flags: ' --context c' },
};

describe('requests', () => {
  let server: Server | null = null;
  let logins = 0;

  /** A server on loopback that answers in turn. */
  async function serve(
    ...answers: ((request: IncomingMessage, response: ServerResponse) => void)[]
  ): Promise<Transport> {
    let next = 0;
    server = createServer((request, response) => {
      const answer = answers[Math.min(next++, answers.length - 1)];
      request.resume().on('end', () => answer?.(request, response));
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    logins = 0;
    let token: string | null = null;
    const login: Login = {
      async options() {
        token ??= `t${++logins}`;
        return { headers: { authorization: `Bearer ${token}` } };
      },
      forget() {
        token = null;
      },
    };
    return openTransport(`http://127.0.0.1:${port}`, login);
  }

  const json =
    (status: number, body: object, headers = {}) =>
    (_: IncomingMessage, response: ServerResponse) =>
      void response.writeHead(status, headers).end(JSON.stringify(body));
  const get = { method: 'GET', path: '/x' } as const;

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  it('log in anew once, where the login is no longer accepted', async () => {
    const seen: string[] = [];
    const transport = await serve((request, response) => {
      seen.push(request.headers.authorization ?? '');
      json(request.headers.authorization === 'Bearer t2' ? 200 : 401, { kind: 'Status' })(request, response);
    });
    await transport.ask(get, doing);
    expect([seen, logins]).toEqual([['Bearer t1', 'Bearer t2'], 2]);
    const refusing = await serve(json(401, {}));
    await expect(refusing.ask(get, doing)).rejects.toMatchObject({ code: 'cluster.denied' });
  });

  it('wait where the server is too busy', async () => {
    const busy = json(429, { reason: 'TooManyRequests' }, { 'retry-after': '0' });
    const transport = await serve(busy, busy, json(200, { a: 'b' }));
    expect(await transport.ask(get, doing)).not.toBeNull();
  });

  it('take up what a cut connection interrupted', async () => {
    const transport = await serve((request) => void request.socket.resetAndDestroy(), json(200, { a: 'b' }));
    expect(await transport.ask(get, doing)).not.toBeNull();
    const post = await serve((request) => void request.socket.resetAndDestroy());
    await expect(post.ask({ ...get, method: 'POST', body: tree({}) }, doing)).rejects.toMatchObject({
      code: 'cluster.unreachable',
    });
  });

  it('send and read JSON as it is', async () => {
    let body = '';
    const transport = await serve(
      (_, response) => void response.end('{"big":9007199254740993,"__proto__":{"a":1}}'),
    );
    server?.prependListener('request', (request: IncomingMessage) =>
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      }),
    );
    const answer = await transport.ask(
      { ...get, method: 'PATCH', body: tree({ 10: 'a', 2: ['b', 1.5] }) },
      doing,
    );
    expect(JSON.parse(body)).toEqual({ 10: 'a', 2: ['b', 1.5] });
    expect(answer?.entries).toMatchObject([
      { key: 'big', value: { kind: 'int', value: 9007199254740993n } },
      { key: '__proto__' },
    ]);
  });

  it('find nothing, and never show what was no object', async () => {
    expect(await (await serve(json(404, { kind: 'Status' }))).ask(get, doing)).toBeNull();
    const page = await serve((_, response) => void response.end('<html>canary</html>'));
    const refusal = await page.ask(get, doing).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'cluster.refused' });
    expect(String(refusal)).not.toContain('canary');
  });
});
