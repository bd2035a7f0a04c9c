import { mkdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encrypt, generateIdentity } from '../../src/index.ts';
import { KeysWorld } from './keys-world.ts';

const canary = 'CANARY-of-a-test-value';
let world: KeysWorld;
let staging: { recipient: string; text: string };
let prod: { recipient: string; text: string };

async function key(): Promise<{ recipient: string; text: string }> {
  const { recipient, keyFile } = await generateIdentity();
  return { recipient, text: /AGE-SECRET-KEY-\w+/.exec(String(keyFile))?.[0] ?? '' };
}

beforeAll(async () => {
  [staging, prod] = await Promise.all([key(), key()]);
});
beforeEach(() => {
  world = new KeysWorld();
});
afterEach(() => world.remove());

const kustomization = (
  name: string,
  path: string,
  more = '',
): string => `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: ${name}, namespace: flux-system}
spec:
  interval: 10m
  path: ./${path}
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
${more}`;

const source = `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 10m, url: 'https://git.example.com/a/b.git', ref: {branch: main}}
---
`;
const decrypts = '  decryption: {provider: sops, secretRef: {name: sops-age}}\n';

async function sealed(name: string, recipients: readonly string[], field = 'data'): Promise<string> {
  const value = field === 'data' ? Buffer.from(canary).toString('base64') : canary;
  const manifest = `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}, namespace: app, labels: {of: test}}\n${field}:\n  password: ${value}\n`;
  const select = { encrypted_regex: '^(data|stringData)$' };
  return String(await encrypt(manifest, { format: 'yaml', recipients: { age: recipients }, select }));
}

/** Two clusters, each with a Kustomization that decrypts a folder of its own. */
async function writeClusters(rule: (name: string) => string): Promise<void> {
  const keys = { staging, prod };
  for (const name of ['staging', 'prod'] as const) {
    world.write(
      `clusters/${name}/flux-system/gotk-sync.yaml`,
      `${source}${kustomization('flux-system', `clusters/${name}`)}`,
    );
    world.write(`clusters/${name}/apps.yaml`, kustomization('apps', `apps/${name}`, decrypts));
    world.write(`apps/${name}/db.yaml`, await sealed('db', [keys[name].recipient]));
  }
  world.write(
    '.sops.yaml',
    `creation_rules:\n${['staging', 'prod'].map((name) => `  - path_regex: ^apps/${name}/\n    encrypted_regex: ^(data|stringData)$\n    age: ${rule(name)}\n`).join('')}`,
  );
}

async function look(
  variables: Record<string, string> = {},
  args: readonly string[] = [],
  // biome-ignore lint/suspicious/noExplicitAny: a document, whose shape the guide has
): Promise<{ status: number; document: any; text: string; stderr: string }> {
  const { status, stdout, stderr } = await world.run(['keys', 'doctor', '--json', ...args], variables);
  const shown = await world.run(['keys', 'doctor', ...args], variables);
  expect(shown.status).toBe(status);
  for (const secret of [canary, staging.text, prod.text, Buffer.from(canary).toString('base64')])
    for (const output of [stdout, stderr, shown.stdout, shown.stderr]) expect(output).not.toContain(secret);
  return { status, document: JSON.parse(stdout), text: shown.stdout, stderr };
}

const named = (name: string): string =>
  name === 'prod' ? `${prod.recipient} # prod` : `${staging.recipient} # staging`;
const both = (): Record<string, string> => ({ SOPS_AGE_KEY: `${staging.text}\n${prod.text}` });

