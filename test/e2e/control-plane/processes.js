import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';

/** Finds free ports: all listeners are open at once, so that no port comes twice. */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => net.createServer());
  await Promise.all(
    servers.map((server) => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

// The kernel ends the servers where even this process's end was not orderly (SIGKILL).
const leash =
  spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0
    ? ['setpriv', '--pdeathsig', 'KILL']
    : [];

/** Starts a server with exactly this environment; its output goes to a log file. */
export function startServer(program, args, env, log) {
  const [first, ...rest] = [...leash, program, ...args];
  const output = openSync(log, 'a');
  const child = spawn(first, rest, { env, stdio: ['ignore', output, output] });
  closeSync(output);
  child.log = log;
  child.on('error', () => {});
  return child;
}

/** Ends a server: SIGTERM, and SIGKILL after `patience` milliseconds. */
export async function stopServer(child, patience = 5000) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), patience);
  await ended;
  clearTimeout(timer);
}

/** Asks until a URL answers as `good` wants. Throws with the end of the server's log. */
export async function untilReady(what, child, url, options, good = ({ status }) => status === 200) {
  const end = Date.now() + 90_000;
  while (Date.now() < end) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const answer = await ask(url, options);
    if (answer !== null && good(answer)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const log = existsSync(child.log) ? readFileSync(child.log, 'utf8').slice(-4000) : '';
  throw new Error(`${what} did not become ready:\n${log}`);
}

function ask(url, options) {
  const { get } = url.startsWith('https:') ? https : http;
  return new Promise((resolve) => {
    const request = get(url, { ...options, timeout: 2000 }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
  });
}
