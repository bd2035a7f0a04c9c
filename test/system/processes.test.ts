import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/secret/secret.ts';
import { nodeSystem } from '../../src/system/node/node-system.ts';
import { ending, startProgram, until, withFolder, writeProgram } from './program.ts';

const { processes } = nodeSystem();
const node = process.execPath;
const script = (code: string): string[] => ['-e', code];
const show = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('finding a program', () => {
  it('searches PATH, takes paths as they are, and returns null for what is not there', () => {
    expect(processes.find(node)).toBe(node);
    expect(processes.find(path.basename(node))).toMatch(/node/);
    expect(processes.find('sopskit-no-such-program')).toBeNull();
    expect(processes.find('')).toBeNull();
    expect(processes.find('/')).toBeNull();
  });

  it.skipIf(process.platform === 'win32')('passes over relative PATH entries and files that cannot run', () =>
    withFolder(async (folder) => {
      fs.mkdirSync(path.join(folder, 'bin'));
      fs.writeFileSync(path.join(folder, 'bin', 'tool'), '', { mode: 0o755 });
      fs.writeFileSync(path.join(folder, 'plain'), '', { mode: 0o644 });
      const program = await writeProgram(
        folder,
        `process.stdout.write(JSON.stringify([system.processes.find('tool'), system.processes.find('./bin/tool'), system.processes.find('plain')]));`,
      );
      const find = async (PATH: string): Promise<unknown> =>
        JSON.parse((await ending(startProgram(program, [], { cwd: folder, env: { PATH } }))).stdout);
      const tool = path.join(folder, 'bin/tool');
      expect(await find('bin::.')).toEqual([null, tool, null]);
      expect(await find(`bin:${path.join(folder, 'bin')}:${folder}`)).toEqual([tool, tool, null]);
    }),
  );
});

describe('running', () => {
  it('passes input, arguments and environment as they are, and returns output and status', async () => {
    const code = `process.stdin.on('data', (d) => process.stdout.write(d)).on('end', () => {
      process.stderr.write(process.argv[1] + process.env.EXTRA + (process.env.PATH ? '+' : '-'));
      process.exitCode = 7;
    });`;
    const input = new Uint8Array([0, 255, 10, 36]);
    const result = await processes.run(node, [...script(code), '$(echo no) *;'], {
      input,
      env: { EXTRA: '!' },
    });
    expect(result.status).toBe(7);
    expect(result.signal).toBeNull();
    expect([...result.stdout]).toEqual([0, 255, 10, 36]);
    expect(show(result.stderr)).toBe('$(echo no) *;!+');
  });

  it('passes on nothing of the environment where it is to be pristine', async () => {
    const code = 'process.stdout.write(JSON.stringify([process.env.EXTRA, process.env.HOME ?? null]))';
    const { stdout } = await processes.run(node, script(code), { env: { EXTRA: '!' }, pristine: true });
    expect(show(stdout)).toBe('["!",null]');
  });

  it('writes a secret from its bytes and leaves it usable', async () => {
    const secret = Secret.fromText('canary');
    const { stdout } = await processes.run(node, script('process.stdin.pipe(process.stdout)'), {
      input: secret,
    });
    expect(show(stdout)).toBe('canary');
    expect(secret.lendText((text) => text)).toBe('canary');
  });

  it('gives an empty input, and does not mind a program that reads none of a large one', async () => {
    expect((await processes.run(node, script('process.stdin.resume()'))).status).toBe(0);
    const input = new Uint8Array(5_000_000);
    expect((await processes.run(node, script('process.exit(4)'), { input })).status).toBe(4);
  });

  it('names the signal that ended a program', async () => {
    const { status, signal } = await processes.run(node, script(`process.kill(process.pid, 'SIGKILL')`));
    expect([status, signal]).toEqual([null, 'SIGKILL']);
  });

  it('says which program is missing, and which cannot start', async () => {
    await expect(processes.run('sopskit-no-such-program', [])).rejects.toMatchObject({
      code: 'process.missing',
    });
    await expect(processes.attach('sopskit-no-such-program', [])).rejects.toMatchObject({
      code: 'process.missing',
    });
    expect(() => processes.converse('sopskit-no-such-program', [])).toThrow('cannot find the program');
    await withFolder(async (folder) => {
      const options = { cwd: path.join(folder, 'none') };
      await expect(processes.run(node, [], options)).rejects.toMatchObject({ code: 'process.failed' });
      await expect(processes.converse(node, [], options).read()).rejects.toMatchObject({
        code: 'process.failed',
      });
    });
  });
});

