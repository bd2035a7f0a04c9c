import { describe, expect, it } from 'vitest';
import { textIn } from '../../../../src/cluster/fields.ts';
import type { DecryptingView } from '../../../../src/operations/cluster-keys/rotate/decrypting-view.ts';
import { judgeStanding } from '../../../../src/operations/cluster-keys/rotate/judge-standing.ts';
import { keyOfLive } from '../../../../src/operations/restructure/live-object.ts';
import type { Mapping } from '../../../../src/tree/value.ts';
import { kustomization, live, older, pushed, type Status } from '../../restructure/live-yaml.ts';

const here = 'https://git.example.com/team/fleet.git';
const origin = 'main@sha1:3333333333333333333333333333333333333333';

function source(name: string, spec: string, revision: string = pushed, more = ''): Mapping {
  return live(`apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: { name: ${name}, namespace: flux-system }
spec:
${spec}status:
  artifact: { revision: "${revision}" }
${more}`);
}

const followsMain = `  url: ${here}\n  ref: { branch: main }\n`;
const fails =
  '  conditions: [{ type: Ready, status: "False", reason: GitOperationFailed, message: no route }]\n';

function viewOf(kustomizations: readonly Mapping[], sources: readonly Mapping[] = []): DecryptingView {
  const all = sources.some((one) => textIn(one, 'metadata', 'name') === 'flux-system')
    ? sources
    : [source('flux-system', followsMain), ...sources];
  return {
    cluster: 'clusters/home',
    context: 'home',
    flags: ' --context home',
    entry: 'flux-system/flux-system',
    kustomizations: new Map(
      [kustomization('flux-system'), ...kustomizations].map((one) => [keyOfLive(one), one]),
    ),
    sources: new Map(all.map((one) => [`GitRepository/${keyOfLive(one)}`, one])),
    home: { addresses: ['git@git.example.com:team/fleet.git'], branch: 'main' },
    reaches: (revision) => revision === pushed || revision === origin,
  };
}

/** How `apps` stands, with what else there is. */
function standing(status: Status, others: readonly Mapping[] = [], sources: readonly Mapping[] = []) {
  return judgeStanding(
    { key: 'flux-system/apps', owners: ['flux-system/flux-system'] },
    viewOf([kustomization('apps', status), ...others], sources),
  );
}

/** A Kustomization whose source is another. */
function of(kind: string, name: string, status: Status = {}): Mapping {
  const made = kustomization('apps', { applied: older, ...status });
  const text = { kind, name };
  return replaced(made, text);
}

function replaced(made: Mapping, { kind, name }: { readonly kind: string; readonly name: string }): Mapping {
  const swap = (value: Mapping): Mapping => ({
    ...value,
    entries: value.entries.map((entry) => {
      if (entry.kind !== 'entry') return entry;
      if (entry.key === 'sourceRef') return { ...entry, value: live(`kind: ${kind}\nname: ${name}\n`) };
      return entry.value.kind === 'mapping' ? { ...entry, value: swap(entry.value) } : entry;
    }),
  });
  return swap(made);
}

function standingOfSource(kind: string, name: string, sources: readonly Mapping[], status: Status = {}) {
  return judgeStanding({ key: 'flux-system/apps', owners: [] }, viewOf([of(kind, name, status)], sources));
}

