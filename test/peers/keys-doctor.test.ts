import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Audit } from '../../src/repository/audit/audit.ts';
import type { Diagnosis } from '../../src/repository/doctor/diagnosis.ts';
import { KeysWorld } from '../cli/keys-world.ts';
import { describePeers } from './peers.ts';

/** Files of real sops for real gpg keys, looked at with and without the key. */
describePeers('keys doctor and gpg', ['sops', 'gpg'], ({ sops, gpg }) => {
  let world: KeysWorld;
  let fingerprint: string;
  let PATH: string;
  const homes = ['with', 'without'] as const;
  const home = (name: (typeof homes)[number]): string => path.join(world.home, name);

  beforeAll(() => {
    world = new KeysWorld();
    PATH = [path.dirname(gpg), process.env['PATH'] ?? ''].join(path.delimiter);
    for (const name of homes) mkdirSync(home(name), { mode: 0o700 });
    const env = { PATH, HOME: world.home, GNUPGHOME: home('with') };
    const generate = ['--quick-gen-key', 'Test Key <test@example.com>', 'default', 'default'];
    expect(spawnSync(gpg, ['--batch', '--passphrase', '', ...generate], { env }).status).toBe(0);
    const listing = spawnSync(gpg, ['--batch', '--with-colons', '--list-keys'], { env }).stdout.toString();
    fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listing)?.[1] ?? '';
    writeFileSync(path.join(world.folder, 'f.yaml'), 'a: 1\n');
    const sealing = spawnSync(sops, ['encrypt', '-i', '--pgp', fingerprint, 'f.yaml'], {
      cwd: world.folder,
      env,
    });
    expect(sealing.stderr.toString()).toBe('');
  });
  afterAll(() => {
    for (const name of homes) spawnSync('gpgconf', ['--homedir', home(name), '--kill', 'all']);
    world.remove();
  });

  async function look(command: string, name: (typeof homes)[number]) {
    const variables = { PATH, GNUPGHOME: home(name), SOPS_GPG_EXEC: gpg };
    return world.run(['keys', command, path.join(world.folder, 'f.yaml'), '--json'], variables);
  }

  it('says that gpg opens it', async () => {
    const { status, stdout } = await look('doctor', 'with');
    const { groups }: Diagnosis = JSON.parse(stdout);
    expect(groups).toEqual([
      [
        {
          id: fingerprint,
          source: 'pgp',
          name: null,
          hint: null,
          verdict: 'opens',
          place: 'gpg',
          reason: '',
        },
      ],
    ]);
    expect(status).toBe(0);
  });

  it('says that the secret key is not there', async () => {
    const { status, stdout } = await look('doctor', 'without');
    const { groups, verdict }: Diagnosis = JSON.parse(stdout);
    expect(verdict).toBe('no-key');
    expect(groups[0]?.[0]).toMatchObject({
      verdict: 'absent',
      reason: expect.stringContaining('secret key'),
    });
    expect(status).toBe(1);
  });

  it('and the audit marks it as one to ask for, dated by created_at', async () => {
    const written = /created_at: "(.*)"/.exec(readFileSync(path.join(world.folder, 'f.yaml'), 'utf8'))?.[1];
    const [here, away] = [await look('audit', 'with'), await look('audit', 'without')];
    const audit: Audit = JSON.parse(here.stdout);
    expect(audit.files[0]).toMatchObject({
      opens: 'ask',
      dataKey: { since: written, source: 'created_at', commit: null },
    });
    expect(audit.recipients[0]).toMatchObject({
      id: fingerprint,
      source: 'pgp',
      name: 'Test Key <test@example.com>',
      held: 'gpg',
    });
    expect(JSON.parse(away.stdout).files[0].opens).toBe('no');
  });
});
