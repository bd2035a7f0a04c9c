import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ControlPlane } from './control-plane.ts';

/** A way to a real API server that breaks at the first change of a Secret. */
export interface DyingServer {
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** `before`: the change never arrives; `answer`: it is made, and its answer lost; `after`: nothing is answered from then on. */
export async function dyingServer(
  { address: { server, ca, tokens } }: Pick<ControlPlane, 'address'>,
  how: 'before' | 'answer' | 'after',
): Promise<DyingServer> {
  const authority = readFileSync(ca);
  let isDead = false;
  const pass = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const isChange = incoming.method === 'PATCH' && incoming.url?.includes('/secrets/') === true;
    if (isDead || (isChange && how === 'before')) {
      isDead = true;
      incoming.socket.destroy();
      return;
    }
    isDead = isChange;
    const { method, headers } = incoming;
    const forwarded = request(`${server}${incoming.url}`, { method, headers, ca: authority }, (answer) => {
      if (isChange && how === 'answer') {
        answer.resume().on('end', () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => incoming.socket.destroy());
    incoming.pipe(forwarded);
  };
  const proxy = createServer(pass);
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  const folder = mkdtempSync(path.join(tmpdir(), 'sopskit-dying-'));
  const kubeconfig = path.join(folder, 'config');
  writeFileSync(
    kubeconfig,
    `apiVersion: v1
kind: Config
current-context: dying
clusters: [{name: dying, cluster: {server: "http://127.0.0.1:${port}"}}]
users: [{name: admin, user: {token: ${tokens.admin}}}]
contexts: [{name: dying, context: {cluster: dying, user: admin}}]
`,
  );
  return {
    kubeconfig,
    async stop() {
      rmSync(folder, { recursive: true });
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
