// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BuiltKustomization } from '../../src/flux/build/built-report.ts';
import { buildReport } from '../../src/flux/build/built-report.ts';
import { openWorkspace } from '../../src/flux/open-workspace.ts';
import { realSystem } from '../flux/build/real-system.ts';
import { buildKey, sealed } from '../flux/build/sealed.ts';
import { describeE2e } from './describe-e2e.ts';
import { conditionOf, type FluxScene, startScene } from './flux-scene.ts';

const map = (name: string, more = '', namespace = '$NS'): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${namespace === '' ? '' : `  namespace: ${namespace}\n`}${more}`;
const secret = (name: string, fields: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}, namespace: $NS}\n${fields}`;
const decryption = '  decryption: {provider: sops, secretRef: {name: sops-age}}\n';
const values = ['--encrypted-regex', '^(data|stringData)$'];

/** Lines of a Kustomization's spec, and the files of its folder. */
interface Case {
  readonly spec?: string;
  readonly files: Readonly<Record<string, string>>;
}

function cases(sops: string): Readonly<Record<string, Case>> {
  return {
    plain: { files: { 'a.yaml': map('plain'), 'README.md': '', 'sub/b.yml': map('plain-sub') } },
    'no-namespace': { files: { 'a.yaml': map('no-namespace', '', '') } },
    'target-namespace': {
      spec: '  targetNamespace: $NS\n  namePrefix: t-\n',
      files: {
        'a.yaml': map('target', '', 'other'),
        'r.yaml':
          'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: "$NS:role", namespace: x}\nrules: []\n',
        'p.yaml': 'apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: $NS}\nvalue: 1\n',
      },
    },
    'number-name': {
      spec: '  postBuild: {substitute: {size: "12"}}\n',
      files: { 'a.yaml': map('${size}'), 'b.yaml': map('beside-number') },
    },
    'variable-name': {
      spec: '  postBuild: {substitute: {color: red}}\n',
      files: { 'a.yaml': map('web-${color}', 'data:\n  a: ${none:=text}\n  b: $${kept}\n') },
    },
    'variable-broken': {
      spec: '  postBuild: {substitute: {color: red}}\n',
      files: { 'a.yaml': map('broken', 'data:\n  a: ${color!}\n') },
    },
    'variable-twice': {
      spec: '  postBuild: {substitute: {color: red}}\n',
      files: { 'a.yaml': map('twice-${color}'), 'b.yaml': map('twice-red') },
    },
    list: {
      files: {
        'a.yaml': `apiVersion: v1\nkind: ConfigMapList\nitems:\n- ${map('in-list').trimEnd().replaceAll('\n', '\n  ')}\n`,
      },
    },
    values: { files: { 'values.yaml': 'replicas: 2\n' } },
    nowhere: { spec: '  path: ./nowhere\n', files: {} },
    empty: { files: { 'kustomization.yaml': 'resources: []\n' } },
    gone: { files: { 'kustomization.yaml': 'resources: [gone.yaml]\n' } },
    outside: { files: { 'kustomization.yaml': 'resources: [../../../../etc/hostname]\n' } },
    components: {
      spec: '  components: [gone]\n  ignoreMissingComponents: true\n',
      files: { 'a.yaml': map('composed') },
    },
    sealed: {
      spec: decryption,
      files: { 's.yaml': sealed(sops, 's.yaml', secret('sealed', 'stringData: {a: b}\n'), values) },
    },
    'sealed-whole': {
      spec: decryption,
      files: {
        's.yaml': sealed(
          sops,
          's.yaml',
          secret('sealed-whole', 'stringData: {a: b}\n').replace('$NS', 'default'),
        ),
      },
    },
    'sealed-generator': {
      spec: decryption,
      files: {
        'kustomization.yaml':
          'namespace: $NS\nsecretGenerator: [{name: generated, files: [token.txt, conf.json=c.enc], envs: [a.env]}]\n',
        'token.txt': sealed(sops, 'token.txt', 'a token'),
        'c.enc': sealed(sops, 'c.json', '{"a": 1.5, "b": [true, null]}'),
        'a.env': sealed(sops, 'a.env', 'PASSWORD=x y\n'),
      },
    },
    'sealed-patch': {
      spec: decryption,
      files: {
        'kustomization.yaml': 'resources: [a.yaml]\npatches: [{path: p.yaml}]\n',
        'a.yaml': map('patched'),
        'p.yaml': sealed(sops, 'p.yaml', map('patched', 'data: {a: b}\n'), ['--encrypted-regex', '^data$']),
      },
    },
    'undecrypted-data': {
      files: { 's.yaml': sealed(sops, 's.yaml', secret('undecrypted', 'data: {a: Yg==}\n'), values) },
    },
    'undecrypted-text': {
      files: { 's.yaml': sealed(sops, 's.yaml', secret('undecrypted-text', 'stringData: {a: b}\n'), values) },
    },
  };
}

