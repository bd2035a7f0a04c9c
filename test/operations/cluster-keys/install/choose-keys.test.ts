import { describe, expect, it } from 'vitest';
import type { SealedFileUse } from '../../../../src/flux/decryption/decryption.ts';
import { generateIdentity } from '../../../../src/keys/age/generate.ts';
import { keySources } from '../../../../src/keys/registry.ts';
import { holdsRecipients } from '../../../../src/operations/cluster-keys/holds.ts';
import {
  type ChoiceGround,
  chooseKeys,
  namedKeys,
} from '../../../../src/operations/cluster-keys/install/choose-keys.ts';
import {
  afterPut,
  heldRecipients,
  newEntries,
} from '../../../../src/operations/cluster-keys/install/entries.ts';
import { refuseHybrid } from '../../../../src/operations/cluster-keys/install/install-refusal.ts';
import type { LocalKey } from '../../../../src/operations/cluster-keys/install/local-key.ts';
import { refuseWrongCluster } from '../../../../src/operations/cluster-keys/install/other-clusters.ts';
import { targetSecret } from '../../../../src/operations/cluster-keys/install/target-secret.ts';
import { nodeSystem } from '../../../../src/system/node/node-system.ts';

const ref = { namespace: 'flux-system', name: 'sops-age' };

/** A new TEST key, as it is found on a machine. */
async function key(kind: 'x25519' | 'hybrid' = 'x25519'): Promise<LocalKey> {
  const { recipient, file } = await generateIdentity(nodeSystem(), kind);
  const { Secret } = await import('../../../../src/secret/secret.ts');
  const line = file.lendText((text) => text.trim().split('\n').at(-1) ?? '');
  return { kind, recipient, keyIds: [], place: 'keys.txt', text: async () => Secret.fromText(line) };
}

/** An encrypted file for these recipients, each group with its own. */
function file(path: string, threshold: number, ...groups: readonly (readonly LocalKey[])[]): SealedFileUse {
  const age = keySources.find(({ name }) => name === 'age');
  const keyGroups = groups.map((keys) => keys.flatMap(({ recipient }) => age?.parse(recipient) ?? []));
  const metadata = { keyGroups, shamirThreshold: threshold } as unknown as SealedFileUse['metadata'];
  return { path, titles: [], metadata, values: [] };
}

function ground(keys: readonly LocalKey[], files: readonly SealedFileUse[], more = {}): ChoiceGround {
  return {
    local: { keys, unusable: [], problems: [], wipe: () => undefined },
    files,
    held: holdsRecipients([]),
    ...{ heldRecipients: new Set<string>(), ruled: [], names: new Map<string, string>() },
    ...more,
  };
}

const code = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
};

describe('the keys to install', async () => {
  const [a, b, c] = [await key(), await key(), await key()];

  it('are the one that opens all files, or those that do together', () => {
    expect(chooseKeys(ground([a, b], [file('1', 0, [a])]))).toEqual([a]);
    expect(chooseKeys(ground([a, b, c], [file('1', 0, [a]), file('2', 0, [b])]))).toEqual([a, b]);
    expect(chooseKeys(ground([a, b], [file('1', 2, [a], [b])]))).toEqual([a, b]);
    expect(code(() => chooseKeys(ground([a, b, c], [file('1', 2, [a], [b], [c])])))).toBe(
      'cluster-key.refused',
    );
  });

  it('are for the user to choose where several would do, unless the Secret has one', () => {
    const files = [file('1', 0, [a, b])];
    expect(code(() => chooseKeys(ground([a, b], files)))).toBe('cluster-key.refused');
    expect(chooseKeys(ground([a, b], files, { heldRecipients: new Set([b.recipient]) }))).toEqual([b]);
    expect(namedKeys([b.recipient], ground([a, b], files))).toEqual([b]);
    expect(code(() => namedKeys([c.recipient], ground([a, b], files)))).toBe('cluster-key.missing');
  });

  it('are, without files, the one that the rules name, or the only one', () => {
    expect(chooseKeys(ground([a, b], [], { ruled: [b.recipient, c.recipient] }))).toEqual([b]);
    expect(code(() => chooseKeys(ground([a], [], { ruled: [c.recipient] })))).toBe('cluster-key.missing');
    expect(chooseKeys(ground([a], []))).toEqual([a]);
    expect(code(() => chooseKeys(ground([a, b], [])))).toBe('cluster-key.refused');
    expect(code(() => chooseKeys(ground([], [])))).toBe('identity.missing');
  });

  it('are never those of another cluster', () => {
    const where = { cluster: 'clusters/a', context: 'a', names: new Map<string, string>() };
    const others = [{ name: 'clusters/b', files: [file('b', 0, [b])] }];
    const own = [file('a', 0, [a])];
    expect(code(() => refuseWrongCluster([b], { ...where, own, others }))).toBe('cluster-key.refused');
    expect(code(() => refuseWrongCluster([a, c], { ...where, own, others }))).toBe('none');
    expect(code(() => refuseWrongCluster([b], { ...where, own: [], others }))).toBe('none');
  });

  it('are put one a line, and beside what others put', async () => {
    const fresh = await newEntries([a, b], null);
    expect([...fresh.recipients]).toEqual([['age.agekey', [a.recipient, b.recipient]]]);
    const secret = await afterPut(null, ref, fresh.put, null);
    expect(heldRecipients(secret)).toEqual(new Set([a.recipient, b.recipient]));
    const more = await newEntries([a, c], secret);
    expect([...more.recipients]).toEqual([[`age-${c.recipient.slice(-8)}.agekey`, [c.recipient]]]);
    expect((await newEntries([a], secret)).put.size).toBe(0);
  });

  it('are not post-quantum where Flux would fail on them', async () => {
    const hybrid = await key('hybrid');
    const flux = { namespace: 'flux-system', sopsAgeSecret: null, version: 'v2.8.0' };
    expect(code(() => refuseHybrid([hybrid], { ...flux, readsHybrid: false }))).toBe('cluster-key.refused');
    expect(code(() => refuseHybrid([hybrid], { ...flux, readsHybrid: true }))).toBe('none');
    expect(code(() => refuseHybrid([a], { ...flux, readsHybrid: false }))).toBe('none');
  });
});

describe('the Secret', () => {
  const target = (name: string, namespace = 'flux-system') => ({
    ref: { namespace, name },
    global: false,
    kustomizations: [],
  });
  const none = { namespace: null, name: null };

  it('is the one that all refer to, else the usual one', () => {
    expect(targetSecret(none, []).ref).toEqual(ref);
    expect(targetSecret(none, [target('own')]).ref.name).toBe('own');
    const two = targetSecret(none, [target('own', 'apps'), target('sops-age')]);
    expect(two).toEqual({ ref, others: [{ namespace: 'apps', name: 'own' }] });
    expect(code(() => targetSecret(none, [target('one'), target('two')]))).toBe('cluster-key.refused');
    expect(
      targetSecret({ namespace: 'apps', name: null }, [target('own', 'apps'), target('x')]).ref.name,
    ).toBe('own');
    expect(targetSecret({ namespace: null, name: 'new' }, [target('own', 'apps')]).ref).toEqual({
      namespace: 'apps',
      name: 'new',
    });
  });
});
