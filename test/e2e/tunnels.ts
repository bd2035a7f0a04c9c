import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Tunnel {
  readonly address: string;
  /** What was asked for: `host:port`. */
  readonly asked: string[];
  close(): void;
}

/** An HTTP proxy on loopback (CONNECT). With a `status` it refuses all. */
export async function httpProxy(status?: number): Promise<Tunnel> {
  const asked: string[] = [];
  const server = createHttpServer();
  server.on('connect', (request, socket: Socket, head) => {
    asked.push(request.url ?? '');
    if (status !== undefined) return void socket.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
    const [host, port] = (request.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.write(head);
      join(socket, onward);
    });
  });
  return await started(server, 'http', asked);
}

/** A SOCKS5 proxy on loopback, without a login (RFC 1928). With `refusing` it allows nothing. */
export async function socksProxy(refusing = false): Promise<Tunnel> {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(Uint8Array.of(5, 0));
      socket.once('data', (wish) => {
        const host =
          wish[3] === 1 ? wish.subarray(4, 8).join('.') : wish.subarray(5, 5 + (wish[4] ?? 0)).toString();
        const port = wish.readUInt16BE(wish.length - 2);
        asked.push(`${host}:${port}`);
        const answer = (code: number): Uint8Array => Uint8Array.of(5, code, 0, 1, 0, 0, 0, 0, 0, 0);
        if (refusing) return void socket.end(answer(2));
        const onward = connect(port, host, () => {
          socket.write(answer(0));
          join(socket, onward);
        });
      });
    });
  });
  return await started(server, 'socks5', asked);
}

function join(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one);
  for (const socket of [one, other]) socket.on('error', () => one.destroy());
}

async function started(server: Server, scheme: string, asked: string[]): Promise<Tunnel> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    address: `${scheme}://127.0.0.1:${port}`,
    asked,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
