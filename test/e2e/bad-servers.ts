import { createServer, type Server, type Socket } from 'node:net';

export interface BadServer {
  readonly address: string;
  close(): void;
}

/** What a server may do with a connection. `data`: each piece that comes in. */
type Deed = (socket: Socket) => void;

const answer = (status: string, body: string, length = body.length): string =>
  `HTTP/1.1 ${status}\r\ncontent-type: text/html\r\ncontent-length: ${length}\r\n\r\n${body}`;

/** Servers on loopback that are no API server, or one that is broken, by what they do. */
export const deeds = {
  'accepts and never answers': () => undefined,
  'sends the head of an answer, and then nothing': (socket) =>
    void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"kind":'),
  'dies in the middle of its answer': (socket) => void socket.end(answer('200 OK', '{"kind":"APIRes', 99)),
  'cuts the connection': (socket) => void socket.resetAndDestroy(),
  'answers a web page': (socket) => void socket.end(answer('200 OK', '<html>canary-page</html>')),
  'answers a web page for what it has not': (socket) =>
    void socket.end(answer('404 Not Found', '<html>canary-page</html>')),
  'answers another JSON': (socket) => void socket.end(answer('200 OK', '{"token":"canary-page"}')),
  'leads to a log-in page': (socket) =>
    void socket.end(answer('302 Found\r\nlocation: http://canary-page.example', '')),
  'sends without end': (socket) => {
    const much = Buffer.alloc(4 * 1024 * 1024, 'canary-page');
    const more = (): void => {
      while (socket.writable && socket.write(much));
    };
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    socket.on('drain', more);
    more();
  },
} as const satisfies Record<string, Deed>;

/** Starts a server that does so with every request. */
export async function badServer(deed: Deed): Promise<BadServer> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => deed(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    address: `127.0.0.1:${port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
