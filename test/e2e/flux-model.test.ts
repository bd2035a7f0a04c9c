import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { ClusterModel } from '../../src/flux/model/model.ts';
import { openWorkspace } from '../../src/flux/open-workspace.ts';
import { realSystem } from '../flux/build/real-system.ts';
import { describeE2e } from './describe-e2e.ts';
import { conditionOf, type FluxScene, startScene } from './flux-scene.ts';

const config = (name: string, data = 'a: "1"') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: $NS}\ndata: {${data}}\n`;

const kustomization = (name: string, folder: string, more = '') => `---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: ${name}, namespace: $NS}
spec:
  interval: 10m
  path: ${folder}
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
${more}`;

describeE2e(
  'the model, and what the controllers make of a repository',
  ['kustomize'],
  (controlPlane, tools) => {
    const scenes: FluxScene[] = [];
    afterEach(async () => {
      for (const scene of scenes.splice(0)) await scene.remove();
    });

    async function start(files: Readonly<Record<string, string>>): Promise<FluxScene> {
      const scene = await startScene(controlPlane, { name: 'model', files, wait: false });
      scenes.push(scene);
      return scene;
    }

    async function modelOf(scene: FluxScene): Promise<ClusterModel> {
      const { PATH: _, ...env } = scene.env;
      const workspace = await openWorkspace(realSystem(env, [tools.kustomize]), {
        folder: scene.folder,
        paths: [],
        clusters: [],
        remoteBases: false,
      });
      try {
        const [cluster] = (await workspace.model(await workspace.snapshot('HEAD'))).clusters;
        if (cluster === undefined) throw new Error('no cluster');
        return cluster;
      } finally {
        await workspace.close();
      }
    }

    /** The files of a source's artifact, as source-controller serves them; where it is to fail, its message. */
    async function artifact(
      scene: FluxScene,
      name: string,
      fails: boolean,
    ): Promise<readonly string[] | string> {
      const live = await controlPlane.waitFor(
        `${fails ? 'failure' : 'artifact'} of ${name}`,
        async () => {
          const found = await scene.source(name);
          const ready = conditionOf(found, 'Ready');
          const isThere = fails || found?.status.artifact !== undefined;
          const isTransient = /no artifact available/.test(ready?.message ?? '');
          if (ready?.status === (fails ? 'False' : 'True') && isThere && !isTransient) return found;
          // what it includes may have come later than it was tried
          if (ready?.status === 'False') await scene.annotate('gitrepositories', name);
          return null;
        },
        { describe: () => scene.status() },
      );
      if (fails) return conditionOf(live, 'Ready').message;
      const { status } = live;
      const archive = await (await fetch(status.artifact.url)).arrayBuffer();
      const listing = execFileSync('tar', ['-tvz'], { input: Buffer.from(archive), encoding: 'utf8' });
      return listing
        .split('\n')
        .filter((line) => line.startsWith('-'))
        .map((line) => line.replace(/^(?:\S+\s+){5}/, ''))
        .sort();
    }

    it('reaches the same Kustomizations, with the same inventories', async () => {
      const scene = await start({
        'clusters/test/settings.yaml': config('settings', 'NAME: from-settings, CHILD: grandchild'),
        'clusters/test/apps.yaml':
          kustomization('plain', './apps/plain') +
          kustomization(
            'named',
            'apps/named/',
            '  targetNamespace: $NS\n  namePrefix: a-\n  nameSuffix: -z\n',
          ) +
          kustomization(
            'parent',
            './apps/parent',
            '  postBuild: {substituteFrom: [{kind: ConfigMap, name: late, optional: true}, {kind: ConfigMap, name: settings}]}\n',
          ) +
          kustomization('composed', './apps/composed', '  components: [../component]\n') +
          kustomization('empty', './apps/empty') +
          kustomization('ignored', './apps/ignored'),
        'apps/plain/one.yaml': config('one'),
        'apps/plain/deeper/two.yaml': config('two'),
        'apps/named/kustomization.yaml':
          'configMapGenerator: [{name: generated, literals: [a=1]}]\nresources: [c.yaml]\n',
        'apps/named/c.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: inner}\n',
        'apps/parent/child.yaml': kustomization('CHILD', './apps/child').replace(
          'CHILD',
          '"$'.concat('{CHILD}"'),
        ),
        'apps/parent/late.yaml': config('late', 'LATE: "yes"'),
        'apps/child/c.yaml': config('in-child'),
        'apps/composed/kustomization.yaml': 'resources: [c.yaml]\n',
        'apps/composed/c.yaml': config('composed'),
        'apps/component/kustomization.yaml':
          'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [c.yaml]\n',
        'apps/component/c.yaml': config('component'),
        'apps/empty/README.md': 'nothing here',
        'apps/ignored/c.yaml': config('ignored'),
        '.sourceignore': 'apps/ignored/*.yaml\n',
      });
      const model = await modelOf(scene);
      const revision = scene.git('rev-parse', 'HEAD').trim();
      const names = [...model.kustomizations.keys()].map((key) => key.split('/')[1] ?? '').sort();
      expect(names).toEqual([
        'composed',
        'empty',
        'flux-system',
        'grandchild',
        'ignored',
        'named',
        'parent',
        'plain',
      ]);
      await scene.reconcile(revision, names);
      const live = await controlPlane.list('kustomizations', scene.namespace);
      expect(live.map(({ metadata }) => metadata.name).sort()).toEqual(names);
      for (const [
        key,
        {
          build,
          kustomization: { name },
        },
      ] of model.kustomizations) {
        const ids = build.kind === 'built' ? build.objects.map(({ id }) => id).sort() : build;
        expect({ key, ids }).toEqual({ key, ids: await scene.inventory(name) });
      }
    });

    it('unpacks the same artifacts', async () => {
      const source = (name: string, spec: string) => `---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: ${name}, namespace: $NS}
