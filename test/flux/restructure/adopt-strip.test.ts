import { describe, expect, it } from 'vitest';
import { differingFields, lostFields } from '../../../src/flux/restructure/adopt-difference.ts';
import { strippedManifest } from '../../../src/flux/restructure/adopt-strip.ts';
import { yamlFormat } from '../../../src/formats/yaml/yaml-format.ts';
import type { Mapping } from '../../../src/tree/value.ts';

function tree(yaml: string): Mapping {
  return yamlFormat.parse(Buffer.from(yaml)).branches[0] as Mapping;
}

describe('a live object as a manifest', () => {
  it('is without what the server and controllers added', () => {
    const live = tree(`apiVersion: v1
kind: Service
metadata:
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{"secret":"canary"}'
    mine: kept
  creationTimestamp: "2026-01-01T00:00:00Z"
  labels:
    kustomize.toolkit.fluxcd.io/name: gone
  managedFields: []
  name: web
  namespace: apps
  resourceVersion: "1"
  uid: x
spec:
  clusterIP: 10.0.0.7
  clusterIPs: [10.0.0.7]
  ports:
  - port: 80
status:
  loadBalancer: {}
`);
    expect(
      Buffer.from(yamlFormat.emit([strippedManifest(live)], { indent: 2 })).toString(),
    ).toBe(`apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: apps
  annotations:
    mine: kept
spec:
  ports:
    - port: 80
`);
  });

  it('keeps a headless Service headless', () => {
    const live = tree('apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  clusterIP: None\n');
    expect(Buffer.from(yamlFormat.emit([strippedManifest(live)], { indent: 2 })).toString()).toContain(
      'clusterIP: None',
    );
  });
});

describe('differences between objects', () => {
  const one = tree(
    'kind: X\nmetadata:\n  name: a\n  uid: 1\n  labels:\n    kustomize.toolkit.fluxcd.io/name: k\nspec:\n  a: 1\n  list: [x, {y: 1}]\n  none: {}\nstatus: {a: 1}\n',
  );
  it('names fields and never values; order, status and owners do not count', () => {
    expect(
      differingFields(
        one,
        tree('spec:\n  list: [x, {y: 1}]\n  a: 1.0\nmetadata: {name: a, uid: 2}\nkind: X\n'),
      ),
    ).toEqual([]);
    expect(
      differingFields(
        one,
        tree('kind: X\nmetadata: {name: a}\nspec:\n  a: 2\n  list: [x, {y: 3}]\n  "b c": 1\n'),
      ),
    ).toEqual(['spec.a', 'spec.list[1].y', 'spec[b c]']);
    expect(differingFields(one, tree('kind: X\nmetadata: {name: a}\nspec:\n  a: 1\n  list: [x]\n'))).toEqual([
      'spec.list',
    ]);
  });
  it('tells what is lost from what is added', () => {
    expect(
      lostFields(one, tree('kind: X\nmetadata: {name: a}\nspec:\n  list: [x, {}]\n  more: 1\n')),
    ).toEqual(['spec.a', 'spec.list[1].y']);
  });
});
