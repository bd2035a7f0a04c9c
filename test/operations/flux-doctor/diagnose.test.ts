import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/operations/flux-doctor/diagnose.ts';
import { rules } from '../../../src/operations/flux-doctor/explain/registry.ts';
import { printDiagnosis } from '../../../src/operations/flux-doctor/print-diagnosis.ts';
import { lastFailures } from '../../../src/operations/flux-doctor/read-failures.ts';
import type { Reading } from '../../../src/operations/flux-doctor/reading.ts';
import { withoutLogins } from '../../../src/operations/flux-doctor/said.ts';
import { made, now, reading } from './made-reading.ts';

const sourceRef = { kind: 'GitRepository', name: 'flux-system' };
const source = made({
  kind: 'GitRepository',
  name: 'flux-system',
  spec: { url: 'https://user:canary@example.com/x.git', ref: { branch: 'main' } },
  status: { artifact: { revision: 'main@sha1:1', lastUpdateTime: '2026-01-01T11:00:00Z' } },
  ready: ['True', 'Succeeded', 'stored'],
});

function codeOf(kind: string, reason: string, message: string): string | undefined {
  const one = made({
    kind,
    name: 'one',
    spec: { sourceRef, url: 'https://example.com' },
    ready: ['False', reason, message],
  });
  return diagnose(reading([source, one])).problems.find(({ name }) => name === 'one')?.code;
}

/** As the controllers said it: facts that were seen live, or stand in their sources. */
const messages: readonly (readonly [string, string, string, string])[] = [
  ['decryption.secret-missing', 'Kustomization', 'BuildFailed', 'secrets "sops-age" not found'],
  [
    'decryption.identity-garbage',
    'Kustomization',
    'BuildFailed',
    "failed to import 'age.agekey' data from sops decryption Secret 'ns/sops-age': failed to parse and add to age identities: unknown identity type",
  ],
  [
    'decryption.plaintext',
    'Kustomization',
    'BuildFailed',
    "decryption failed for 'Secret.v1.[noGrp]/a': error decrypting sops tree: Input string <redacted> does not match sops' data format",
  ],
  [
    'source.path-missing',
    'Kustomization',
    'ArtifactFailed',
    'kustomization path not found: stat /tmp/kustomization-1/x: no such file or directory',
  ],
  [
    'source.artifact-unreachable',
    'Kustomization',
    'ArtifactFailed',
    'failed to download archive: GET http://10.0.0.1/x.tar.gz giving up after 10 attempt(s): connection refused',
  ],
  ['source.waits', 'Kustomization', 'ArtifactFailed', 'Source artifact not found, retrying in 30s'],
  [
    'source.denied',
    'Kustomization',
    'AccessDenied',
    "can't access 'GitRepository/other/x', cross-namespace references have been blocked",
  ],
  [
    'source.login',
    'GitRepository',
    'GitOperationFailed',
    "failed to checkout and determine revision: unable to clone 'https://example.com': authentication required",
  ],
  [
    'source.host-key',
    'GitRepository',
    'GitOperationFailed',
    "unable to clone 'ssh://git@example.com/x': ssh: handshake failed: knownhosts: key mismatch",
  ],
  [
    'source.unreachable',
    'GitRepository',
    'GitOperationFailed',
    'unable to clone: Get "https://example.com": tls: failed to verify certificate: x509: certificate signed by unknown authority',
  ],
  [
    'build.file-missing',
    'Kustomization',
    'BuildFailed',
    "kustomize build failed: accumulating resources: accumulation err='accumulating resources from 'ghost.yaml': open /tmp/kustomization-2/a/ghost.yaml: no such file or directory': must build at directory",
  ],
  [
    'build.variable',
    'Kustomization',
    'BuildFailed',
    "post build failed for 'ConfigMap.v1.[noGrp]/a': envsubst error: variable substitution failed: missing closing brace",
  ],
  [
    'build.nameless',
    'Kustomization',
    'BuildFailed',
    'failed to decode Kubernetes YAML from /tmp/kustomization-3/a.yaml: missing metadata.name in object {{v1 ConfigMap} {{ } map[] map[]}}',
  ],
  [
    'build.remote',
    'Kustomization',
    'BuildFailed',
    "kustomize build failed: accumulating resources: accumulation err='accumulating resources from 'https://example.com/base?ref=v1': HTTP Error: status code 404 (404 Not Found)': no such file or directory",
  ],
  ['build.failed', 'Kustomization', 'BuildFailed', 'kustomize build failed: something new'],
  [
    'apply.webhook',
    'Kustomization',
    'ReconciliationFailed',
    'Pod/ns/x dry-run failed: admission webhook "policy.example.com" denied the request: no',
  ],
  [
    'apply.webhook',
    'Kustomization',
    'ReconciliationFailed',
    'Ingress/ns/x dry-run failed (InternalError): Internal error occurred: failed calling webhook "validate.nginx": no endpoints',
  ],
  [
    'apply.immutable',
    'Kustomization',
    'ReconciliationFailed',
    'StatefulSet/ns/db dry-run failed (Invalid): StatefulSet.apps "db" is invalid: spec: Forbidden: updates to statefulset spec for fields other than \'replicas\' are forbidden',
  ],
  [
    'apply.namespace-terminating',
    'Kustomization',
    'ReconciliationFailed',
    'ConfigMap/old/x dry-run failed (Forbidden): configmaps "x" is forbidden: unable to create new content in namespace old because it is being terminated',
  ],
  [
    'health.not-ready',
    'Kustomization',
    'HealthCheckFailed',
    "health check failed after 30s: timeout waiting for: [Deployment/ns/web status: 'InProgress']",
  ],
  ['apply.not-pruned', 'Kustomization', 'PruneFailed', 'delete failed, errors: x'],
  ['dependency.waits', 'HelmRelease', 'DependencyNotReady', "dependency 'ns/cert-manager' is not ready"],
  [
    'dependency.missing',
    'HelmRelease',
    'DependencyNotReady',
    'unable to get \'ns/ghost\' dependency: helmreleases.helm.toolkit.fluxcd.io "ghost" not found',
  ],
  [
    'release.locked',
    'HelmRelease',
    'UpgradeFailed',
    'another operation (install/upgrade/rollback) is in progress',
  ],
  [
    'release.values-missing',
    'HelmRelease',
    'ValuesError',
    "could not resolve Secret chart values reference 'ns/values' with key 'values.yaml': secrets \"values\" not found",
  ],
  [
    'release.failed',
    'HelmRelease',
    'InstallFailed',
    'Helm install failed for release ns/x with chart y: timed out waiting for the condition',
  ],
  ['other', 'Kustomization', 'SomethingNew', 'what nobody knows'],
];