describe('the standing of a Kustomization', () => {
  it('is ready at the commit, or at a later one', () => {
    const { state, revision, mend } = standing({});
    expect({ state, revision, mend }).toEqual({ state: 'ready', revision: pushed, mend: null });
  });

  it('is ready while it runs again at the commit', () => {
    const again = standing({ ready: ['Unknown', 'Progressing'], reconciling: 'Progressing' });
    expect(again.state).toBe('ready');
  });

  it('is not ready where its spec has changed since', () => {
    expect(standing({ generation: 2, observed: 1 }).state).toBe('waiting');
  });

  it('waits at an older revision, and says at which', () => {
    const { state, why } = standing({ applied: older });
    expect(state).toBe('waiting');
    expect(why).toContain('main@sha1:111111111111');
  });

  it('waits for its source, which has not the commit yet', () => {
    const { state, why } = standing({ applied: older }, [], [source('flux-system', followsMain, older)]);
    expect([state, why]).toEqual([
      'waiting',
      'its source GitRepository/flux-system/flux-system is at main@sha1:111111111111',
    ]);
  });

  it('fails with its source', () => {
    const { state, why, mend } = standing(
      { applied: older },
      [],
      [source('flux-system', followsMain, older, fails)],
    );
    expect(state).toBe('failing');
    expect(why).toContain('GitOperationFailed: no route');
    expect(mend).toBe('flux --context home reconcile source git flux-system -n flux-system');
  });

  it('is suspended by itself, and where its source is', () => {
    const own = standing({ applied: older, spec: '  suspend: true\n' });
    expect([own.state, own.mend]).toEqual([
      'suspended',
      'flux --context home resume kustomization apps -n flux-system',
    ]);
    const held = source('flux-system', `${followsMain}  suspend: true\n`, older);
    expect(standing({ applied: older }, [], [held]).state).toBe('suspended');
  });

  it('is ready where it is suspended at the commit', () => {
    const { state, why } = standing({ spec: '  suspend: true\n' });
    expect([state, why]).toEqual(['ready', 'it is suspended, at the commit']);
  });

  it.each([
    ['tag: v1', 'the tag v1'],
    ['commit: "1111111111111111111111111111111111111111"', 'the commit 111111111111'],
    ['semver: ">=1.0"', 'the versions >=1.0'],
    ['branch: production', 'the branch production, and not main'],
    ['name: refs/tags/v1', 'the reference refs/tags/v1'],
    ['name: refs/heads/production', 'the branch production, and not main'],
    ['{}', 'the branch master, and not main'],
  ])('is pinned by a source with ref %s', (ref, told) => {
    const spec = `  url: ${here}\n  ref: ${ref === '{}' ? ref : `{ ${ref} }`}\n`;
    const { state, why } = standingOfSource('GitRepository', 'pinned', [source('pinned', spec, older)]);
    expect(state).toBe('pinned');
    expect(why).toContain(`follows ${told} at main@sha1:111111111111`);
  });

  it.each([
    ['branch: main', 'follows'],
    ['name: refs/heads/main', 'follows'],
    ['{ branch: production, commit: "" , name: refs/heads/main }', 'follows'],
  ])('follows the branch with ref %s', (ref) => {
    const spec = `  url: ${here}\n  ref: ${ref.startsWith('{') ? ref : `{ ${ref} }`}\n`;
    expect(standingOfSource('GitRepository', 'other', [source('other', spec, older)]).state).toBe('waiting');
  });

  it('is ready also where its pinned source has the commit', () => {
    const spec = `  url: ${here}\n  ref: { tag: v2 }\n`;
    const pinned = standingOfSource('GitRepository', 'pinned', [source('pinned', spec)], { applied: pushed });
    expect(pinned.state).toBe('ready');
  });

  it.each(['OCIRepository', 'Bucket', 'ExternalArtifact'])('is opaque over a %s', (kind) => {
    expect(standingOfSource(kind, 'artifact', []).state).toBe('opaque');
  });

  it('is opaque over another repository, and over one that takes in another', () => {
    const other = '  url: https://git.example.com/team/other.git\n  ref: { branch: main }\n';
    expect(standingOfSource('GitRepository', 'other', [source('other', other)]).state).toBe('opaque');
    const mixed = `${followsMain}  include: [{ repository: { name: other } }]\n`;
    const { state, why } = standingOfSource('GitRepository', 'mixed', [
      source('mixed', mixed),
      source('other', other),
    ]);
    expect(state).toBe('opaque');
    expect(why).toContain('GitRepository/flux-system/other');
  });

  it('fails where its source is not there', () => {
    expect(standingOfSource('GitRepository', 'gone', []).state).toBe('failing');
  });

  it('fails where the run at the commit failed', () => {
    const failed = standing({
      applied: older,
      attempted: pushed,
      ready: ['False', 'BuildFailed', 'cannot get sops data key'],
      reconciling: 'ProgressingWithRetry',
    });
    expect([failed.state, failed.certain]).toEqual(['failing', true]);
    expect(failed.why).toContain('cannot get sops data key');
    expect(failed.mend).toBe('sopskit flux doctor Kustomization/apps -n flux-system --context home');
  });

  it('fails uncertainly where it may pass', () => {
    const failed = standing({
      attempted: pushed,
      applied: older,
      ready: ['False', 'HealthCheckFailed', 'x'],
    });
    expect([failed.state, failed.certain]).toEqual(['failing', false]);
  });

  it('waits where a run before the commit failed', () => {
    expect(standing({ applied: older, ready: ['False', 'BuildFailed', 'x'] }).state).toBe('waiting');
  });

  it('waits while the run at the commit is under way after a failure', () => {
    const running = standing({
      applied: older,
      attempted: pushed,
      ready: ['False', 'BuildFailed', 'x'],
      reconciling: 'Progressing',
    });
    expect(running.state).toBe('waiting');
  });
});

