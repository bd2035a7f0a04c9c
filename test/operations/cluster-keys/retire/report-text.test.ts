import { expect, it } from 'vitest';
import {
  isBlocked,
  type RetireReport,
  reportJson,
} from '../../../../src/operations/cluster-keys/retire/report.ts';
import { reportText } from '../../../../src/operations/cluster-keys/retire/report-text.ts';
import type { KustomizationVerdict } from '../../../../src/operations/cluster-keys/retire/verdict.ts';

const verdict: KustomizationVerdict = {
  ...{ key: 'ns/apps', context: 'homelab', secret: { namespace: 'ns', name: 'sops-age' } },
  ...{ state: 'suspended', follows: 'branch main', revisions: [], assumed: false },
  needs: [
    { where: 'main@sha1:012345678901, which is applied', commit: null, files: ['a.yaml'], unknown: [] },
  ],
};

function report(
  kustomizations: readonly KustomizationVerdict[],
  more: Partial<RetireReport> = {},
): RetireReport {
  const cluster = { context: 'homelab', server: 'https://s', cluster: 'clusters/homelab', after: null };
  return {
    ...{ recipient: 'age1old', outcome: 'blocked', rules: [], branches: [], unseen: [] },
    clusters: [{ ...cluster, secrets: [], kustomizations }],
    key: { archived: null, destroyed: false, removedFrom: [], kept: [] },
    ...more,
  };
}

it('says what holds it up, and how to go on', () => {
  expect(isBlocked(report([verdict]))).toBe(true);
  expect(reportText(report([verdict])).slice(-3)).toEqual([
    '  Kustomization ns/apps, suspended: holds it up',
    '    main@sha1:012345678901, which is applied: a.yaml',
    '      flux resume kustomization apps -n ns    # so that it takes the present files',
  ]);
});

it('takes the word of the user for what cannot be told, and for nothing else', () => {
  const unknown = [
    { where: 'x', commit: null, files: [], unknown: [{ why: 'it is elsewhere', fix: 'look' }] },
  ];
  const opaque: KustomizationVerdict = { ...verdict, state: 'opaque', needs: unknown };
  expect(isBlocked(report([opaque]))).toBe(true);
  expect(reportText(report([opaque])).join('\n')).toContain('cannot be told, as it is elsewhere');
  expect(isBlocked(report([{ ...opaque, assumed: true }]))).toBe(false);
  expect(isBlocked(report([{ ...verdict, assumed: true }]))).toBe(true);
});

it('is one document', () => {
  const json = JSON.parse(JSON.stringify(reportJson(report([verdict], { unseen: ['clusters/other'] }))));
  expect(json.clusters[0].kustomizations[0]).toMatchObject({
    key: 'ns/apps',
    state: 'suspended',
    blocks: true,
  });
  expect(json.unseen).toEqual(['clusters/other']);
});

it('names files of branches, those that a merge would bring first', () => {
  const files = [
    { path: 'old.yaml', changed: false },
    { path: 'new.yaml', changed: true },
  ];
  const text = reportText(report([], { branches: [{ name: 'feature', commit: '0', files }] })).join('\n');
  expect(text).toContain(
    "feature: new.yaml; and unchanged there, so that a merge takes the head's: old.yaml",
  );
});

it('says when nothing is left to do', () => {
  const nothing = report([], { outcome: 'nothing' });
  expect(reportText(nothing)).toEqual([
    'nothing to do: neither the cluster nor a key file here holds age1old',
  ]);
});