describe('the explanation of a message', () => {
  for (const [code, kind, reason, message] of messages)
    it(`${code}: ${message.slice(0, 60)}`, () => expect(codeOf(kind, reason, message)).toBe(code));

  it('has one code a rule', () => {
    const codes = rules.map(({ code }) => code);
    expect(codes.length - new Set(codes).size).toBe(0);
  });

  it('names the file that a kustomization.yaml misses, as a shell takes it', () => {
    const said = (file: string): string =>
      `kustomize build failed: accumulating resources: accumulation err='accumulating resources from '${file}': open /tmp/kustomization-2/a/${file}: no such file or directory': must build at directory: not a valid directory`;
    const mend = (file: string) => {
      const one = made({
        ...{ kind: 'Kustomization', name: 'one', spec: { sourceRef } },
        ready: ['False', 'BuildFailed', said(file)],
      });
      return diagnose(reading([source, one])).problems[0];
    };
    expect(mend('missing.yaml')?.what).toContain('names missing.yaml, which');
    expect(mend('missing.yaml')?.mend[0]).toBe('git ls-files | grep -F missing.yaml');
    expect(mend('../a b.yaml')?.mend[0]).toBe("git ls-files | grep -F -e 'a b.yaml'");
  });

  it('has the parent run where the spec is to be corrected', () => {
    const labels = {
      'kustomize.toolkit.fluxcd.io/name': 'parent',
      'kustomize.toolkit.fluxcd.io/namespace': 'top',
    };
    const one = made({
      ...{ kind: 'Kustomization', name: 'one', spec: { sourceRef }, metadata: { labels } },
      ready: ['False', 'ArtifactFailed', 'GitRepository.source.toolkit.fluxcd.io "ghost" not found'],
    });
    const [problem] = diagnose(reading([source, one])).problems;
    expect([problem?.code, problem?.mend.at(-1)]).toEqual([
      'source.missing',
      expect.stringContaining('flux reconcile kustomization parent -n top --with-source'),
    ]);
  });

  it('takes logins out of every address', () => {
    for (const text of [
      "unable to clone 'http://user:canary@host/x.git': no",
      'parse "http://user:ca/canary@host/x": invalid port ":canary" after host',
      'https://canary@host:8443/x and ssh://u:canary@h/y',
    ])
      expect(withoutLogins(text)).not.toContain('canary');
    const kept = 'oci://host:5000/x@sha256:1 https://host/a@b http://10.0.0.1:80/x';
    expect(withoutLogins(kept)).toBe(kept);
    const one = made({
      ...{ kind: 'GitRepository', name: 'one', spec: { url: 'http://u:p@canary@host/x' } },
      ready: [
        'False',
        'GitOperationFailed',
        "unable to clone 'http://u:p@canary@host/x': authentication required",
      ],
    });
    const diagnosis = diagnose(
      reading([one], { unread: ['x: http://u:canary@host', 'x: http://u:canary@host'] }),
    );
    expect(JSON.stringify(diagnosis)).not.toContain('canary');
    expect(diagnosis.unread).toEqual(['x: http://host']);
  });

  it('never shows a login, a private key or a value', () => {
    const key = `AGE-SECRET-KEY-1${'Q'.repeat(58)}`;
    const one = made({
      kind: 'Kustomization',
      name: 'one',
      spec: { sourceRef },
      ready: [
        'False',
        'ReconciliationFailed',
        `X/ns/a dry-run failed: spec.a: Invalid value: "canary": no; ${key}; ENC[AES256_GCM,data:canary,iv:x]`,
      ],
    });
    const broken = made({
      kind: 'GitRepository',
      name: 'flux-system',
      spec: { url: 'https://user:canary@example.com/x.git' },
      ready: ['False', 'GitOperationFailed', 'authentication required'],
    });
    const diagnosis = diagnose(reading([broken, one]));
    const text = printDiagnosis(diagnosis, { colour: false, now }) + JSON.stringify(diagnosis);
    expect(text).not.toContain('canary');
    expect(text).not.toContain('QQQQQ');
    expect(text).toContain('https://example.com/x.git does not let Flux in');
  });
});

