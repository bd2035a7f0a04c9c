import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatNamed } from '../../src/formats/registry.ts';
import { encrypt, generateIdentity, type NewIdentity, Secret } from '../../src/index.ts';
import { encodeBech32 } from '../../src/keys/age/bech32.ts';
import { keySources } from '../../src/keys/registry.ts';
import { holdsUsable } from '../../src/operations/cluster-keys/holds.ts';
import { keySecretOf } from '../../src/operations/cluster-keys/read-key-secret.ts';
import { opensWith } from '../../src/sops/opens-with.ts';
import { readSealedFile } from '../../src/sops/sealed-file.ts';
import { realSystem } from '../flux/build/real-system.ts';
import { ageVectors } from '../keys/age/age-vectors.ts';
import { tree } from '../operations/flux-doctor/made-reading.ts';
import { type GpgHome, makeGpgHome } from '../peers/gpg-home.ts';
import { describeE2e } from './describe-e2e.ts';
import { conditionOf, type FluxScene, startScene } from './flux-scene.ts';

interface Case {
  /** Entries of the Secret. */
  readonly data: Readonly<Record<string, string | Uint8Array>>;
  /** What the file is encrypted for. */
  readonly for: 'age' | 'hybrid' | 'pgp';
  /** What the controller does: opens it, finds no key, or fails on the entry itself. */
  readonly outcome: 'opens' | 'no key' | 'fails';
}

const pluginIdentity = encodeBech32('AGE-PLUGIN-TEST-', Uint8Array.from({ length: 8 })).toUpperCase();