describe('keys doctor without a file', () => {
  it('is a check of the machine where there is no Flux', async () => {
    const { status, document } = await look();
    expect(status).toBe(1);
    expect(document).toMatchObject({ file: null, opens: false, flux: null });
  });

  it('adds a line for each Kustomization of a repository', async () => {
    await writeClusters(named);
    const { status, document, text } = await look(both());
    expect(document.flux.findings).toEqual([]);
    expect(status).toBe(0);
    expect(document.flux.healthy).toBe(true);
    const apps = document.flux.clusters.map((one: { kustomizations: { key: string }[] }) =>
      one.kustomizations.find(({ key: own }) => own === 'flux-system/apps'),
    );
    for (const one of apps)
      expect(one).toMatchObject({
        provider: 'sops',
        secret: { namespace: 'flux-system', name: 'sops-age' },
        secretState: null,
        verdict: 'untried',
      });
    expect(text).toMatch(/^2 private keys were found/);
    expect(text).toMatch(/flux-system\/apps +sops +flux-system\/sops-age +1 +cluster not asked/);
  });

  it('counts files whose MAC it could not check', async () => {
    await writeClusters(named);
    const { status, document, text } = await look({ SOPS_AGE_KEY: prod.text });
    expect(status).toBe(0);
    expect(document.flux.unchecked).toEqual(['apps/staging/db.yaml']);
    expect(text).toContain('the MAC of 1 file could not be checked');
  });

  it('finds a MAC that does not fit', async () => {
    await writeClusters(named);
    const file = await sealed('db', [prod.recipient]);
    world.write('apps/prod/db.yaml', file.replace('of: test', 'of: others'));
    const { status, document } = await look(both());
    expect(status).toBe(1);
    expect(document.flux.findings).toMatchObject([
      { code: 'cluster-key.mac', place: { file: 'apps/prod/db.yaml' }, kustomizations: ['flux-system/apps'] },
    ]);
  });

  it('finds a file that the key of another cluster opens, by names', async () => {
    await writeClusters(named);
    world.write('apps/prod/db.yaml', await sealed('db', [prod.recipient, staging.recipient]));
    const { document } = await look(both());
    expect(document.flux.findings).toMatchObject([
      {
        code: 'cluster-key.other-cluster',
        cluster: 'clusters/prod',
        mend: ['sopskit rekey apps/prod/db.yaml'],
      },
    ]);
    expect(document.flux.findings[0].message).toContain(`${staging.recipient} (staging)`);
  });

  it('finds it without names, by what opens all files of one cluster only', async () => {
    await writeClusters((name) => (name === 'prod' ? prod : staging).recipient);
    world.write('apps/prod/more.yaml', await sealed('more', [prod.recipient, staging.recipient]));
    const { document } = await look(both());
    expect(document.flux.findings).toMatchObject([
      { code: 'cluster-key.other-cluster', place: { file: 'apps/prod/more.yaml' } },
    ]);
  });

  it('takes no key of a person for that of a cluster', async () => {
    const { recipient } = await key();
    await writeClusters((name) => `${(name === 'prod' ? prod : staging).recipient},${recipient}`);
    world.write('apps/prod/db.yaml', await sealed('db', [prod.recipient, recipient]));
    world.write('apps/staging/db.yaml', await sealed('db', [staging.recipient, recipient]));
    expect((await look(both())).document.flux.findings).toEqual([]);
  });

  it('takes no key that both rules name for that of one cluster, though one file lacks it', async () => {
    const { recipient } = await key();
    await writeClusters((name) => `${(name === 'prod' ? prod : staging).recipient},${recipient}`);
    world.write('apps/prod/db.yaml', await sealed('db', [prod.recipient, recipient]));
    expect((await look(both())).document.flux.findings).toEqual([]);
  });

  /** A folder that both clusters apply, with one file for prod alone. */
  async function writeCommon(rule: string): Promise<void> {
    for (const name of ['staging', 'prod'])
      world.write(`clusters/${name}/common.yaml`, kustomization('common', 'apps/common', decrypts));
    world.write('apps/common/s.yaml', await sealed('s', [prod.recipient]));
    const rules = readFileSync(`${world.folder}/.sops.yaml`, 'utf8');
    world.write(
      '.sops.yaml',
      `${rules}  - {path_regex: ^apps/common/, encrypted_regex: ^(data|stringData)$, age: "${rule}"}\n`,
    );
  }

  it.each([true, false])(
    'finds a file that the key of its cluster does not open (names: %s)',
    async (isNamed) => {
      await writeClusters(isNamed ? named : (name) => (name === 'prod' ? prod : staging).recipient);
      await writeCommon(`${prod.recipient},${staging.recipient}`);
      const { status, document } = await look(both());
      expect(status).toBe(1);
      expect(document.flux.findings).toMatchObject([
        {
          ...{ code: 'cluster-key.unopened-file', level: 'warning', cluster: 'clusters/staging' },
          mend: ['sopskit updatekeys -y apps/common/s.yaml'],
        },
      ]);
      expect(document.flux.findings[0].fix).toContain(`names ${staging.recipient} already`);
      world.write('apps/common/s.yaml', await sealed('s', [prod.recipient, staging.recipient]));
      expect((await look(both())).document.flux.findings).toEqual([]);
    },
  );

  it('says which rule lacks the key, and who can give it', async () => {
    await writeClusters(named);
    await writeCommon(prod.recipient);
    const [found] = (await look({ SOPS_AGE_KEY: staging.text })).document.flux.findings;
    expect(found.fix).toContain(`Add ${staging.recipient} to the rule of apps/common/s.yaml`);
    expect(found.fix).toContain(`only who has a key that opens it can: ${prod.recipient}`);
  });

  it('has one cure for a file of one cluster that only another’s key opens', async () => {
    await writeClusters(named);
    world.write('apps/staging/db.yaml', await sealed('db', [prod.recipient]));
    const { findings } = (await look(both())).document.flux;
    expect(findings.map((one: { code: string; mend: string[] }) => [one.code, one.mend])).toEqual([
      ['cluster-key.unopened-file', ['sopskit rekey apps/staging/db.yaml']],
      ['cluster-key.other-cluster', ['sopskit rekey apps/staging/db.yaml']],
    ]);
  });

  it('gives no command that cannot work for ciphertext that is a value in a file', async () => {
    await writeClusters(named);
    const inner = await encrypt('a: b\n', { format: 'yaml', recipients: { age: [prod.recipient] } });
    const value = Buffer.from(String(inner)).toString('base64');
    world.write(
      'apps/staging/in.yaml',
      `apiVersion: v1\nkind: Secret\nmetadata: {name: in, namespace: app}\ndata:\n  a.yaml: ${value}\n`,
    );
    const { findings } = (await look(both())).document.flux;
    const found = findings.filter(({ code }: { code: string }) => code.startsWith('cluster-key.'));
    expect(found.map(({ code }: { code: string }) => code)).toEqual([
      'cluster-key.unopened-file',
      'cluster-key.other-cluster',
    ]);
    for (const { fix, mend } of found) {
      expect(mend).toEqual([]);
      expect(fix).toContain('In data.a.yaml of apps/staging/in.yaml the ciphertext is a value');
    }
  });

  it('proposes the Secret that most refer to', async () => {
    await writeClusters(named);
    const refers = (secret: string): string => decrypts.replace('sops-age', secret);
    world.write('clusters/staging/a.yaml', kustomization('a', 'apps/none', refers('odd')));
    for (const name of ['b', 'c'])
      world.write(`clusters/staging/${name}.yaml`, kustomization(name, 'apps/none', refers('usual')));
    world.write(
      'apps/none/none.yaml',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: none, namespace: app}\n',
    );
    world.write(
      'clusters/staging/apps.yaml',
      kustomization('apps', 'apps/staging', '  decryption: {provider: sops}\n'),
    );
    const { findings } = (await look(both())).document.flux;
    expect(findings[0].fix).toContain('secretRef: {name: usual}');
  });

  it('finds a rule that does not name its cluster’s key', async () => {
    await writeClusters(() => named('staging'));
    world.write(
      '.sops.yaml',
      `keys: [\n${prod.recipient}, # prod\n]\ncreation_rules:\n  - {age: "${staging.recipient}"}\n`,
    );
    const { document } = await look(both());
    expect(document.flux.findings).toMatchObject([
      { code: 'cluster-key.rule', cluster: 'clusters/prod', place: { file: 'apps/prod/db.yaml' } },
    ]);
  });

  it('finds Secrets under a Kustomization that does not decrypt, and one that names no Secret', async () => {
    await writeClusters(named);
    world.write('clusters/prod/apps.yaml', kustomization('apps', 'apps/prod'));
    world.write('apps/prod/db.yaml', await sealed('db', [prod.recipient], 'stringData'));
    world.write(
      'clusters/staging/apps.yaml',
      kustomization('apps', 'apps/staging', '  decryption: {provider: sops}\n'),
    );
    const { status, document } = await look(both());
    expect(status).toBe(1);
    expect(document.flux.findings).toMatchObject([
      { code: 'flux.ciphertext-stored', cluster: 'clusters/prod', level: 'error' },
      { code: 'cluster-key.no-secret', cluster: 'clusters/staging', level: 'note' },
    ]);
  });

  it('leaves out what .sopskit.yaml waives for flux lint', async () => {
    await writeClusters(named);
    world.write('clusters/prod/apps.yaml', kustomization('apps', 'apps/prod'));
    world.write('apps/prod/db.yaml', await sealed('db', [prod.recipient], 'stringData'));
    world.write(
      '.sopskit.yaml',
      'waivers:\n  - {code: flux.ciphertext-stored, path: apps/prod/db.yaml, reason: a test}\n',
    );
    expect((await look(both())).document.flux.findings).toEqual([]);
  });

  it('finds a provider that there is not', async () => {
    await writeClusters(named);
    world.write(
      'clusters/prod/apps.yaml',
      kustomization('apps', 'apps/prod', '  decryption: {provider: gpg}\n'),
    );
    const { document } = await look(both());
    expect(document.flux.findings[0]).toMatchObject({
      code: 'cluster-key.provider',
      place: { file: 'clusters/prod/apps.yaml' },
    });
  });

  it('tells of the repository before it fails on the cluster', async () => {
    await writeClusters(named);
    const { status, document, stderr } = await look(both(), ['--cluster']);
    expect(status).toBe(2);
    expect(document.flux.failure.code).toBe('cluster.config');
    expect(document.flux.clusters).toHaveLength(2);
    expect(stderr).toContain('There is no kubeconfig');
  });

  it('tells of no namespace that has nothing', async () => {
    await writeClusters(named);
    const { status, document } = await look(both(), ['-n', 'flux-sistem']);
    expect(status).toBe(2);
    expect(document.flux.failure.message).toBe('there is no Kustomization in namespace flux-sistem');
  });

  it.each([
    ['a cluster without the switch', ['--context', 'x'], '--cluster is not given'],
    ['a file and a cluster', ['f.yaml', '--cluster'], 'keys doctor looks at one file'],
    ['two files', ['a', 'b'], 'takes one file'],
    ['a private key', ['AGE-SECRET-KEY-1QQQQ'], 'a private key was given'],
    ['a path that is not there', ['--path', 'nowhere'], 'has no folder'],
  ])('refuses %s', async (_, args, message) => {
    mkdirSync(`${world.folder}/empty`);
    const { status, stderr } = await world.run(['keys', 'doctor', ...args]);
    expect(stderr).toContain(message);
    expect(status).not.toBe(0);
    expect(stderr).not.toContain('AGE-SECRET-KEY-1QQQQ');
  });
});
