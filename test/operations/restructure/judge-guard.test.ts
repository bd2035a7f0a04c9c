import { describe, expect, it } from 'vitest';
import type { Guard } from '../../../src/flux/restructure/step.ts';
import { judgeGuard } from '../../../src/operations/restructure/judge-guard.ts';
import type { LiveView } from '../../../src/operations/restructure/live-view.ts';
import { kustomization, live, older, view } from './live-yaml.ts';

const key = 'flux-system/apps';
const ready: Guard = { kind: 'ready', kustomization: key };

/** `holds`, or the state and why. */
function seen(guard: Guard, cluster: LiveView): string {
  const judged = judgeGuard(guard, cluster);
  if (judged.state === 'holds') return 'holds';
  return `${judged.state === 'stuck' && judged.certain ? 'certain' : judged.state}: ${judged.why}`;
}

describe('a Kustomization that has to be Ready', () => {
  it('holds at the pushed commit only, with its status of its spec and no run under way', () => {
    expect(seen(ready, view([kustomization('apps')]))).toBe('holds');
    expect(seen(ready, view([kustomization('apps', { applied: older })]))).toBe(
      'waits: flux-system/apps is still at main@sha1:111111111111',
    );
    expect(seen(ready, view([kustomization('apps', { generation: 3, observed: 2 })]))).toMatch(/^waits/);
    expect(seen(ready, view([kustomization('apps', { reconciling: 'Progressing' })]))).toMatch(/^waits/);
    expect(seen(ready, view([]))).toBe('waits: flux-system/apps is not there yet');
  });

  it('of a source that does not follow the branch it takes any revision', () => {
    const other = kustomization('apps', { applied: 'v1@sha256:1', metadata: '' });
    const elsewhere = { ...view([other]), sources: new Set<string>() };
    expect(seen(ready, elsewhere)).toBe('holds');
  });

  it('is lost where it is suspended, or fails at what the content decides', () => {
    expect(seen(ready, view([kustomization('apps', { spec: '  suspend: true\n' })]))).toBe(
      'certain: flux-system/apps is suspended, so it does not act',
    );
    const failing = (reason: string, message: string): string =>
      seen(ready, view([kustomization('apps', { ready: ['False', reason, message] })]));
    expect(failing('BuildFailed', 'accumulating resources: …')).toMatch(/^certain/);
    expect(
      failing(
        'ArtifactFailed',
        'kustomization path not found: stat /tmp/kustomization-123/apps: no such file',
      ),
    ).toBe(
      'certain: flux-system/apps fails (ArtifactFailed): kustomization path not found: stat apps: no such file',
    );
    // what may pass is watched for a while
    expect(failing('BuildFailed', 'secrets "sops-age" not found')).toMatch(/^stuck/);
    expect(failing('ReconciliationFailed', 'dry-run failed')).toMatch(/^stuck/);
    expect(failing('HealthCheckFailed', 'timeout')).toMatch(/^stuck/);
  });

  it('waits where the failure is of an older commit or spec, unless it was asked to act since', () => {
    const old = { ready: ['False', 'BuildFailed', 'x'], applied: older, attempted: older } as const;
    expect(seen(ready, view([kustomization('apps', old)]))).toMatch(/^waits/);
    expect(seen(ready, view([kustomization('apps', { ...old, handled: 'token' })]))).toMatch(/^certain/);
  });

  it('follows what it depends on to the one that will not get ready', () => {
    const waiting = (dependency: Parameters<typeof kustomization>[1]): string =>
      seen(
        ready,
        view([
          kustomization('apps', {
            spec: '  dependsOn: [{ name: base }]\n',
            ready: ['False', 'DependencyNotReady', "dependency 'flux-system/base' is not ready"],
          }),
          kustomization('base', dependency),
        ]),
      );
    expect(waiting({ reconciling: 'Progressing' })).toMatch(
      /^waits: flux-system\/apps waits for what it depends on/,
    );
    expect(waiting({ spec: '  suspend: true\n' })).toBe(
      'certain: flux-system/apps waits for flux-system/base, but flux-system/base is suspended, so it does not act',
    );
    expect(waiting({ ready: ['False', 'BuildFailed', 'x'] })).toMatch(
      /^certain: flux-system\/apps waits for/,
    );
  });

  it('does not follow a circle for ever', () => {
    const circle = (name: string, other: string) =>
      kustomization(name, {
        spec: `  dependsOn: [{ name: ${other} }]\n`,
        ready: ['False', 'DependencyNotReady', 'x'],
      });
    expect(seen(ready, view([circle('apps', 'base'), circle('base', 'apps')]))).toContain(
      'depends on itself',
    );
  });
});

