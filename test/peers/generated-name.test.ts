import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseId } from '../../src/flux/object-id.ts';
import { hasGeneratedName } from '../../src/flux/plan/generated-name.ts';
import { formatNamed } from '../../src/formats/registry.ts';
import { textAt } from '../../src/manifests/kubernetes-object.ts';
import { valueAt } from '../../src/tree/mapping.ts';
import type { Mapping } from '../../src/tree/value.ts';
import { describePeers } from './peers.ts';

const generators = `configMapGenerator:
  - name: plain
    literals: [a=1, b=two words]
  - name: odd
    files: [odd.txt, binary.bin]
  - name: empty
secretGenerator:
  - name: login
    literals: [user=test]
  - name: typed
    type: kubernetes.io/tls
    files: [tls.crt=odd.txt, tls.key=odd.txt]
namePrefix: pre-
`;

describePeers('names that generators make', ['kustomize'], ({ kustomize }) => {
  it('are told from others by the hash of the content', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sopskit-generators-'));
    writeFileSync(path.join(folder, 'kustomization.yaml'), generators);
    writeFileSync(path.join(folder, 'odd.txt'), 'a < b & "c" > d\\\n\tz\u2028 \u00e9 \ud83d\ude00\n');
    writeFileSync(path.join(folder, 'binary.bin'), Buffer.from([0, 255, 128]));
    const text = execFileSync(kustomize, ['build', folder]);
    rmSync(folder, { recursive: true });
    const objects = (await formatNamed('yaml')).parse(text).branches.map(built);
    expect(objects).toHaveLength(5);
    for (const object of objects) {
      expect(hasGeneratedName(object), object.id).toBe(true);
      const name = object.identity.name.replace(/.{10}$/, '2bcdfghkmt');
      expect(hasGeneratedName({ ...object, identity: { ...object.identity, name } })).toBe(false);
    }
  });
});

function built(manifest: Mapping) {
  const metadata = valueAt(manifest, 'metadata') as Mapping;
  const id = `default_${textAt(metadata, 'name')}__${textAt(manifest, 'kind')}`;
  return {
    ...{ id, identity: parseId(id), apiVersion: 'v1', manifest, digest: '' },
    ...{ labels: new Map<string, string>(), annotations: new Map<string, string>() },
  };
}