spec:
  interval: 10m
  url: $URL
${spec}`;
      const sources = [
        source('again', '  ref: {branch: main}\n'),
        source('ignoring', '  ref: {branch: main}\n  ignore: |\n    /*\n    !/apps/\n    *.md\n'),
        source('everything', '  ref: {branch: main}\n  ignore: "# only a comment"\n'),
        source('sparse', '  ref: {name: refs/heads/main}\n  sparseCheckout: [./apps, infra/x]\n'),
        source('sparse-missing', '  ref: {branch: main}\n  sparseCheckout: [nowhere]\n'),
        source('tagged', '  ref: {tag: v1.0.0}\n'),
        source('range', '  ref: {semver: ">=1.0.0"}\n'),
        source('branch', '  ref: {branch: next}\n'),
        source(
          'including',
          '  ref: {branch: main}\n  include: [{repository: {name: ignoring}, fromPath: apps, toPath: vendor/apps}, {repository: {name: tagged}}]\n',
        ),
        source(
          'including-nothing',
          '  ref: {branch: main}\n  include: [{repository: {name: ignoring}, fromPath: nowhere}]\n',
        ),
        source(
          'including-twice',
          '  ref: {branch: main}\n  include: [{repository: {name: ignoring}, toPath: apps}]\n',
        ),
      ];
      const scene = await start({
        'apps/a.yaml': config('a'),
        'apps/README.md': 'read me',
        'apps-old/a.yaml': config('old'),
        'apps/pic.png': 'a picture',
        'infra/x/b.yaml': config('b'),
        'infra/xy/c.yaml': config('c'),
        'infra/.sourceignore': '*.yaml\n!b.yaml\n',
        '.sops.yaml': 'creation_rules: []\n',
        '.github/workflows/ci.yaml': 'on: push\n',
        '.gitignore': 'nothing\n',
        'top.yaml': config('top'),
      });
      // in every revision: go-git, on its way from one with a link to one without it, takes the link's target away
      symlinkSync('a.yaml', path.join(scene.folder, 'apps/linked.yaml'));
      scene.push({});
      scene.git('tag', 'v1.0.0');
      scene.push({ 'infra/.sourceignore': null, 'apps/second.yaml': config('second') });
      scene.git('tag', 'v1.1.0');
      scene.git('branch', 'next');
      const text = sources.join('').replaceAll('$URL', scene.url);
      // a Kustomization for each, so that the model reads them all
      const users = [...text.matchAll(/name: ([a-z-]+), namespace/g)].map(([, name = '']) =>
        kustomization(`of-${name}`, './nowhere').replace('name: flux-system}', `name: ${name}}`),
      );
      scene.git('push', '-q', 'origin', '--tags', 'next');
      scene.push({ 'clusters/test/sources.yaml': text + users.join('') });
      await scene.fetch(scene.git('rev-parse', 'HEAD').trim());
      const model = await modelOf(scene);
      const repositories = [...model.sources.values()].filter(({ kind }) => kind === 'GitRepository');
      expect(repositories).toHaveLength(sources.length + 1);
      for (const { name, tree, content } of repositories) {
        const live = await artifact(scene, name, content.kind === 'opaque');
        const files = content.kind === 'opaque' ? live : tree?.files.map((file) => file.path);
        expect({ name, files }).toEqual({ name, files: live });
      }
      const failing = repositories.filter(({ content }) => content.kind === 'opaque').map(({ name }) => name);
      expect(failing.sort()).toEqual(['including-nothing', 'including-twice', 'sparse-missing']);
    });
  },
);
