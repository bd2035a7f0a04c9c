import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ageSource } from '../../src/keys/age/age-source.ts';
import type { MasterKey } from '../../src/keys/key-source.ts';
import { ageVectors } from '../keys/age/age-vectors.ts';
import { failureOf, hexOf } from '../keys/contract.ts';
import { type FakeSystem, fakeSystem } from '../system/fake-system.ts';
import { describePeers } from './peers.ts';

const { passphrase, plaintext, x25519, lockedKeyFile } = ageVectors;
const path = process.env['PATH'] ?? '';
const hasAgent = fakeSystem({ env: { PATH: path } }).processes.find('gpg-connect-agent') !== null;
if (!hasAgent && process.env['SOPSKIT_REQUIRE_PEERS'] === '1') throw new Error('needs gpg-connect-agent');

/** A real gpg-agent whose pinentry answers from a file and counts its calls. */
const home = mkdtempSync(join(tmpdir(), 'sopskit-gpg-'));
const socket = join(home, 'S.gpg-agent');
const pin = join(home, 'pin');
const calls = join(home, 'calls');
const agentEnv = { PATH: path, TERM: 'dumb', HOME: home, GNUPGHOME: home, GPG_AGENT_INFO: `${socket}:0:1` };
const pinentry = `#!/bin/sh
echo OK
while read -r command rest; do
  case $command in
    GETPIN) echo x >> ${calls}; echo "D $(cat ${pin})"; echo OK ;;
    BYE) echo OK; exit ;;
    *) echo OK ;;
  esac
done
`;

describe.skipIf(!hasAgent)('gpg-agent', () => {
  beforeAll(() => {
    const program = join(home, 'pinentry');
    writeFileSync(program, pinentry);
    chmodSync(program, 0o755);
    chmodSync(home, 0o700);
    writeFileSync(join(home, 'gpg-agent.conf'), `pinentry-program ${program}\n`);
    execFileSync('gpg-connect-agent', ['/bye'], { env: agentEnv, stdio: 'ignore' });
  });
  afterAll(() => {
    execFileSync('gpg-connect-agent', ['KILLAGENT', '/bye'], { env: agentEnv, stdio: 'ignore' });
    rmSync(home, { recursive: true, force: true });
  });

  it('forgets a passphrase that was wrong, and remembers the right one', async () => {
    writeFileSync(pin, 'wrong');
    const error = await failureOf(unwrap(agentSystem()));
    expect(error.message).toContain('the passphrase is wrong');
    writeFileSync(pin, passphrase);
    const system = agentSystem();
    for (const _ of [1, 2]) expect(hexOf(await unwrap(system))).toBe(plaintext);
    expect(hexOf(await unwrap(agentSystem()))).toBe(plaintext);
    expect(callCount()).toBe(2);
    expect(system.questions).toEqual([]);
  });

  it('is asked without a secret on the command line', async () => {
    const system = agentSystem();
    await unwrap(system);
    expect(system.runs).toEqual([['gpg-connect-agent', '--no-autostart', '-S', socket]]);
  });

  it('is not asked where there is none', async () => {
    const env = { PATH: path, SOPS_AGE_KEY: lockedKeyFile.armored };
    const system = fakeSystem({ env, answers: [passphrase] });
    expect(hexOf(await unwrap(system))).toBe(plaintext);
    expect(system.runs).toEqual([]);
  });

  describePeers('shared with sops', ['sops'], ({ sops }) => {
    it('has the passphrase that sops had it remember, and the other way round', () => {
      const before = callCount();
      const env = { ...agentEnv, SOPS_AGE_KEY: lockedKeyFile.armored };
      const types = ['--input-type', 'json', '--output-type', 'json'];
      const plain = join(home, 'plain.json');
      writeFileSync(plain, '{"a":"TEST"}');
      const sealed = execFileSync(sops, ['encrypt', ...types, '--age', x25519.recipient, plain], {
        env,
        cwd: home,
      });
      writeFileSync(plain, sealed);
      const opened = execFileSync(sops, ['decrypt', ...types, plain], { env, cwd: home }).toString();
      expect(JSON.parse(opened)).toEqual({ a: 'TEST' });
      expect(callCount()).toBe(before);
    });
  });
});

function agentSystem(): FakeSystem {
  return fakeSystem({ sockets: [socket], env: { ...agentEnv, SOPS_AGE_KEY: lockedKeyFile.armored } });
}

function unwrap(system: FakeSystem): ReturnType<ReturnType<typeof ageSource.open>['unwrap']> {
  const [key]: readonly (MasterKey | undefined)[] = ageSource.parse(x25519.recipient);
  if (key === undefined) throw new Error('expected a key');
  return ageSource.open(system).unwrap({ ...key, enc: x25519.armored });
}

function callCount(): number {
  return existsSync(calls) ? readFileSync(calls, 'utf8').split('\n').length - 1 : 0;
}