describe('the order', () => {
  const waiting = (name: string, on: string): ReturnType<typeof made> =>
    made({
      kind: 'Kustomization',
      name,
      spec: { sourceRef, dependsOn: [{ name: on }] },
      ready: ['False', 'DependencyNotReady', `dependency 'ns/${on}' is not ready`],
    });
  const failed = made({
    kind: 'Kustomization',
    name: 'z-cause',
    spec: { sourceRef },
    ready: ['False', 'BuildFailed', 'secrets "sops-age" not found'],
  });

  it('puts the cause first, and its effects behind it', () => {
    const { problems } = diagnose(reading([waiting('a', 'b'), waiting('b', 'z-cause'), failed, source]));
    expect(problems.map(({ name, level }) => [name, level])).toEqual([
      ['z-cause', 'broken'],
      ['b', 'waits'],
      ['a', 'waits'],
    ]);
  });

  it('tells a circle once, and all that it holds up below it', () => {
    const parent = {
      'kustomize.toolkit.fluxcd.io/name': 'flux-system',
      'kustomize.toolkit.fluxcd.io/namespace': 'top',
    };
    const old = made({
      ...{ kind: 'Kustomization', name: '0-old', spec: { sourceRef } },
      status: { lastAppliedRevision: 'main@sha1:0' },
      ready: ['True', 'ReconciliationSucceeded', 'x'],
    });
    const circle = ['a', 'b'].map((name, index, all) =>
      made({
        ...{ kind: 'Kustomization', name, metadata: { labels: parent } },
        spec: { sourceRef, dependsOn: [{ name: all[1 - index] }] },
        ready: ['False', 'DependencyNotReady', `dependency 'ns/${all[1 - index]}' is not ready`],
      }),
    );
    const { problems } = diagnose(reading([old, ...circle, waiting('c', 'b'), source]));
    expect(problems.map(({ name, level }) => [name, level])).toEqual([
      ['a', 'broken'],
      ['0-old', 'waits'],
      ['b', 'waits'],
      ['c', 'waits'],
    ]);
    expect(problems.filter(({ what }) => what.includes('→')).length).toBe(1);
    expect(problems[0]?.mend[1]).toContain('flux reconcile kustomization flux-system -n top --with-source');
  });

  it('takes what waits for a healthy thing for a cause of its own', () => {
    const { problems } = diagnose(reading([waiting('a', 'b'), source]));
    expect(problems.map(({ level }) => level)).toEqual(['broken']);
  });

  it('keeps a cause of another namespace where one namespace is asked for', () => {
    const there = made({
      ...{ kind: 'GitRepository', name: 'far', namespace: 'other' },
      ready: ['False', 'X', 'EOF'],
    });
    const here = made({
      kind: 'Kustomization',
      name: 'here',
      spec: { sourceRef: { ...sourceRef, name: 'far', namespace: 'other' } },
      ready: ['False', 'ArtifactFailed', 'Source artifact not found, retrying in 30s'],
    });
    const away = made({
      kind: 'Kustomization',
      name: 'away',
      namespace: 'third',
      ready: ['False', 'X', 'y'],
    });
    const { problems, looked } = diagnose(reading([there, here, away]), 'ns');
    expect([problems.map(({ name }) => name), looked]).toEqual([['far', 'here'], 1]);
  });
});