describe('the standing of one that depends on another', () => {
  const depends: Status = {
    applied: older,
    attempted: older,
    ready: ['False', 'DependencyNotReady', "dependency 'flux-system/base' is not ready"],
    spec: '  dependsOn: [{ name: base }]\n',
  };

  it('waits while that one does', () => {
    const { state, why } = standing(depends, [kustomization('base', { applied: older })]);
    expect(state).toBe('waiting');
    expect(why).toContain("dependency 'flux-system/base' is not ready");
  });

  it('fails where that one fails', () => {
    const failing = kustomization('base', {
      applied: older,
      attempted: pushed,
      ready: ['False', 'BuildFailed', 'accumulating resources'],
    });
    const { state, why, mend } = standing(depends, [failing]);
    expect(state).toBe('failing');
    expect(why).toContain('it depends on flux-system/base: it fails (BuildFailed: accumulating resources)');
    expect(mend).toContain('Kustomization/base');
  });

  it('is suspended with that one', () => {
    const { state, why } = standing(depends, [
      kustomization('base', { applied: older, spec: '  suspend: true\n' }),
    ]);
    expect([state, why]).toEqual([
      'suspended',
      'it depends on flux-system/base: it is suspended at main@sha1:111111111111',
    ]);
  });

  it('waits where that one is ready by now', () => {
    expect(standing(depends, [kustomization('base')]).state).toBe('waiting');
  });

  it('waits for one that is not there', () => {
    expect(standing(depends).why).toBe('it depends on flux-system/base, which is not in the cluster');
  });

  it('fails in a circle', () => {
    const circle = kustomization('base', { ...depends, spec: '  dependsOn: [{ name: apps }]\n' });
    expect(standing(depends, [circle])).toMatchObject({ state: 'failing', certain: true });
  });
});

describe('the standing of one that is not in the cluster', () => {
  const absent = { key: 'flux-system/new', owners: ['flux-system/apps'] };

  it('waits for what applies it', () => {
    expect(judgeStanding(absent, viewOf([kustomization('apps')])).state).toBe('waiting');
  });

  it('is held with what applies it', () => {
    const { state, why } = judgeStanding(
      absent,
      viewOf([kustomization('apps', { applied: older, spec: '  suspend: true\n' })]),
    );
    expect(state).toBe('suspended');
    expect(why).toContain('flux-system/apps, which applies it: it is suspended');
  });

  it('fails in a cluster that has no entry', () => {
    const empty = { ...viewOf([]), kustomizations: new Map() };
    const { state, why, revision } = judgeStanding(absent, empty);
    expect([state, revision]).toEqual(['failing', null]);
    expect(why).toContain('the context home has no Kustomization flux-system/flux-system');
  });

  it('shows no value of a message', () => {
    const said = `failed: AGE-SECRET-KEY-1${'Q'.repeat(58)} in https://user:secret@git.example.com/x`;
    const { why } = standing({ applied: older, attempted: pushed, ready: ['False', 'BuildFailed', said] });
    expect(why).not.toMatch(/QQQQ|user:secret/);
  });
});
