import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KustomizationDecryption } from '../../src/flux/decryption/decryption.ts';
import { findDecryptions } from '../../src/flux/decryption/find-decryptions.ts';
import { openWorkspace } from '../../src/flux/open-workspace.ts';
import { encrypt, generateIdentity } from '../../src/index.ts';
import { holdsRecipients } from '../../src/operations/cluster-keys/holds.ts';
import { opensWith } from '../../src/sops/opens-with.ts';
import { realSystem } from '../flux/build/real-system.ts';
import { describeE2e } from './describe-e2e.ts';
import { conditionOf, type FluxScene, startScene } from './flux-scene.ts';

const canary = 'canary-decryptions';

interface Case {
  /** Files of its folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Lines of its Kustomization's spec. */
  readonly spec?: string;
  /** Titles of what the controller decrypts; empty: nothing. */
  readonly titles: readonly string[];
}

const secret = (name: string, values: string, more = '') =>
  `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\n  namespace: $NS\n${more}${values}`;
const stringData = `stringData:\n  password: ${canary}\n`;
const listing = (...lines: readonly string[]) =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${lines.join('\n')}\n`;
const annotation = 'kustomize.toolkit.fluxcd.io/decrypt: disabled';
const disabled = `  annotations:\n    ${annotation}\n`;
const inBase64 = (text: string) => Buffer.from(text).toString('base64');
const indented = (text: string, spaces: number) => text.replace(/^(?=.)/gm, ' '.repeat(spaces));

describeE2e('what a repository has encrypted', ['kustomize'], (controlPlane, tools) => {
  let identity: Awaited<ReturnType<typeof generateIdentity>>;
  let scene: FluxScene;
  let cases: Readonly<Record<string, Case>>;

  /** Seals a text for the TEST identity. */
  async function sealed(
    text: string,
    format: 'yaml' | 'json' | 'dotenv' | 'ini' | 'binary' = 'yaml',
    select: string | null = '^(data|stringData)$',
  ): Promise<string> {
    const made = await encrypt(text.replaceAll('$NS', scene.namespace), {
      ...{ format, recipients: { age: [identity.recipient] }, allowPlaintext: true },
      ...(select === null ? {} : { select: { encrypted_regex: select } }),
    });
    return Buffer.from(made).toString('utf8');
  }

  async function makeCases(): Promise<Readonly<Record<string, Case>>> {
    const env = await sealed(`PASSWORD=${canary}\n`, 'dotenv', null);
    const yaml = await sealed(`password: ${canary}\n`, 'yaml', null);
    const json = await sealed(`{"password": "${canary}"}`, 'json', null);
    const ini = await sealed(`[a]\npassword = ${canary}\n`, 'ini', null);
    const binary = await sealed(canary, 'binary', null);
    const one = (name: string, values = stringData, more = '') => sealed(secret(name, values, more));
    const generator = (kind: string, name: string, ...lines: readonly string[]) =>
      listing(`${kind}:`, `  - name: ${name}`, ...lines.map((line) => indented(line, 4)));
    const item = indented(await one('list-own'), 4).replace(/^ {4}/, '  - ');
    return {
      plain: { files: { 'a.yaml': secret('plain', stringData) }, titles: [] },
      yaml: { files: { 'sub/a.yaml': await one('yaml') }, titles: ['Secret $NS/yaml'] },
      json: {
        files: {
          'kustomization.yaml': listing('resources: [a.json]'),
          'a.json': await sealed(
            `{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "json", "namespace": "$NS"}, "stringData": {"password": "${canary}"}}`,
            'json',
          ),
        },
        titles: ['Secret $NS/json'],
      },
      'any-kind': {
        files: {
          'a.yaml': await sealed(
            `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: any-kind, namespace: $NS}\ndata:\n  a: ${canary}\n`,
          ),
        },
        titles: ['ConfigMap $NS/any-kind'],
      },
      operator: {
        files: {
          'a.yaml': await sealed(
            `apiVersion: isindir.github.com/v1alpha3\nkind: SopsSecret\nmetadata: {name: operator, namespace: $NS}\nspec:\n  secretTemplates:\n    - name: x\n      stringData:\n        a: ${canary}\n`,
          ),
        },
        titles: ['SopsSecret $NS/operator'],
      },
      list: {
        files: {
          'a.yaml': await sealed(
            `apiVersion: v1\nkind: List\nitems:\n${indented(secret('list', stringData), 4).replace(/^ {4}/, '  - ')}`,
          ),
        },
        titles: [],
      },
      'list-own': {
        files: { 'a.yaml': `apiVersion: v1\nkind: List\nitems:\n${item}` },
        titles: ['Secret $NS/list-own'],
      },
      'secret-list': {
        files: {
          'a.yaml': await sealed(
            `apiVersion: v1\nkind: SecretList\nitems:\n${indented(secret('secret-list', stringData), 4).replace(/^ {4}/, '  - ')}`,
          ),
        },
        titles: [],
      },
      'two-documents': {
        files: {
          'a.yaml': await sealed(`${secret('two-documents', stringData)}---\n${secret('other', stringData)}`),
        },
        titles: ['Secret $NS/two-documents', 'Secret $NS/other'],
      },
      'two-seals': {
        files: { 'a.yaml': `${await one('two-seals')}---\n${secret('plain-beside', stringData)}` },
        titles: ['Secret $NS/two-seals'],
      },
      disabled: { files: { 'a.yaml': await one('disabled', stringData, disabled) }, titles: [] },
      'disabled-by-kustomize': {
        files: {
          'kustomization.yaml': listing('resources: [a.yaml]', 'commonAnnotations:', `  ${annotation}`),
          'a.yaml': await one('disabled-by-kustomize'),
        },
        titles: [],
      },
      'disabled-by-flux': {
        files: { 'a.yaml': await one('disabled-by-flux') },
        spec: `  commonMetadata:\n    annotations:\n      ${annotation}\n`,
        titles: ['Secret $NS/disabled-by-flux'],
      },
      'enabled-by-kustomize': {
        files: {
          'kustomization.yaml': listing(
            'resources: [a.yaml]',
            'commonAnnotations:',
            '  kustomize.toolkit.fluxcd.io/decrypt: enabled',
          ),
          'a.yaml': await one('enabled-by-kustomize', stringData, disabled),
        },
        titles: ['Secret $NS/enabled-by-kustomize'],
      },
      removed: {
        files: {
          'kustomization.yaml': listing(
            'resources: [a.yaml, b.yaml]',
            'patches:',
            '  - patch: |',
            '      $patch: delete',
            '      apiVersion: v1',
            '      kind: Secret',
            '      metadata: {name: removed, namespace: $NS}',
          ),
          'a.yaml': await one('removed'),
          'b.yaml': secret('stays', stringData),
        },
        titles: [],
      },
      renamed: {
        files: {
          'kustomization.yaml': listing('resources: [a.yaml]', 'namePrefix: pre-', 'nameSuffix: -post'),
          'a.yaml': await one('renamed'),
        },
        titles: ['Secret $NS/pre-renamed-post'],
      },
      'no-mac': {
        files: { 'a.yaml': (await one('no-mac')).replace(/^ {4}mac: .*\n/m, '') },
        titles: [],
      },
      embedded: {
        files: {
          'a.yaml': secret('embedded', `data:\n  app.yaml: ${inBase64(yaml)}\n  plain: ${inBase64('a')}\n`),
        },
        titles: ['Secret $NS/embedded, data.app.yaml'],
      },
      'embedded-env': {
        files: { 'a.yaml': secret('embedded-env', `data:\n  app: ${inBase64(env)}\n`) },
        titles: ['Secret $NS/embedded-env, data.app'],
      },
      'embedded-text': {
        files: { 'a.yaml': secret('embedded-text', `stringData:\n  app.yaml: |\n${indented(yaml, 4)}`) },
        titles: [],
      },
      'embedded-disabled': {
        files: { 'a.yaml': secret('embedded-disabled', `data:\n  app.yaml: ${inBase64(yaml)}\n`, disabled) },
        titles: [],
      },
      'file-yaml': {
        files: {
          'kustomization.yaml': generator('secretGenerator', 'file-yaml', 'files: [app.yaml]'),
          'app.yaml': yaml,
        },
        titles: ['Secret file-yaml (secretGenerator)'],
      },
      'file-json': {
        files: {
          'kustomization.yaml': generator(
            'secretGenerator',
            'file-json',
            'files: [.dockerconfigjson=app.json]',
          ),
          'app.json': json,
        },
        titles: ['Secret file-json (secretGenerator)'],
      },
      'file-compact': {
        files: {
          'kustomization.yaml': generator('secretGenerator', 'file-compact', 'files: [app.json]'),
          'app.json': JSON.stringify(JSON.parse(json)),
        },
        titles: [],
      },
      'file-ini': {
        files: {
          'kustomization.yaml': generator('secretGenerator', 'file-ini', 'files: [app.ini]'),
          'app.ini': ini,
        },
        titles: ['Secret file-ini (secretGenerator)'],
      },
      'file-binary': {
        files: {
          'kustomization.yaml': generator('secretGenerator', 'file-binary', 'files: [app.bin]'),
          'app.bin': binary,
        },
        titles: ['Secret file-binary (secretGenerator)'],
      },
      'file-late': {
        files: {
          'kustomization.yaml': generator('secretGenerator', 'file-late', 'files: [config=app.env]'),
          'app.env': env,
        },
        titles: ['Secret file-late (secretGenerator)'],
      },
      'file-late-disabled': {
        files: {
          'kustomization.yaml': generator(
            'secretGenerator',
            'file-late-disabled',
            'files: [config=app.env]',
            'options:',
            '  annotations:',
            `    ${annotation}`,
          ),
          'app.env': env,
        },
        titles: [],
      },
      'file-disabled': {
        files: {
          'kustomization.yaml': generator(
            'secretGenerator',
            'file-disabled',
            'files: [app.env]',
            'options:',
            '  annotations:',
            `    ${annotation}`,
          ),
          'app.env': env,
        },
        titles: ['Secret file-disabled (secretGenerator)'],
      },
      envs: {
        files: {
          'kustomization.yaml': generator('secretGenerator', 'envs', 'envs: [app.env]'),
          'app.env': env,
        },
        titles: ['Secret envs (secretGenerator)'],
      },
      'envs-any-name': {
        files: {
          'kustomization.yaml': generator('secretGenerator', 'envs-any-name', 'envs: [settings]'),
          settings: env,
        },
        titles: ['Secret envs-any-name (secretGenerator)'],
      },
      'env-alone': {
        files: {
          'kustomization.yaml': generator('secretGenerator', 'env-alone', 'env: app.env'),
          'app.env': env,
        },
        titles: [],
      },
      literal: {
        files: {
          'kustomization.yaml': generator(
            'secretGenerator',
            'literal',
            'literals:',
            '  - |-',
            indented(`app.yaml=${yaml}`, 4),
          ),
        },
        titles: ['Secret literal (secretGenerator), app.yaml'],
      },
      'config-map': {
        files: {
          'kustomization.yaml': generator('configMapGenerator', 'config-map', 'files: [app.yaml]'),
          'app.yaml': yaml,
        },
        titles: [],
      },
      patch: {
        files: {
          'kustomization.yaml': listing('resources: [a.yaml]', 'patches:', '  - path: p.yaml'),
          'a.yaml': secret('patch', 'stringData:\n  a: b\n'),
          'p.yaml': await one('patch'),
        },
        titles: ['patch of Secret patch'],
      },
      'old-patch': {
        files: {
          'kustomization.yaml': listing('resources: [a.yaml]', 'patchesStrategicMerge: [p.yaml]'),
          'a.yaml': secret('old-patch', 'stringData:\n  a: b\n'),
          'p.yaml': await one('old-patch'),
        },
        titles: ['patch of Secret old-patch'],
      },
      base: {
        files: {
          'kustomization.yaml': listing('resources: [base]', 'components: [part]'),
          'base/kustomization.yaml': listing('resources: [a.yaml]'),
          'base/a.yaml': secret('base', stringData),
          'part/kustomization.yaml':
            'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nsecretGenerator:\n  - name: part\n    envs: [app.env]\n',
          'part/app.env': env,
        },
        titles: ['Secret part (secretGenerator)'],
      },
    };
  }

  const keyed = (name: string) => `${scene.namespace}/${name}`;

  function filesOf(all: Readonly<Record<string, Case>>): Record<string, string> {
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
    cases = await makeCases();
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
