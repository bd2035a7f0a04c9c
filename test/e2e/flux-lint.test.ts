import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Finding } from '../../src/findings/finding.ts';
import { lintRepository } from '../../src/flux/lint/lint-repository.ts';
import { nodeSystem } from '../../src/system/node/node-system.ts';
import { testKey } from '../cli/world.ts';
import type { Json } from './control-plane.ts';
import { describeE2e } from './describe-e2e.ts';
import { type LintCase, lintCases } from './flux-lint-cases.ts';
import { conditionOf, type FluxScene, startScene } from './flux-scene.ts';

const cases = await lintCases();

/** An object's JSON, and the values of a Secret in clear. */
function textOf(object: Json): string {
  const values: readonly string[] = Object.values(object?.kind === 'Secret' ? object.data : {});
  const clear = values.map((value) => Buffer.from(value, 'base64').toString('utf8'));
  return [JSON.stringify(object?.data ?? object), ...clear].join('\n');
}

describeE2e('flux lint, and what the controller does', ['kustomize'], (controlPlane) => {
  let scene: FluxScene;
  let findings: readonly Finding[];

  beforeAll(async () => {
    scene = await startScene(controlPlane, { files: {}, name: 'lint' });
    controlPlane.apply(`apiVersion: v1
kind: Secret
metadata: {name: sops-age, namespace: ${scene.namespace}}
stringData: {age.agekey: ${testKey.identity}}
`);
    const files = cases.flatMap((one) => [
      ...Object.entries(one.files).map(([name, content]) => [`cases/${one.name}/${name}`, content] as const),
      [`clusters/test/ks-${one.name}.yaml`, manifestOf(one)] as const,
    ]);
    await scene.reconcile(scene.push(Object.fromEntries(files)));
    const system = nodeSystem();
    const { report } = await lintRepository(system, {
      workspace: { folder: scene.folder, paths: [], clusters: [], remoteBases: false },
      paths: [],
      revision: null,
    });
    findings = report.findings;
  });
  afterAll(async () => scene?.remove());

  it.each(cases)('$name', async (one) => {
    const message = await outcome(one);
    if (one.ready === true) expect(message).toBe(true);
    else expect(message).toContain(one.ready);
    if (one.holds !== undefined) {
      const { resource, name, text } = one.holds;
      expect(textOf(await controlPlane.get(resource, scene.namespace, name))).toContain(text);
    }
    const told = findings.filter(
      ({ place, rule, level }) =>
        (place.file?.startsWith(`cases/${one.name}/`) ||
          place.file === `clusters/test/ks-${one.name}.yaml`) &&
        rule.code !== 'flux.build-failed' &&
        (level !== 'note' || one.finding?.startsWith('note ') === true) &&
        rule.code !== 'flux.prune-unprotected',
    );
    expect(told.map(({ level, rule }) => `${level} ${rule.code}`)).toEqual(
      one.finding === null ? [] : [one.finding],
    );
  });

  /** What the controller says at last: `true`, or why not. */
  async function outcome({ name }: LintCase): Promise<true | string> {
    return await controlPlane.waitFor(`an end of ${name}`, async () => {
      const ready = conditionOf(await scene.kustomization(name), 'Ready');
      if (ready?.status === 'True') return true;
      return ready?.status === 'False' ? ready.message : null;
    });
  }

  function manifestOf({ name, decrypts, spec = '' }: LintCase): string {
    return `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: ${name}
  namespace: $NS
spec:
  interval: 10m
  path: ./cases/${name}
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
${decrypts ? '  decryption: {provider: sops, secretRef: {name: sops-age}}\n' : ''}${spec}`;
  }
});
