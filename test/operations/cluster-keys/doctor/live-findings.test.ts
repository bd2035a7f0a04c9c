import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace } from '../../../../src/flux/open-workspace.ts';
import type { LiveKustomization } from '../../../../src/flux/plan/change.ts';
import { encrypt, generateIdentity } from '../../../../src/index.ts';
import type { FluxController } from '../../../../src/operations/cluster-keys/bound-cluster.ts';
import { install, retire } from '../../../../src/operations/cluster-keys/doctor/commands.ts';
import type { KeyFinding } from '../../../../src/operations/cluster-keys/doctor/key-rule.ts';
import { OpenScene } from '../../../../src/operations/cluster-keys/doctor/open-scene.ts';
import { keyRules } from '../../../../src/operations/cluster-keys/doctor/registry.ts';
import { verdictOf } from '../../../../src/operations/cluster-keys/doctor/verdict.ts';
import { liveKustomization } from '../../../../src/operations/live-state.ts';
import { KeysWorld } from '../../../cli/keys-world.ts';
import { tree } from '../../flux-doctor/made-reading.ts';
import { type FakeClusterOptions, fakeCluster } from '../fake-cluster.ts';

interface TestKey {
  readonly recipient: string;
  readonly text: string;
}

let world: KeysWorld;
let right: TestKey;
let other: TestKey;
let hybrid: TestKey;

async function key(kind: 'x25519' | 'hybrid' = 'x25519'): Promise<TestKey> {
  const { recipient, keyFile } = await generateIdentity(kind);
  return { recipient, text: `${/AGE-SECRET-KEY-[\w-]+/.exec(String(keyFile))?.[0] ?? ''}\n` };
}

beforeAll(async () => {
  [right, other, hybrid] = await Promise.all([key(), key(), key('hybrid')]);
});
beforeEach(() => {
  world = new KeysWorld();
});
afterEach(() => world.remove());

const old: FluxController = {
  ...{ namespace: 'flux-system', version: 'v2.8.0', readsHybrid: false, sopsAgeSecret: null },
};

function secret(
  data: Readonly<Record<string, string>>,
  metadata: object = {},
  name = 'sops-age',
  namespace = 'flux-system',
): object {
  const encoded = Object.entries(data).map(([entry, text]) => [entry, Buffer.from(text).toString('base64')]);
  return {
    ...{ apiVersion: 'v1', kind: 'Secret', data: Object.fromEntries(encoded) },
    metadata: { name, namespace, uid: '1', resourceVersion: '1', ...metadata },
  };
}

/** Looks at a repository with one encrypted file, against a cluster that has these objects. */
async function look(
  cluster: FakeClusterOptions,
  {
    controller = null,
    own = {},
    spec = '{provider: sops, secretRef: {name: sops-age}}',
    liveSpec = null,
  }: {
    readonly controller?: FluxController | null;
    readonly own?: Readonly<Record<string, string>>;
    readonly spec?: string;
    /** `spec.decryption` of the live Kustomization; `null`: it is not live. */
    readonly liveSpec?: object | null;
  } = {},
): Promise<{ findings: readonly KeyFinding[]; missed: readonly string[]; verdict: string }> {
  world.write(
    'clusters/test/flux-system/gotk-sync.yaml',
    `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 10m, url: 'https://git.example.com/a/b.git', ref: {branch: main}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux-system, namespace: flux-system}
spec:
  interval: 10m
  path: ./clusters/test
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
  decryption: ${spec}
`,
  );
  const manifest =
    'apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: app}\nstringData:\n  a: b\n';
  const sealed = await encrypt(manifest, {
    ...{ format: 'yaml', recipients: { age: [right.recipient] } },
    select: { encrypted_regex: '^stringData$' },
  });
  world.write('clusters/test/db.yaml', sealed);
  const system = world.system(own);
  const workspace = await openWorkspace(system, { folder: '.', paths: [], clusters: [], remoteBases: false });
  const snapshot = await workspace.snapshot(null);
  const model = await workspace.model(snapshot);
  const bound = { cluster: fakeCluster(cluster), model: model.clusters[0] ?? null, controller };
  const scene = await OpenScene.open(system, {
    repository: { model, snapshot },
    bound: { ...bound, by: 'live', live: liveSpec === null ? new Map() : liveEntry(liveSpec) },
    namespace: null,
  });
  for (const rule of keyRules) await rule.look(scene);
  await workspace.close();
  const { findings, missed, clusters } = scene;
  const [first] = clusters;
  const [entry] = first?.kustomizations ?? [];
  const text = JSON.stringify(findings);
  for (const { text: private_ } of [right, other, hybrid]) expect(text).not.toContain(private_.trim());
  return {
    ...{ findings, missed },
    verdict: first === undefined || entry === undefined ? '' : verdictOf(entry, first, findings),
  };
}

