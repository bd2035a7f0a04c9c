import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { runGit } from '../../src/repository/git/git-run.ts';
import { TestRepository } from './git-repository.ts';
import { describePeers } from './peers.ts';

describePeers('git and a remote', ['git'], () => {
  it('is not waited for for ever, leaves no process behind, and its login is not shown', async () => {
    const open = new Set<Socket>();
    let seen = 0;
    const server = createServer((socket) => {
      seen++;
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      socket.on('error', () => {});
      socket.resume();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const repository = new TestRepository();
    const url = `http://user:CANARY-login@127.0.0.1:${port}/x.git`;
    try {
      const asked = runGit(repository.system(), repository.folder, ['ls-remote', url], { patience: 400 });
      const error = await asked.catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'git.failed' });
      expect(String(error)).toContain(`http://127.0.0.1:${port}/x.git did not end within 0.4 s`);
      expect(JSON.stringify(error) + String(error)).not.toContain('CANARY-login');
      await expect.poll(() => open.size, { timeout: 5000 }).toBe(0);
      expect(seen).toBeGreaterThan(0);
    } finally {
      repository.remove();
      server.close();
    }
  });
});
