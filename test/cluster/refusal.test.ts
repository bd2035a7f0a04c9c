import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../src/cluster/refusal.ts';
import { withoutValue } from '../../src/cluster/said.ts';
import { tree } from '../operations/flux-doctor/made-reading.ts';

const doing = {
  verb: 'apply',
  resource: 'secrets',
  namespace: 'ns',
  name: 'x',
  context: 'c',
  server: 'https://s',
  flags: ' --context c',
};

describe('a message of the API server', () => {
  it('loses the values that it repeats', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['a: Invalid value: "canary": must be b', 'a: Invalid value: must be b'],
      ['a: Invalid value: "can\\"ary: x": must be b', 'a: Invalid value: must be b'],
      ['a: Invalid value: 17: must be b', 'a: Invalid value: must be b'],
      [
        'a: Unsupported value: "canary": supported values: "x"',
        'a: Unsupported value: supported values: "x"',
      ],
      ['a: Duplicate value: "canary"', 'a: Duplicate value'],
      ['a: Required value', 'a: Required value'],
    ];
    for (const [said, shown] of cases) expect(withoutValue(said)).toBe(shown);
  });

  it('says nothing of a Secret but which field is wrong', () => {
    const status = (object: object) => tree({ kind: 'Status', ...object });
    const webhook = status({
      reason: 'Invalid',
      message: 'admission webhook "w" denied the request: canary',
    });
    const gate = refusalOf(403, webhook, doing);
    expect(gate.code).toBe('cluster.refused');
    expect(gate.message).toContain('the admission webhook w denied it');
    expect(gate.message).not.toContain('canary');
    const policy = "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: canary";
    const byPolicy = status({
      reason: 'Invalid',
      message: `secrets "x" is forbidden: ${policy}`,
      details: { causes: [{ message: policy }, { message: 'canary', field: 'canary' }] },
    });
    expect(refusalOf(422, byPolicy, doing).message).toContain('the ValidatingAdmissionPolicy p denied it');
    expect(refusalOf(422, byPolicy, doing).message).not.toContain('canary');
    const bad = status({ reason: 'BadRequest', message: 'illegal base64 data: canary' });
    expect(refusalOf(400, bad, doing).message).toContain('BadRequest');
    expect(refusalOf(400, bad, doing).message).not.toContain('canary');
    const field = status({
      message: 'failed to create typed patch object: .dta: field not declared in schema',
    });
    expect(refusalOf(500, field, doing).message).toContain('.dta: field not declared in schema');
    const whole = status({
      reason: 'Invalid',
      details: {
        causes: [
          { reason: 'FieldValueInvalid', field: 'patch', message: 'Invalid value: "{canary}": canary' },
        ],
      },
    });
    expect(refusalOf(422, whole, doing).message).toMatch(/: patch: its value is not accepted$/);
  });

  const forbidden = (message: string) => tree({ kind: 'Status', reason: 'Forbidden', message });

  it('names the commands that allow what is not allowed', () => {
    const said =
      'secrets "x" is forbidden: User "u" cannot create resource "secrets" in API group "" in the namespace "ns"';
    const denied = refusalOf(403, forbidden(said), doing);
    expect([denied.code, denied.message]).toEqual([
      'cluster.denied',
      'User u may not create secrets x in namespace ns (context c)',
    ]);
    expect(denied.hint).toContain(
      'kubectl create role sopskit-patch-secrets-x-u -n ns --verb=get,create,patch --resource=secrets --resource-name=x && ' +
        'kubectl create rolebinding sopskit-patch-secrets-x-u -n ns --role=sopskit-patch-secrets-x-u --user=u',
    );
    expect(denied.hint).toMatch(
      /^An administrator of the cluster \S+ allows it, with a context that is his own there/,
    );
    const list = {
      ...doing,
      verb: 'list',
      resource: 'kustomizations.kustomize.toolkit.fluxcd.io',
      namespace: '',
      name: '',
    };
    const everywhere =
      'x is forbidden: User "system:serviceaccount:a:b" cannot list resource "kustomizations" in API group "kustomize.toolkit.fluxcd.io" at the cluster scope';
    expect(refusalOf(403, forbidden(everywhere), list).hint).toContain(
      'kubectl create clusterrole sopskit-list-kustomizations-b --verb=list --resource=kustomizations.kustomize.toolkit.fluxcd.io && ' +
        'kubectl create clusterrolebinding sopskit-list-kustomizations-b --clusterrole=sopskit-list-kustomizations-b --serviceaccount=a:b',
    );
    const nobody = said.replace('"u"', '"system:anonymous"');
    expect(refusalOf(403, forbidden(nobody), doing).message).toContain('Context c logs in as nobody');
    const posing = { ...doing, posing: { user: 'other', groups: ['g h'] } };
    const newer = said.replace('create', 'impersonate-on:user-info:patch');
    const pose = refusalOf(403, forbidden(newer), posing);
    expect(pose.message).toBe('User u may not impersonate user other and group g h (context c)');
    expect(pose.hint).toContain(
      "--verb=impersonate --resource=users,groups --resource-name=other --resource-name='g h'",
    );
  });

  it('tells what kind of conflict it is', () => {
    const conflict = (object: object) => tree({ kind: 'Status', reason: 'Conflict', ...object });
    const cause = {
      reason: 'FieldManagerConflict',
      message: 'conflict with "kubectl" using v1',
      field: '.data.a',
    };
    const fields = refusalOf(409, conflict({ details: { causes: [cause] } }), doing);
    expect([fields.code, fields.message]).toEqual([
      'cluster.conflict',
      expect.stringContaining('kubectl has .data.a'),
    ]);
    const modified = conflict({
      message: 'Operation cannot be fulfilled on secrets "x": the object has been modified',
    });
    expect(refusalOf(409, modified, doing)).toMatchObject({
      code: 'cluster.changed',
      message: 'Somebody else changed secrets x in namespace ns in the meantime',
    });
    expect(refusalOf(409, modified, doing, { again: true }).hint).toContain('first try was lost');
  });

  it('tells when it is not known whether a change was made', () => {
    const late = tree({ kind: 'Status', reason: 'Timeout', message: 'Timeout: request did not complete' });
    expect(refusalOf(504, late, doing).code).toBe('cluster.uncertain');
    expect(refusalOf(504, late, { ...doing, verb: 'get' }).code).toBe('cluster.refused');
    const store = tree({ kind: 'Status', message: 'etcdserver: request timed out' });
    expect(refusalOf(500, store, doing).message).toContain('is not known');
    expect(refusalOf(502, null, doing)).toMatchObject({
      code: 'cluster.uncertain',
      message: expect.stringContaining('it answered 502'),
    });
    expect(refusalOf(403, null, doing).message).toContain('something in between');
  });

  it('says why a login may not be accepted', () => {
    expect(refusalOf(401, null, doing).hint).toContain('auth whoami');
    const doubt = 'the client certificate of user u has expired (2020-01-01T00:00:00.000Z)';
    expect(refusalOf(401, null, doing, { doubt }).message).toContain(`of context c: ${doubt}`);
  });
});
