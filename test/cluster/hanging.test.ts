import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openTransport, type Transport, type TransportOptions } from '../../src/cluster/transport.ts';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import { tree } from '../operations/flux-doctor/made-reading.ts';

const doing = {
  ...{ verb: 'get', resource: 'secrets', namespace: 'ns', name: 'x', context: 'c' },
  ...{ server: 'http://s', flags: ' --context c' },
};
const writing = { ...doing, verb: 'apply' };
const trying = { ...writing, dryRun: true };
const get = { method: 'GET', path: '/x' } as const;
const patch = { method: 'PATCH', path: '/x', body: tree({ data: { a: 'canary' } }) } as const;

describe('a server', () => {
  const open: { server: Server; sockets: Set<Socket> }[] = [];

  /** A server that does as `answer` with each connection, once what was asked has come in. */
  async function serve(
    answer: (socket: Socket, connection: number) => void,
    options: TransportOptions = { patience: 300 },
    scheme = 'http',
  ): Promise<Transport> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', () => answer(socket, sockets.size));
    });
    open.push({ server, sockets });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const login = { options: async () => ({}), forget: () => undefined };
    return openTransport(`${scheme}://127.0.0.1:${port}`, login, options);
  }

  afterEach(() => {
    for (const { server, sockets } of open.splice(0)) {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });

  async function failure(work: Promise<unknown>): Promise<SopskitError> {
    const started = performance.now();
    const error = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof SopskitError)) throw new Error(`no refusal: ${String(error)}`);
    expect(performance.now() - started).toBeLessThan(2500);
    expect(`${error.message} ${error.hint}`).not.toContain('canary');
    expect(error.hint).toContain('kubectl --context c');
    return error;
  }

  it('that never answers is given up', async () => {
    const silent = await serve(() => undefined);
    const read = await failure(silent.ask(get, doing));
    expect([read.code, read.message]).toEqual([
      'cluster.timeout',
      'The API server http://s gave no answer within 0.3 s',
    ]);
    expect(read.hint).toContain('--request-timeout');
    const write = await failure(silent.ask(patch, writing));
    expect([write.code, write.message]).toEqual([
      'cluster.uncertain',
      expect.stringContaining('whether secrets x in namespace ns was changed (apply) is not known'),
    ]);
    expect((await failure(silent.ask(patch, trying))).code).toBe('cluster.timeout');
  });

  it('that begins an answer and stops is given up, too', async () => {
    const heads = await serve(
      (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"a":'),
    );
    expect((await failure(heads.ask(get, doing))).message).toContain(
      'began to answer, and did not end within',
    );
    expect((await failure(heads.ask(patch, writing))).code).toBe('cluster.uncertain');
  });

  it('that dies in the middle of an answer is asked again where only read was', async () => {
    const half = 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"a":';
    const whole = 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"a":"b"}';
    const once = await serve((socket, connection) => void socket.end(connection === 1 ? half : whole), {});
    expect(await once.ask(get, doing)).not.toBeNull();
    const always = await serve((socket) => void socket.end(half), {});
    expect((await failure(always.ask(get, doing))).message).toContain('cut in the middle of its answer');
    let asked = 0;
    const counting = await serve((socket) => {
      asked++;
      socket.resetAndDestroy();
    }, {});
    expect((await failure(counting.ask(patch, writing))).code).toBe('cluster.uncertain');
    expect(asked).toBe(1);
  });

  it('that cuts the handshake of TLS, or speaks none, has done nothing', async () => {
    const cut = await serve((socket) => void socket.end(), {}, 'https');
    expect(await failure(cut.ask(patch, writing))).toMatchObject({ code: 'cluster.unreachable' });
    const plain = await serve((socket) => void socket.end('hello'), {}, 'https');
    expect((await failure(plain.ask(patch, writing))).message).toContain('does not speak TLS');
    const silent = await serve(() => undefined, { patience: 200 }, 'https');
    expect((await failure(silent.ask(patch, writing))).code).toBe('cluster.timeout');
  });

  it('that is busy for ever is not waited for longer than for any other', async () => {
    const busy = 'HTTP/1.1 429 Too Many\r\nretry-after: 1\r\ncontent-length: 17\r\n\r\n{"kind":"Status"}';
    const transport = await serve((socket) => void socket.write(busy), { patience: 1500 });
    expect((await failure(transport.ask(get, doing))).code).toBe('cluster.refused');
  });

  it('that sends without end is cut off', async () => {
    const much = Buffer.alloc(4 * 1024 * 1024, 'canary');
    const transport = await serve((socket) => {
      const more = (): void => {
        while (socket.writable && socket.write(much));
      };
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.on('drain', more);
      more();
    }, {});
    expect(await failure(transport.ask(get, doing))).toMatchObject({
      code: 'cluster.refused',
      message: expect.stringContaining('sends more than an API server would'),
    });
  });

  it('is left at once where the user wants to stop', async () => {
    const stop = new AbortController();
    const transport = await serve(() => stop.abort(), { patience: 0, signal: stop.signal });
    await expect(transport.ask(get, doing)).rejects.toMatchObject({ code: 'interrupted' });
    await expect(transport.ask(patch, writing)).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('that knows no such page has not said that an object is not there', async () => {
    const page = '<html>canary</html>';
    const strange = await serve(
      (socket) => void socket.end(`HTTP/1.1 404 Not Found\r\ncontent-length: ${page.length}\r\n\r\n${page}`),
      {},
    );
    expect((await failure(strange.ask(get, doing))).message).toContain('is no Kubernetes API server');
    const plain = '404 page not found\n';
    const unserved = await serve(
      (socket) =>
        void socket.end(`HTTP/1.1 404 Not Found\r\ncontent-length: ${plain.length}\r\n\r\n${plain}`),
      {},
    );
    expect(await unserved.ask(get, doing)).toBeNull();
  });
});