describe('a program that is left running', () => {
  it('starts without input and output, and outlives us', () =>
    withFolder(async (folder) => {
      const { ended } = await processes.detach(node, script(`require('fs').writeFileSync('done', 'x')`), {
        cwd: folder,
      });
      await ended;
      expect(fs.existsSync(path.join(folder, 'done'))).toBe(true);
      const code = `setTimeout(() => require('fs').writeFileSync('later', 'x'), 300)`;
      const program = await writeProgram(
        folder,
        `await system.processes.detach(process.execPath, ['-e', process.argv[2]]);`,
      );
      await ending(startProgram(program, [code], { cwd: folder }));
      expect(fs.existsSync(path.join(folder, 'later'))).toBe(false);
      await until(() => fs.existsSync(path.join(folder, 'later')));
      await expect(processes.detach('sopskit-no-such-program', [])).rejects.toMatchObject({
        code: 'process.missing',
      });
    }));
});

describe('a conversation', () => {
  it('goes back and forth, and ends', async () => {
    const echo = processes.converse(
      node,
      script(`process.stdin.on('data', (d) => process.stdout.write('<' + d + '>'))`),
    );
    for (const word of ['one', 'two']) {
      echo.write(new TextEncoder().encode(word));
      expect(show((await echo.read()) ?? new Uint8Array())).toBe(`<${word}>`);
    }
    expect((await echo.close()).status).toBe(0);
    expect(await echo.read()).toBeNull();
  });

  it('returns what was not read, and the error output, at its end', async () => {
    const talk = processes.converse(
      node,
      script(`process.stdout.write('left'); process.stderr.write('why'); process.exitCode = 2`),
    );
    const result = await talk.close();
    expect([result.status, show(result.stdout), show(result.stderr)]).toEqual([2, 'left', 'why']);
  });

  it('can be cut off', async () => {
    const talk = processes.converse(node, script('setInterval(() => {}, 1000)'));
    talk.kill();
    expect(await talk.read()).toBeNull();
    expect((await talk.close()).signal).toBe('SIGTERM');
  });
});

describe.skipIf(process.platform === 'win32')('a program on the terminal of the user', () => {
  const attach = `
const folder = system.files.makePrivateFolder();
process.stderr.write(folder.path);
const result = await system.processes.attach(process.execPath, ['-e', process.argv[2]]);
process.stdout.write(' ' + JSON.stringify(result) + fs.existsSync(folder.path));
`;

  it('shares standard input and output', () =>
    withFolder(async (folder) => {
      const program = await writeProgram(folder, attach);
      const child = startProgram(program, [
        'process.stdin.pipe(process.stdout).on("close", () => {}); process.exitCode = 5',
      ]);
      const ended = ending(child);
      child.stdin?.end('typed');
      expect((await ended).stdout).toBe('typed {"status":5,"signal":null}true');
    }));

  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

  it.each(signals)('gets %s, while we wait for it to end', (signal) =>
    withFolder(async (folder) => {
      const program = await writeProgram(folder, attach);
      const code = `process.on('${signal}', () => { process.stdout.write('saved'); process.exit(9); }); process.stdout.write('up '); setInterval(() => {}, 1000);`;
      const child = startProgram(program, [code]);
      let seen = '';
      child.stdout?.on('data', (chunk) => {
        seen += chunk;
      });
      const ended = ending(child);
      await until(() => seen === 'up ');
      child.kill(signal);
      const { stdout, stderr, status } = await ended;
      expect(stdout).toBe('up saved {"status":9,"signal":null}true');
      expect(status).toBe(0);
      expect(fs.existsSync(stderr)).toBe(false);
    }),
  );
});
