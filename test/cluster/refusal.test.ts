import { describe, expect, it } from 'vitest';
import { refusalOf, withoutValue } from '../../src/cluster/refusal.ts';
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
    const webhook = tree({ reason: 'Invalid', message: 'admission webhook "w" denied the request: canary' });
    expect(refusalOf(403, webhook, doing).message).not.toContain('canary');
    const bad = tree({ reason: 'BadRequest', message: 'illegal base64 data: canary' });
    expect(refusalOf(400, bad, doing).message).toContain('BadRequest');
    expect(refusalOf(400, bad, doing).message).not.toContain('canary');
    const field = tree({
      message: 'failed to create typed patch object: .dta: field not declared in schema',
    });
    expect(refusalOf(500, field, doing).message).toContain('.dta: field not declared in schema');
  });

  it('names the command that tells more', () => {
    const denied = refusalOf(403, tree({ message: 'secrets is forbidden: User "u" cannot patch' }), doing);
    expect([denied.code, denied.message, denied.hint]).toEqual([
      'cluster.denied',
      'User u may not apply secrets x in namespace ns',
      'kubectl --context c auth can-i patch secrets -n ns tells when that is allowed.',
    ]);
    const list = { ...doing, verb: 'list', namespace: '', name: '' };
    expect(refusalOf(403, tree({ message: '' }), list).hint).toContain('auth can-i list secrets -A tells');
    expect(refusalOf(401, null, doing).hint).toContain('auth whoami');
    expect(refusalOf(502, null, doing).message).toContain('it answered 502');
  });
});