describeE2e('entries of a Secret of keys', ['gpg'], (controlPlane) => {
  let scene: FluxScene;
  let gpg: GpgHome;
  let exports = 0;
  let [age, other, hybrid]: NewIdentity[] = [];

  beforeAll(async () => {
    gpg = makeGpgHome();
    for (const [name, passphrase] of [
      ['plain', ''],
      ['other', ''],
      ['locked', 'test passphrase'],
    ])
      gpg.gpg(
        '--passphrase',
        passphrase ?? '',
        '--pinentry-mode',
        'loopback',
        '--quick-gen-key',
        `TEST ${name} <${name}@example.com>`,
        'default',
        'default',
        'never',
      );
    [age, other, hybrid] = [
      await generateIdentity(),
      await generateIdentity(),
      await generateIdentity('hybrid'),
    ];
    scene = await startScene(controlPlane, { name: 'entries', files: {}, wait: false });
  });
  afterAll(async () => {
    gpg?.remove();
    await scene?.remove();
  });

  function exported(name: string, how = '--export-secret-keys', armor = true): Uint8Array {
    const file = path.join(gpg.folder, `exported-${exports++}`);
    const passphrase = name === 'locked' ? 'test passphrase' : '';
    const loopback = ['--pinentry-mode', 'loopback', '--passphrase', passphrase];
    gpg.gpg('--output', file, ...(armor ? ['--armor'] : []), ...loopback, how, `${name}@example.com`);
    return Uint8Array.from(readFileSync(file));
  }
  const fingerprint = (name: string): string =>
    /^fpr:+([0-9A-F]+):/m.exec(gpg.gpg('--with-colons', '--list-keys', `${name}@example.com`))?.[1] ?? '';
  const line = (identity: NewIdentity | undefined): string =>
    /^AGE-SECRET-KEY-.*$/m.exec(identity?.keyFile ?? '')?.[0] ?? '';

  function cases(): Readonly<Record<string, Case>> {
    const own = line(age);
    const good = (data: Case['data']): Case => ({ data, for: 'age', outcome: 'opens' });
    const none = (data: Case['data']): Case => ({ data, for: 'age', outcome: 'no key' });
    const bad = (data: Case['data']): Case => ({ data, for: 'age', outcome: 'fails' });
    const plain = exported('plain');
    return {
      'key-file': good({ 'age.agekey': age?.keyFile ?? '' }),
      'no-line-end': good({ 'age.agekey': own }),
      'windows-line-ends': good({ 'age.agekey': `# a\r\n\r\n${own}\r\n` }),
      'several-lines': good({ 'age.agekey': `${line(other)}\n${own}\n` }),
      'several-entries': good({ 'a.agekey': line(other), 'b.agekey': own }),
      'bare-suffix': good({ '.agekey': own }),
      'with-plugin': good({ 'age.agekey': `${pluginIdentity}\n${own}\n` }),
      'ignored-garbage': good({ 'age.agekey': own, 'age.key': 'garbage' }),
      'long-line': good({ 'age.agekey': `${own}\n${'x'.repeat(70_000)}\ngarbage\n` }),
      'other-key': none({ 'age.agekey': line(other) }),
      'wrong-suffix': none({ 'age.key': own }),
      'upper-suffix': none({ 'age.AGEKEY': own }),
      'suffix-alone': none({ agekey: own }),
      empty: none({ 'age.agekey': '' }),
      'comments-only': none({ 'age.agekey': '# nothing\n' }),
      'behind-a-long-line': none({ 'age.agekey': `# ${'x'.repeat(70_000)}\n${own}\n` }),
      plugin: none({ 'age.agekey': pluginIdentity }),
      nothing: none({}),
      'two-on-a-line': bad({ 'age.agekey': `${line(other)} ${own}` }),
      'space-before': bad({ 'age.agekey': ` ${own}` }),
      'space-behind': bad({ 'age.agekey': `${own} \n` }),
      'blank-line': bad({ 'age.agekey': `${own}\n  \n` }),
      'byte-order-mark': bad({ 'age.agekey': `\ufeff${own}` }),
      'lower-case': bad({ 'age.agekey': own.toLowerCase() }),
      'cut-off': bad({ 'age.agekey': own.slice(0, -3) }),
      'public-half': bad({ 'age.agekey': age?.recipient ?? '' }),
      garbage: bad({ 'age.agekey': 'garbage' }),
      'garbage-beside': bad({ 'age.agekey': own, 'b.agekey': 'garbage' }),
      'bad-plugin': bad({ 'age.agekey': `${own}\nAGE-PLUGIN-NOTHING` }),
      'ssh-key': bad({ 'age.agekey': ageVectors.ssh.ed25519.privateKey }),
      'locked-file': bad({ 'age.agekey': ageVectors.lockedKeyFile.armored }),
      'pgp-as-age': bad({ 'age.agekey': plain }),
      'age-as-pgp': bad({ 'age.asc': own }),
      'empty-pgp': bad({ 'age.agekey': own, 'pgp.asc': '' }),
      hybrid: { data: { 'age.agekey': hybrid?.keyFile ?? '' }, for: 'hybrid', outcome: 'opens' },
      pgp: { data: { 'k.asc': plain }, for: 'pgp', outcome: 'opens' },
      'pgp-binary': {
        data: { 'k.asc': exported('plain', '--export-secret-keys', false) },
        ...{ for: 'pgp', outcome: 'opens' },
      },
      'pgp-with-text': {
        data: { 'k.asc': `a key:\n${Buffer.from(plain).toString('latin1')}\nthe end\n` },
        ...{ for: 'pgp', outcome: 'opens' },
      },
      'pgp-two': {
        data: { 'k.asc': Buffer.concat([exported('other'), plain]) },
        ...{ for: 'pgp', outcome: 'opens' },
      },
      'pgp-subkeys': {
        data: { 'k.asc': exported('plain', '--export-secret-subkeys') },
        ...{ for: 'pgp', outcome: 'opens' },
      },
      'pgp-public': {
        data: { 'k.asc': exported('plain', '--export') },
        ...{ for: 'pgp', outcome: 'no key' },
      },
      'pgp-other': { data: { 'k.asc': exported('other') }, for: 'pgp', outcome: 'no key' },
      'pgp-garbage': { data: { 'k.asc': 'garbage' }, for: 'pgp', outcome: 'fails' },
      'pgp-checksum': {
        data: {
          'k.asc': Buffer.from(plain)
            .toString('latin1')
            .replace(/\n=....\n/, '\n=AAAA\n'),
        },
        ...{ for: 'pgp', outcome: 'fails' },
      },
      'pgp-no-checksum': {
        data: {
          'k.asc': Buffer.from(plain)
            .toString('latin1')
            .replace(/\n=....\n/, '\n'),
        },
        ...{ for: 'pgp', outcome: 'opens' },
      },
      'pgp-damaged': {
        data: { 'k.asc': exported('plain', '--export-secret-keys', false).map((byte) => byte & 0x7f) },
        ...{ for: 'pgp', outcome: 'fails' },
      },
      'pgp-tail': {
        data: {
          'k.asc': Buffer.concat([exported('plain', '--export-secret-keys', false), Buffer.from('x')]),
        },
        ...{ for: 'pgp', outcome: 'fails' },
      },
      'pgp-cut-off': {
        data: { 'k.asc': plain.slice(0, 300) },
        ...{ for: 'pgp', outcome: 'fails' },
      },
    };
  }

  async function sealedFor(
    recipients: Readonly<Record<string, readonly string[]>>,
    name: string,
  ): Promise<string> {
    const text = `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}, namespace: ${scene.namespace}}\nstringData: {a: canary}\n`;
    return await encrypt(text, {
      ...{ format: 'yaml', recipients, allowPlaintext: true },
      select: { encrypted_regex: '^stringData$' },
      system: realSystem(gpg.env, []),
    });
  }

  async function outcome(name: string, commit: string): Promise<string> {
    const ready = await controlPlane.waitFor(
      `an outcome of ${name}`,
      async () => {
        const live = await scene.kustomization(name);
        const condition = conditionOf(live, 'Ready');
        const isOfCommit = live?.status?.lastAttemptedRevision?.endsWith(commit) === true;
        return isOfCommit && condition !== undefined && condition.status !== 'Unknown' ? condition : null;
      },
      { describe: () => scene.status() },
    );
    if (ready.status === 'True') return 'opens';
    if (ready.message.includes('failed to import')) return 'fails';
    return ready.message.includes('cannot get sops data key') ? 'no key' : ready.message;
  }

  it('are to the controller what they are said to be', { timeout: 240_000 }, async () => {
    const all: Record<string, Case> = { ...cases() };
    all['pgp-locked'] = { data: { 'k.asc': exported('locked') }, for: 'pgp', outcome: 'no key' };
    const files: Record<string, string> = {};
    const said: Record<string, string> = {};
    for (const [name, { data, for: kind }] of Object.entries(all)) {
      const recipients =
        kind === 'pgp'
          ? { pgp: [fingerprint(name === 'pgp-locked' ? 'locked' : 'plain')] }
          : { age: [(kind === 'age' ? age : hybrid)?.recipient ?? ''] };
      const manifest = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace: scene.namespace },
        data: Object.fromEntries(
          Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
        ),
      };
      controlPlane.apply(JSON.stringify(manifest));
      const text = await sealedFor(recipients, `${name}-made`);
      files[`cases/${name}/secret.yaml`] = text;
      files[`clusters/test/${name}.yaml`] = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: ${name}, namespace: ${scene.namespace}}
spec:
  interval: 10m
  path: ./cases/${name}
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
  decryption: {provider: sops, secretRef: {name: ${name}}}
`;
      const secret = await keySecretOf(tree(manifest), null);
      const { metadata } = await readSealedFile(await formatNamed('yaml'), Buffer.from(text), keySources);
      const fails = secret.entries.some(({ problem }) => problem !== null);
      said[name] = fails ? 'fails' : opensWith(metadata, holdsUsable([secret])) ? 'opens' : 'no key';
      const told = JSON.stringify(secret.entries.map(({ value: _, ...entry }) => entry));
      expect(told).not.toMatch(/AGE-(?:SECRET-KEY|PLUGIN)-\S*1|PRIVATE KEY/i);
    }
    const commit = scene.push(files);
    await scene.reconcile(commit);
    const done: Record<string, string> = {};
    for (const name of Object.keys(all)) done[name] = await outcome(name, commit);
    expect(said).toEqual(done);
    expect(done).toEqual(Object.fromEntries(Object.entries(all).map(([name, one]) => [name, one.outcome])));
  });

  it('cannot be printed', async () => {
    const manifest = {
      kind: 'Secret',
      data: { 'age.agekey': Buffer.from(age?.keyFile ?? '').toString('base64') },
    };
    const { entries } = await keySecretOf(tree(manifest), null);
    expect(entries[0]?.value).toBeInstanceOf(Secret);
    expect(JSON.stringify(entries)).not.toContain(line(age));
  });
});
