import { describe, expect, it } from 'vitest';
import { dividedValues } from '../../../src/flux/restructure/adopt-values.ts';
import { yamlFormat } from '../../../src/formats/yaml/yaml-format.ts';
import type { Mapping } from '../../../src/tree/value.ts';

function divided(yaml: string, named: readonly string[] = []) {
  const [values] = yamlFormat.parse(Buffer.from(yaml)).branches;
  const { plain, secret, paths } = dividedValues(values as Mapping, named);
  const text = (tree: Mapping): string =>
    tree.entries.length === 0 ? '' : Buffer.from(yamlFormat.emit([tree], { indent: 2 })).toString();
  return { plain: text(plain), secret: text(secret), paths };
}

describe('dividing the values of a release', () => {
  it('takes what is called secret', () => {
    expect(divided('auth:\n  user: admin\n  password: p\nreplicas: 2\n')).toEqual({
      plain: 'auth:\n  user: admin\nreplicas: 2\n',
      secret: 'auth:\n  password: p\n',
      paths: ['auth.password'],
    });
    const { paths } = divided(
      'apiKey: a\nclientSecret: b\ndb:\n  rootPassword: c\n  pwd: 5\nsalt: d\ntokens: e\nsecrets:\n  anything: f\n',
    );
    expect(paths).toEqual([
      'apiKey',
      'clientSecret',
      'db.rootPassword',
      'db.pwd',
      'salt',
      'tokens',
      'secrets.anything',
    ]);
  });

  it('leaves what only names a secret, or is empty', () => {
    const yaml =
      'existingSecret: s\nsecretName: s\npasswordKeyRef: r\ntokenPath: /x\npassword: ""\nsecret:\n  create: true\n  name: x\nkey: k\n';
    expect(divided(yaml).paths).toEqual([]);
    expect(divided(yaml).plain).toBe(yaml);
  });

  it('takes what looks secret, and a list with a secret in it as a whole', () => {
    const { plain, paths } = divided(
      'url: postgres://me:pw@db/x\npem: "-----BEGIN PRIVATE KEY-----\\nx"\nenv:\n- name: DB_PASSWORD\n  value: x\n- name: COLOR\n  value: red\nhosts: [a, b]\n',
    );
    expect(paths).toEqual(['url', 'pem', 'env']);
    expect(plain).toBe('hosts:\n  - a\n  - b\n');
  });

  it('takes what is named, a map with all that is in it', () => {
    expect(divided('a:\n  b: 1\n  c: 2\nd: 3\n', ['a', 'd']).paths).toEqual(['a.b', 'a.c', 'd']);
    expect(divided('list:\n- x\n- y\n', ['list[1]']).paths).toEqual(['list']);
  });
});
