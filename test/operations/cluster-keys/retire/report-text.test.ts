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
    ...{ unseenBranches: [], others: [] },
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

it('says what to do with files that are still for it, and with a revision that is only behind', () => {
  const applied: KustomizationVerdict = {
    ...verdict,
    ...{ state: 'follows', revisions: [`main@sha1:012345678901${'0'.repeat(28)}`] },
  };
  expect(reportText(report([applied])).join('\n')).toContain(
    'flux reconcile kustomization apps -n ns --with-source',
  );
  const head = { where: 'main on origin', commit: null, files: ['a.yaml'], unknown: [] };
  const text = reportText(report([{ ...applied, needs: [...applied.needs, head] }])).join('\n');
  expect(text).toContain('sopskit updatekeys -y FILE');
  expect(text).not.toContain('flux reconcile');
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
    'nothing to do: no Secret that Kustomizations decrypt with holds age1old, nor does a key file here; another Secret is looked at with -n NAMESPACE --secret-name NAME',
  ]);
  const kept = [{ place: 'keys.txt', why: 'files here still need it: a.yaml' }];
  const here = { ...nothing, key: { archived: null, destroyed: false, removedFrom: [], kept } };
  const text = reportText(here).join('\n');
  expect(text).not.toContain('key file here;');
  expect(text).toContain('still in keys.txt: files here still need it: a.yaml');
});

it('is held up by a rule only where the cluster could not open new files, and says which key to name', () => {
  const rule = { file: '.sops.yaml', line: 2, where: 'the working tree', instead: ['age1new'] };
  const blocking = report([], { rules: [{ ...rule, effect: 'blocks' }] });
  expect(isBlocked(blocking)).toBe(true);
  expect(reportText(blocking).join('\n')).toContain('  Name age1new there instead');
  const opening = report([], { rules: [{ ...rule, effect: 'opens' }], outcome: 'planned' });
  expect(isBlocked(opening)).toBe(false);
  expect(reportText(opening).join('\n')).toContain(
    '.sops.yaml:2 (the working tree) still names it; new files',
  );
  const elsewhere = report([], { rules: [{ ...rule, effect: 'elsewhere' }] });
  expect(isBlocked(elsewhere)).toBe(false);
  expect(reportText(elsewhere).join('\n')).not.toContain('.sops.yaml');
});

it('shows files that hold nothing up, and branches that could not be fetched', () => {
  const others = [
    { path: 'infra/x.yaml', unreadable: false },
    { path: 'infra/y.yaml', unreadable: true },
  ];
  const text = reportText(report([], { others, unseenBranches: ['origin/*'] })).join('\n');
  expect(text).toContain('  infra/x.yaml, infra/y.yaml (cannot be read)');
  expect(text).toContain('could not be fetched, and may need it: origin/*');
});