describe('what the state shows', () => {
  const plain = { kind: 'Kustomization', name: 'one', spec: { sourceRef } } as const;
  const codes = (...objects: ReturnType<typeof made>[]): readonly string[] =>
    diagnose(reading(objects)).problems.map(({ code }) => code);

  it('tells an old revision, and why it is not taken', () => {
    const applied = { lastAppliedRevision: 'main@sha1:0' };
    const old = made({ ...plain, status: applied, ready: ['True', 'ReconciliationSucceeded', 'x'] });
    expect(codes(source, old)).toEqual(['state.stale']);
    const circle = ['a', 'b'].map((name, index, all) =>
      made({
        ...plain,
        name,
        spec: { sourceRef, dependsOn: [{ name: all[1 - index] }] },
        ready: ['False', 'DependencyNotReady', `dependency 'ns/${all[1 - index]}' is not ready`],
      }),
    );
    const { problems } = diagnose(reading([source, old, ...circle]));
    expect(problems.find(({ code }) => code === 'state.stale')?.what).toContain('a circle of dependencies');
  });

  it('tells a spec that nobody has looked at, a deletion that hangs, an object that nobody knows', () => {
    const status = { observedGeneration: 1, lastAppliedRevision: 'main@sha1:1' };
    expect(codes(source, made({ ...plain, status, ready: ['True', 'X', 'x'] }))).toEqual(['state.stale']);
    const metadata = { deletionTimestamp: '2026-01-01T11:30:00Z', finalizers: ['finalizers.fluxcd.io'] };
    expect(codes(source, made({ ...plain, metadata, ready: ['True', 'X', 'x'] }))).toEqual([
      'state.deleting',
    ]);
    expect(codes(source, made(plain))).toEqual(['state.untouched']);
    expect(codes(source, made({ ...plain, ready: ['Unknown', 'Progressing', 'x'] }))).toEqual([
      'state.progressing',
    ]);
  });

  it('blames a controller that does not run', () => {
    const controllers = new Map([
      [
        'kustomize-controller',
        { namespace: 'flux-system', name: 'kustomize-controller', ready: false, args: [] },
      ],
    ]);
    const { problems } = diagnose(reading([source, made(plain)], { controllers }));
    expect(problems.map(({ code, level }) => [code, level])).toEqual([
      ['controller.down', 'broken'],
      ['state.untouched', 'waits'],
    ]);
  });

  it('remembers a failure while the controller tries again', () => {
    const event = (type: string, reason: string, message: string) => ({
      ...{ type, reason, message, time: now, reporter: 'x', annotations: new Map() },
      object: { kind: 'Kustomization', namespace: 'ns', name: 'one' },
    });
    const failure = event('Warning', 'BuildFailed', 'secrets "sops-age" not found');
    const trying = made({ ...plain, ready: ['Unknown', 'Progressing', 'Reconciliation in progress'] });
    const failures = lastFailures([failure, event('Normal', 'Progressing', 'ConfigMap/ns/x configured')]);
    expect(diagnose(reading([source, trying], { failures })).problems.map(({ code }) => code)).toEqual([
      'decryption.secret-missing',
    ]);
    expect(lastFailures([failure, event('Normal', 'ReconciliationSucceeded', 'x')]).size).toBe(0);
  });

  it('does not take objects of two clusters for one', () => {
    const status = {
      lastAppliedRevision: 'main@sha1:1',
      inventory: { entries: [{ id: 'a_b__ConfigMap', v: 'v1' }] },
    };
    const both = (kubeConfig?: object): readonly string[] =>
      codes(
        source,
        ...['one', 'two'].map((name) =>
          made({ ...plain, name, spec: { sourceRef, kubeConfig }, status, ready: ['True', 'X', 'x'] }),
        ),
      );
    expect(both()).toEqual(['applied.two-owners']);
    expect(both({ secretRef: { name: 'remote' } })).toEqual([]);
  });

  it('tells what is stored as ciphertext, and what hangs, of the objects read', () => {
    const status = {
      lastAppliedRevision: 'main@sha1:1',
      inventory: { entries: [{ id: 'a_b__Secret', v: 'v1' }] },
    };
    const one = made({ ...plain, status, ready: ['True', 'X', 'x'] });
    const applied = {
      id: 'a_b__Secret',
      owner: 'ns/one',
      deleting: null,
      finalizers: [],
      sealed: ['password'],
    };
    const told = (more: object): readonly string[] =>
      diagnose(
        reading([source, one], { applied: new Map([['a_b__Secret', { ...applied, ...more }]]) }),
      ).problems.map(({ code, what }) => `${code}: ${what}`);
    expect(told({})[0]).toMatch(/^applied\.ciphertext: .*Secret a\/b \(password\).*no spec\.decryption/);
    const deleting = new Date('2026-01-01T11:00:00Z');
    expect(told({ sealed: [], deleting, finalizers: ['x/y'] })).toEqual([
      expect.stringMatching(/^applied\.terminating: .*x\/y/),
    ]);
  });

  it('says that suspending is no failure', () => {
    const suspended = made({ ...plain, spec: { sourceRef, suspend: true }, ready: ['True', 'X', 'x'] });
    const { problems } = diagnose(reading([source, suspended]));
    expect(problems.map(({ level }) => level)).toEqual(['note']);
  });

  it('does not let an object steer the terminal', () => {
    const nasty = made({ ...plain, ready: ['False', 'X', 'a\u001b[2Jb\u202ec'] });
    const text = printDiagnosis(diagnose(reading([source, nasty])), { colour: false, now });
    expect(text).not.toMatch(/[\u001b\u202e]/);
  });
});