describe('other guards', () => {
  const suspended: Guard = { kind: 'suspended', kustomization: key };

  it('a suspended one has no run under way; a failed run leaves its mark behind', () => {
    const at = (reconciling: string | undefined, spec = '  suspend: true\n'): string =>
      seen(
        suspended,
        view([kustomization('apps', { spec, ...(reconciling === undefined ? {} : { reconciling }) })]),
      );
    expect(at(undefined)).toBe('holds');
    expect(at('ProgressingWithRetry')).toBe('holds');
    expect(at('Progressing')).toContain('a run of it is still under way');
    expect(at(undefined, '')).toContain('is not suspended');
  });

  it('a field has its value, acted upon', () => {
    const field: Guard = {
      kind: 'field',
      kustomization: key,
      path: ['spec', 'prune'],
      value: { kind: 'bool', value: false },
    };
    const at = (spec: string, status = {}): string => {
      const text = kustomization('apps', { spec, ...status });
      return seen(field, view([text]));
    };
    expect(at('')).toContain('does not have spec.prune: false yet');
    const none: Guard = { ...field, path: ['spec', 'suspend'], value: { kind: 'null' } };
    expect(seen(none, view([kustomization('apps')]))).toBe('holds');
    expect(seen(none, view([kustomization('apps', { generation: 2, observed: 1 })]))).toContain(
      'has not acted',
    );
  });

  it('an inventory has at least what it is to have', () => {
    const inventory: Guard = { kind: 'inventory', kustomization: key, has: ['a_b__ConfigMap'] };
    expect(
      seen(inventory, view([kustomization('apps', { inventory: ['a_b__ConfigMap', 'a_c__Secret'] })])),
    ).toBe('holds');
    expect(seen(inventory, view([kustomization('apps')]))).toBe(
      'stuck: the inventory of flux-system/apps lacks 1 object: ConfigMap a/b',
    );
  });

  it('an owner is in the labels, and the object is not on its way out', () => {
    const id = 'a_b__ConfigMap';
    const owner: Guard = { kind: 'owner', id, kustomization: key };
    const labelled = (name: string, more = ''): string =>
      seen(
        owner,
        view([kustomization('apps', { inventory: [id] })], {
          [id]: live(
            `metadata:\n  name: b\n${more}  labels:\n    kustomize.toolkit.fluxcd.io/name: ${name}\n    kustomize.toolkit.fluxcd.io/namespace: flux-system\n`,
          ),
        }),
      );
    expect(labelled('apps')).toBe('holds');
    expect(labelled('other')).toBe('waits: ConfigMap a/b is owned by flux-system/other');
    expect(labelled('apps', '  deletionTimestamp: "2026-01-01T00:00:00Z"\n')).toBe(
      'stuck: ConfigMap a/b is being deleted',
    );
    expect(seen(owner, view([kustomization('apps')], {}))).toContain('has not applied ConfigMap a/b yet');
    expect(seen(owner, view([kustomization('apps', { inventory: [id] })], { [id]: null }))).toContain(
      'is not there',
    );
  });

  it('what is gone is gone', () => {
    const gone: Guard = { kind: 'gone', kustomization: key };
    expect(seen(gone, view([]))).toBe('holds');
    expect(seen(gone, view([kustomization('apps')]))).toBe('waits: flux-system/apps is still there');
  });
});