/** The entry as it is live, with another `spec.decryption`. */
function liveEntry(decryption: object): ReadonlyMap<string, LiveKustomization> {
  const live = liveKustomization(
    tree({
      ...{ apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' },
      metadata: { name: 'flux-system', namespace: 'flux-system' },
      spec: {
        ...{ interval: '10m', path: './clusters/test', prune: true, ...decryption },
        sourceRef: { kind: 'GitRepository', name: 'flux-system' },
      },
    }),
  );
  return new Map(live === null ? [] : [['flux-system/flux-system', live]]);
}

const codesOf = ({ findings }: { findings: readonly KeyFinding[] }): string[] =>
  findings.map(({ rule, level }) => `${level} ${rule.code}`);

describe('findings about the Secret of a cluster', () => {
  it('are none where its key opens all', async () => {
    const found = await look({ objects: [secret({ 'age.agekey': right.text })] });
    expect(found).toMatchObject({ findings: [], verdict: 'opens' });
  });

  it('a post-quantum identity before Flux 2.9 fails the Kustomization', async () => {
    const entries = { 'age.agekey': right.text, 'pq.agekey': hybrid.text };
    const found = await look({ objects: [secret(entries)] }, { controller: old });
    expect(codesOf(found)).toEqual(['error cluster-key.post-quantum']);
    expect(found.verdict).toBe('fails');
    const later = await look({ objects: [secret(entries)] }, { controller: { ...old, readsHybrid: true } });
    expect(codesOf(later)).toEqual(['note cluster-key.idle-entry']);
  });

  it('an entry that is passed over is renamed on the server, past names that are taken', async () => {
    const found = await look({ objects: [secret({ 'age.agekey': other.text, 'keys.txt': right.text })] });
    expect(codesOf(found)).toEqual([
      'error cluster-key.ignored-entry',
      'error cluster-key.unopened-file',
      'note cluster-key.idle-entry',
    ]);
    expect(found.findings[0]?.mend).toEqual([
      `kubectl --context test patch secret sops-age -n flux-system --type=json -p '[{"op":"move","from":"/data/keys.txt","path":"/data/age-${right.recipient.slice(-8)}.agekey"}]'`,
    ]);
  });

  it('a copy of a key under an idle name is a warning, and is taken out', async () => {
    const found = await look({ objects: [secret({ 'age.agekey': right.text, 'age.key': right.text })] });
    expect(codesOf(found)).toEqual(['warning cluster-key.ignored-entry']);
    expect(found.findings[0]?.mend[0]).toContain('"op":"remove","path":"/data/age.key"');
    expect(found.verdict).toBe('opens');
  });

  it('a Secret that is missing is looked for elsewhere', async () => {
    const objects = [
      secret({ 'age.agekey': right.text }, {}, 'sops-gpg'),
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flux-system' } },
    ];
    const found = await look({ objects });
    expect(codesOf(found)).toEqual(['error cluster-key.secret-missing']);
    expect(found.findings[0]?.message).toContain('flux-system/sops-gpg looks as if meant');
    expect(found.findings[0]?.mend).toEqual([
      'sopskit keys install --context test -n flux-system --secret-name sops-age',
    ]);
    const none = await look({ objects: [] });
    expect(none.findings[0]?.message).toContain('there is no namespace flux-system');
    expect(none.findings[0]?.mend[0]).toMatch(/ --create-namespace$/);
  });

  it('one of --sops-age-secret gives age keys only', async () => {
    const controller = { ...old, sopsAgeSecret: 'global' };
    const found = await look(
      { objects: [secret({ 'age.agekey': right.text, 'key.asc': 'x' }, {}, 'global')] },
      { controller, spec: '{provider: sops}' },
    );
    expect(codesOf(found)).toEqual(['note cluster-key.ignored-entry']);
    expect(found.verdict).toBe('opens');
    const missing = await look({ objects: [] }, { controller, spec: '{provider: sops}' });
    expect(codesOf(missing)).toEqual(['error cluster-key.controller-secret']);
    const without = await look({ objects: [] }, { controller: old, spec: '{provider: sops}' });
    expect(codesOf(without)).toEqual(['error cluster-key.no-secret']);
  });

  it('one that may not be read is no more than not known', async () => {
    const found = await look({ objects: [secret({ 'age.agekey': right.text })], denied: ['Secret'] });
    expect(codesOf(found)).toEqual(['note cluster-key.may-not-read']);
    expect(found.verdict).toBe('unknown');
    expect(found.missed[0]).toContain('Secret flux-system/sops-age');
  });

  it('names a key of this machine that would open the files', async () => {
    const found = await look(
      { objects: [secret({ 'age.agekey': other.text })] },
      { own: { SOPS_AGE_KEY: right.text } },
    );
    expect(found.findings[0]?.mend).toEqual([
      `sopskit keys install --context test -n flux-system --secret-name sops-age --recipient ${right.recipient}`,
    ]);
    const without = await look({ objects: [secret({ 'age.agekey': other.text })] });
    expect(without.findings[0]?.mend).toEqual(['sopskit updatekeys -y clusters/test/db.yaml']);
    expect(without.findings[0]?.fix).toContain(other.recipient);
  });

  it('tells of a keeper, and of keys in an annotation', async () => {
    const labels = {
      'kustomize.toolkit.fluxcd.io/name': 'keys',
      'kustomize.toolkit.fluxcd.io/namespace': 'x',
    };
    const applied = JSON.stringify({ data: { 'age.agekey': Buffer.from(right.text).toString('base64') } });
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': applied };
    const found = await look({ objects: [secret({ 'age.agekey': right.text }, { labels, annotations })] });
    expect(codesOf(found)).toEqual(['warning cluster-key.last-applied', 'note cluster-key.kept']);
  });

  it('an empty entry holds no key', async () => {
    const found = await look({
      objects: [secret({ 'age.agekey': right.text, 'none.agekey': '# nothing\n' })],
    });
    expect(found.findings.map(({ message }) => message).join()).toContain('none.agekey');
  });
});

describe('a live Kustomization that decrypts otherwise than the repository has it', () => {
  const withSecret = (name: string) => ({ decryption: { provider: 'sops', secretRef: { name } } });

  it('is told of by the Secret that it has, which Flux goes by', async () => {
    const objects = [secret({ 'age.agekey': right.text })];
    const found = await look({ objects }, { liveSpec: withSecret('elsewhere') });
    expect(codesOf(found)).toEqual(['error cluster-key.secret-missing', 'warning cluster-key.live-differs']);
    expect(found.findings[0]?.message).toContain('Secret flux-system/elsewhere, which Kustomization');
    expect(found.findings[0]?.mend).toEqual([]);
    expect(found.verdict).toBe('fails');
    expect(codesOf(await look({ objects }, { liveSpec: withSecret('sops-age') }))).toEqual([]);
  });

  it('fails not for a Secret that the repository alone names', async () => {
    const objects = [secret({ 'age.agekey': right.text }, {}, 'elsewhere')];
    const found = await look({ objects }, { liveSpec: withSecret('elsewhere') });
    expect(codesOf(found)).toEqual([
      'warning cluster-key.secret-missing',
      'warning cluster-key.live-differs',
    ]);
    expect(found.findings[0]?.message).toContain('which the repository has Kustomization');
    expect(found.verdict).toBe('opens');
  });

  it('is not known to open anything where it decrypts nothing yet', async () => {
    const found = await look({ objects: [secret({ 'age.agekey': right.text })] }, { liveSpec: {} });
    expect(codesOf(found)).toEqual(['warning cluster-key.live-differs']);
    expect(found.verdict).toBe('unknown');
  });
});

describe('what may not be read of Flux', () => {
  it('is told with the rule that would let it be, and the conditions are explained all the same', async () => {
    const message = 'cannot get sops data key: Failed to get the data key required to decrypt the SOPS file.';
    const entry = {
      ...{ apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'kustomizations' },
      metadata: { name: 'flux-system', namespace: 'flux-system', generation: 1 },
      spec: { decryption: { provider: 'sops', secretRef: { name: 'sops-age' } } },
      status: { conditions: [{ type: 'Ready', status: 'False', reason: 'BuildFailed', message }] },
    };
    const found = await look({
      objects: [secret({ 'age.agekey': other.text }), entry],
      denied: ['gitrepositories', 'Deployment'],
    });
    expect(codesOf(found)).toContain('note cluster-key.may-not-read');
    expect(found.missed.join()).toMatch(
      /--sops-age-secret.*may not list Deployment.*what Flux says.*gitrepositories/,
    );
    const told = found.findings.find(({ rule }) => rule.code === 'cluster-key.may-not-read');
    expect(told?.fix).toBe('An administrator allows it.');
    expect(told?.mend).toEqual(['kubectl create clusterrole a', 'kubectl create clusterrolebinding b']);
  });
});

describe('commands', () => {
  it('name the cluster of the repository only where the live Kustomizations do not tell it', async () => {
    const cluster = fakeCluster();
    const bound = { cluster, model: null, live: new Map(), controller: null } as const;
    const side = (by: 'live' | 'only') => ({
      ...{ name: 'clusters/a b', kustomizations: [], controller: null },
      model: { name: 'clusters/a b' } as never,
      live: { cluster, bound: { ...bound, by }, secrets: new Map(), reading: null, unseen: [] },
    });
    const ref = { namespace: 'n', name: 's' };
    expect(install(side('live'), ref)).toBe('sopskit keys install --context test -n n --secret-name s');
    expect(retire(side('only'), ref, 'age1x')).toBe(
      "sopskit keys retire age1x --context test --cluster 'clusters/a b' -n n --secret-name s",
    );
  });
});
