import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KustomizationDecryption } from '../../src/flux/decryption/decryption.ts';
import { findDecryptions } from '../../src/flux/decryption/find-decryptions.ts';
import { openWorkspace } from '../../src/flux/open-workspace.ts';
import { encrypt, generateIdentity } from '../../src/index.ts';
import { holdsRecipients } from '../../src/operations/cluster-keys/holds.ts';
import { opensWith } from '../../src/sops/opens-with.ts';
import { realSystem } from '../flux/build/real-system.ts';
import {
  canary,
  type DecryptionCase,
  decryptionCases,
  inBase64,
  type SealedFormat,
} from './decryption-cases.ts';
import { describeE2e } from './describe-e2e.ts';
import { conditionOf, type FluxScene, startScene } from './flux-scene.ts';

describeE2e('what a repository has encrypted', ['kustomize'], (controlPlane, tools) => {
  let identity: Awaited<ReturnType<typeof generateIdentity>>;
  let scene: FluxScene;
  let cases: Readonly<Record<string, DecryptionCase>>;

  /** Seals a text for the TEST identity. */
  async function sealed(
    text: string,
    format: SealedFormat = 'yaml',
    select: string | null = '^(data|stringData)$',
  ): Promise<string> {
    const made = await encrypt(text.replaceAll('$NS', scene.namespace), {
      ...{ format, recipients: { age: [identity.recipient] }, allowPlaintext: true },
      ...(select === null ? {} : { select: { encrypted_regex: select } }),
    });
    return Buffer.from(made).toString('utf8');
  }

  const keyed = (name: string) => `${scene.namespace}/${name}`;

  function filesOf(all: Readonly<Record<string, DecryptionCase>>): Record<string, string> {
    const files: Record<string, string> = {};
    for (const [name, { files: own, spec = '' }] of Object.entries(all)) {
      files[`clusters/test/${name}.yaml`] = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: ${name}, namespace: $NS}
spec:
  interval: 10m
  path: ./cases/${name}
  prune: true
  targetNamespace: $NS
  sourceRef: {kind: GitRepository, name: flux-system}
  decryption: {provider: sops, secretRef: {name: sops-age}}
${spec}`;
      for (const [file, text] of Object.entries(own)) files[`cases/${name}/${file}`] = text;
    }
    return files;
  }

  function putKey(text: string): void {
    controlPlane.apply(
      `apiVersion: v1\nkind: Secret\nmetadata: {name: sops-age, namespace: ${scene.namespace}}\ndata: {age.agekey: ${inBase64(text)}}\n`,
    );
  }

  /** What a Kustomization says once it has looked at the commit: empty where it is Ready. */
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
    return ready.status === 'True' ? '' : ready.message;
  }

  async function decryptions(env: Record<string, string> = {}): Promise<readonly KustomizationDecryption[]> {
    const { PATH: _, ...own } = scene.env;
    const workspace = await openWorkspace(realSystem({ ...own, ...env }, [tools.kustomize]), {
      folder: scene.folder,
      paths: [],
      clusters: [],
      remoteBases: false,
    });
    try {
      const [cluster] = (await workspace.model(await workspace.snapshot('HEAD'))).clusters;
      if (cluster === undefined) throw new Error('no cluster');
      return await findDecryptions(cluster);
    } finally {
      await workspace.close();
    }
  }

  beforeAll(async () => {
    identity = await generateIdentity();
    scene = await startScene(controlPlane, { name: 'decryptions', files: {}, wait: false });
    cases = await decryptionCases(sealed);
    putKey('');
  });
  afterAll(async () => {
    await scene?.remove();
  });

  it('is what the controller decrypts, and nothing else', { timeout: 240_000 }, async () => {
    const commit = scene.push(filesOf(cases));
    await scene.reconcile(commit);
    const failing: string[] = [];
    const others: string[] = [];
    for (const name of Object.keys(cases)) {
      const said = await outcome(name, commit);
      if (said.includes('cannot get sops data key')) failing.push(name);
      else if (said !== '') others.push(`${name}: ${said}`);
    }
    const found = await decryptions();
    const titles = Object.fromEntries(
      found
        .filter(({ key }) => key !== keyed('flux-system'))
        .map(({ key, sealed: files }) => [
          key.slice(key.indexOf('/') + 1),
          files.flatMap((file) => file.titles),
        ]),
    );
    const expected = Object.fromEntries(
      Object.entries(cases).map(([name, one]) => [
        name,
        one.titles.map((title) => title.replaceAll('$NS', scene.namespace)),
      ]),
    );
    expect(others).toEqual([]);
    expect(titles).toEqual(expected);
    expect(failing.sort()).toEqual(
      Object.keys(titles)
        .filter((name) => (titles[name]?.length ?? 0) > 0)
        .sort(),
    );
    // what this machine can open changes what is built, and not what is encrypted
    const opened = await decryptions({ SOPS_AGE_KEY: identity.keyFile });
    expect(opened.map(shown)).toEqual(found.map(shown));
    const rest = found.flatMap((one) => [...one.broken, ...one.passedOver].map(({ path }) => path));
    expect(rest.sort()).toEqual([
      'cases/env-alone/app.env',
      'cases/file-compact/app.json',
      'cases/list/a.yaml',
      'cases/no-mac/a.yaml',
      'cases/secret-list/a.yaml',
    ]);
    expect(JSON.stringify(found.map(shown))).not.toContain(canary);
  });

  it('is opened by the key that its metadata names', { timeout: 120_000 }, async () => {
    putKey(identity.keyFile);
    const holds = holdsRecipients([identity.recipient]);
    const found = (await decryptions()).filter(({ sealed: files }) => files.length > 0);
    expect(
      found.every(({ sealed: files }) => files.every(({ metadata }) => opensWith(metadata, holds))),
    ).toBe(true);
    const commit = scene.push({ none: 'none' });
    await scene.fetch(commit);
    const failing: string[] = [];
    for (const { node } of found) {
      const said = await outcome(node.kustomization.name, commit);
      if (said !== '') failing.push(`${node.kustomization.name}: ${said}`);
    }
    // opened, and failing on something else: no key of a text in binary, a value that was not encrypted, no such kind
    expect(failing.map((said) => said.slice(0, said.indexOf(':')))).toEqual([
      ...['embedded-env', 'file-late', 'old-patch', 'operator'],
    ]);
    expect(failing.join()).not.toContain('cannot get sops data key');
  });
});

function shown({ key, provider, secret, sealed }: KustomizationDecryption): unknown {
  const files = sealed.map(({ path, titles, values }) => ({ path, titles, values }));
  return { key, provider, secret, files };
}