describeE2e(
  'flux build, and what kustomize-controller makes of the same',
  ['kustomize', 'sops'],
  (controlPlane, tools) => {
    const all = cases(tools.sops);
    const names = Object.keys(all);
    let scene: FluxScene;
    let built: ReadonlyMap<string, BuiltKustomization['build']>;

    beforeAll(async () => {
      const files: Record<string, string> = {};
      for (const [name, { spec = '', files: own }] of Object.entries(all)) {
        const place = spec.includes('path:') ? '' : `  path: ./cases/${name}\n`;
        files[`clusters/test/${name}.yaml`] =
          `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: ${name}, namespace: $NS}\nspec:\n  interval: 10m\n  prune: true\n  sourceRef: {kind: GitRepository, name: flux-system}\n${place}${spec}`;
        for (const [file, text] of Object.entries(own)) files[`cases/${name}/${file}`] = text;
      }
      scene = await startScene(controlPlane, { name: 'build', files, wait: false });
      const key = `apiVersion: v1\nkind: Secret\nmetadata: {name: sops-age, namespace: ${scene.namespace}}\nstringData: {test.agekey: ${buildKey.identity}}\n`;
      controlPlane.apply(key, 'test');
      const { PATH: _, ...env } = scene.env;
      const workspace = await openWorkspace(
        realSystem({ ...env, SOPS_AGE_KEY: buildKey.identity }, [tools.kustomize]),
        {
          ...{ folder: scene.folder, paths: [], clusters: [], remoteBases: false },
        },
      );
      try {
        const report = await buildReport(workspace, { names: [], revision: 'HEAD' });
        built = new Map(
          report.kustomizations.map((one) => [one.kustomization.split('/')[1] ?? '', one.build]),
        );
      } finally {
        await workspace.close();
      }
    });
    afterAll(() => scene.remove());

    it.each(names)('%s', async (name) => {
      const build = built.get(name);
      const live = await controlPlane.waitFor(
        `an answer of Kustomization ${name}`,
        async () => {
          const found = await scene.kustomization(name);
          const ready = conditionOf(found, 'Ready');
          const isEarly = /Source artifact not found|secrets "sops-age" not found/.test(ready?.message ?? '');
          if (isEarly) await scene.annotate('kustomizations', name);
          // Ready is written a moment before the inventory
          const isDone =
            ready?.status === 'True' && found?.status?.observedGeneration === found?.metadata.generation;
          return !isEarly && (isDone || ready?.status === 'False') ? found : null;
        },
        { describe: () => scene.status() },
      );
      const { status, message } = conditionOf(live, 'Ready');
      if (build?.kind === 'failed') {
        expect({ status, message: plain(message) }).toEqual({ status: 'False', message: expect.anything() });
        expect(plain(message)).toContain(plain(build.message));
        return;
      }
      expect(build?.kind, message).toBe('built');
      expect(status, message).toBe('True');
      if (build?.kind !== 'built') return;
      const inventory: readonly { id: string }[] = live.status.inventory?.entries ?? [];
      expect(build.objects.map(({ id }) => id)).toEqual(inventory.map(({ id }) => id));
      for (const { identity, manifest } of build.objects) {
        if (identity.kind !== 'Secret' && identity.kind !== 'ConfigMap') continue;
        const resource = identity.kind === 'Secret' ? 'secrets' : 'configmaps';
        const object = await controlPlane.get(resource, identity.namespace, identity.name);
        expect(dataOf(manifest)).toEqual(object.data ?? {});
      }
    });
  },
);

/** Without the controller's temporary folder, and what differs from run to run. */
function plain(message: string): string {
  return message
    .replaceAll(/\/[^ '"]*kustomization-[0-9]+\//g, '')
    .replace(/build failed: .*fs-security-constraint.*/s, 'build failed: fs-security-constraint')
    .replace(/(accumulating resources from 'gone.yaml').*/s, '$1')
    .replace(/ in object .*/s, ' in object');
}

function dataOf(
  manifest: Extract<
    NonNullable<BuiltKustomization['build']>,
    { kind: 'built' }
  >['objects'][number]['manifest'],
) {
  const data = manifest.entries.find((member) => member.kind === 'entry' && member.key === 'data');
  if (data?.kind !== 'entry' || data.value.kind !== 'mapping') return {};
  return Object.fromEntries(
    data.value.entries.flatMap((member) =>
      member.kind === 'entry' && member.value.kind === 'string'
        ? [[String(member.key), member.value.value.replaceAll('\n', '')]]
        : [],
    ),
  );
}