describe('a Kustomization without a secretRef', () => {
  const lost = 'cannot get sops data key: Failed to get the data key required to decrypt the SOPS file.';
  const told = (args: readonly string[] | null, keys: Reading['secrets'] = new Map(), message = lost) => {
    const spec = { sourceRef, decryption: { provider: 'sops' } };
    const one = made({ kind: 'Kustomization', name: 'one', spec, ready: ['False', 'BuildFailed', message] });
    const controller = { namespace: 'flux', name: 'kustomize-controller', ready: true, args: args ?? [] };
    const controllers = new Map(args === null ? [] : [[controller.name, controller] as const]);
    const { problems } = diagnose(reading([source, one], { controllers, secrets: keys }));
    return problems.find(({ name }) => name === 'one');
  };

  it('has the Secret of --sops-age-secret, whatever else', () => {
    const keys = [{ name: 'key.asc', empty: false }];
    const found = told(['--sops-age-secret=global'], new Map([['flux/global', keys]]));
    expect(found?.what).toContain('Secret flux/global of --sops-age-secret counts');
    expect(found?.what).toContain('takes only keys whose name ends with .agekey');
    expect(found?.what).not.toContain('.asc (PGP)');
    expect(found?.mend[0]).toContain('keys install -n flux --secret-name global');
    const missing = told(['--sops-age-secret', 'global'], new Map(), 'secrets "global" not found');
    expect(missing?.what).toContain('--sops-age-secret of the controller names, is not in namespace flux:');
    const wrong = told(
      ['--sops-age-secret=global'],
      new Map(),
      'identity did not match any of the recipients',
    );
    expect(wrong?.mend[1]).toContain('keys install -n flux --secret-name global');
  });

  it('has no key without it, and where the controller was not seen nobody knows', () => {
    expect(told([])?.what).toContain('the controller has no Secret of its own');
    expect(told(null)?.what).toContain('could not be read');
    expect(told(null, new Map(), 'identity did not match any of the recipients')?.mend).toHaveLength(1);
  });
});
