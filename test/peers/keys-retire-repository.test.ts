import { afterEach, beforeEach, expect, it } from 'vitest';
import { holdsRecipients } from '../../src/operations/cluster-keys/holds.ts';
import { Clone } from '../../src/operations/cluster-keys/retire/clone.ts';
import { namingRules } from '../../src/operations/cluster-keys/retire/naming-rules.ts';
import { NamingFiles, needsRecipient } from '../../src/operations/cluster-keys/retire/sealed-files.ts';
import { unmergedBranches } from '../../src/operations/cluster-keys/retire/unmerged-branches.ts';
import { Git } from '../../src/repository/git/git.ts';
import { workSnapshot } from '../../src/repository/snapshots.ts';
import { makeKey } from '../operations/cluster-keys/retire/made-keys.ts';
import { TestRepository } from './git-repository.ts';
import { describePeers } from './peers.ts';

describePeers('what of a repository needs a key', [], () => {
  let repository: TestRepository;
  let git: Git;

  beforeEach(async () => {
    repository = new TestRepository();
    const opened = await Git.open(repository.system(), repository.folder);
    if (opened === null) throw new Error('no repository');
    git = opened;
  });
  afterEach(async () => {
    await git.close();
    repository.remove();
  });

  /** As sops writes it, but for what is in it. */
  function sealed(...recipients: readonly string[]): string {
    const keys = recipients.map((one) => `    - recipient: ${one}\n      enc: none\n`).join('');
    return `a: ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]\nsops:\n  age:\n${keys}  lastmodified: "2026-01-01T00:00:00Z"\n  mac: ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]\n  version: 3.13.3\n`;
  }

  it('is shown of branches that are not merged, local ones and those of remotes, each commit once', async () => {
    const [old, fresh] = [await makeKey(), await makeKey()];
    repository.write('a.yaml', sealed(old.recipient));
    const begin = repository.commit();
    repository.git('branch', 'merged');
    repository.git('switch', '-q', '-c', 'feature');
    repository.write('new.yaml', sealed(old.recipient));
    repository.write('both.yaml', sealed(old.recipient, fresh.recipient));
    const tip = repository.commit();
    repository.git('update-ref', 'refs/remotes/origin/feature', tip);
    repository.git('switch', '-q', '-c', 'other', begin);
    repository.write('a.yaml', sealed(fresh.recipient));
    repository.commit();
    repository.git('switch', '-q', 'main');
    repository.write('a.yaml', sealed(fresh.recipient));
    repository.write('notes.txt', old.recipient);
    const head = repository.commit();
    repository.git('update-ref', 'refs/remotes/origin/theirs', begin);
    const naming = new NamingFiles(old.recipient);
    const others = holdsRecipients([fresh.recipient]);
    const none = { remotes: [], branches: [], unseen: [] };
    const found = await unmergedBranches(git, [head], none, naming, (metadata) =>
      needsRecipient(metadata, old.recipient, others),
    );
    expect(found).toEqual([
      {
        ...{ name: 'feature', commit: tip },
        files: [
          { path: 'a.yaml', changed: false },
          { path: 'new.yaml', changed: true },
        ],
      },
    ]);
    expect(await naming.of(workSnapshot(repository.system(), repository.folder, git))).toEqual([]);
  });

  it('is a rule that names it, unless other keys open its files, or it is for another cluster', async () => {
    const [old, fresh, third] = [await makeKey(), await makeKey(), await makeKey()];
    repository.write(
      '.sops.yaml',
      `creation_rules:\n  - path_regex: clusters/a/\n    age: ${old.recipient}\n  - path_regex: clusters/b/\n    key_groups:\n      - age: [${old.recipient}]\n  - path_regex: nothing\n    age: ${old.recipient}\n  - age: ${fresh.recipient}\n    # not ${old.recipient}\n`,
    );
    repository.write('clusters/a/app.yaml', 'a: 1\n');
    repository.write('clusters/b/app.yaml', 'a: 1\n');
    const snapshot = workSnapshot(repository.system(), repository.folder, git);
    const find = (folder: string, recipient: string, ...keys: readonly string[]) => {
      const reads = (file: string): boolean => file.startsWith(folder);
      const reader = { reads, holds: holdsRecipients(keys), recipients: keys };
      return namingRules(repository.system(), snapshot, recipient, 'here', [reader]);
    };
    const rules = async (folder: string, recipient: string): Promise<(number | null)[]> =>
      (await find(folder, recipient)).flatMap(({ line, effect }) => (effect === 'blocks' ? [line] : []));
    // one that matches no file may be for any
    expect(await rules('clusters/a/', old.recipient)).toEqual([2, 7]);
    expect(await rules('clusters/b/', old.recipient)).toEqual([4, 7]);
    expect(await rules('clusters/', (await makeKey()).recipient)).toEqual([]);
    // those of another cluster are known as such
    expect((await find('clusters/a/', old.recipient)).map(({ effect }) => effect)).toEqual([
      'blocks',
      'elsewhere',
      'blocks',
    ]);
    // a rule for two keys, one of which stays
    const shared = `creation_rules:\n  - age: ${old.recipient},${fresh.recipient}\n`;
    repository.write('.sops.yaml', shared);
    expect(await find('clusters/a/', old.recipient, fresh.recipient)).toMatchObject([{ effect: 'opens' }]);
    expect(await find('clusters/a/', old.recipient, third.recipient)).toMatchObject([
      { effect: 'blocks', instead: [third.recipient] },
    ]);
    const groups = `[{age: [${old.recipient}]}, {age: [${fresh.recipient}]}]`;
    for (const [threshold, effect] of [
      [1, 'opens'],
      [2, 'blocks'],
    ] as const) {
      const text = `creation_rules:\n  - shamir_threshold: ${threshold}\n    key_groups: ${groups}\n`;
      repository.write('.sops.yaml', text);
      expect(await find('clusters/a/', old.recipient, fresh.recipient)).toMatchObject([{ effect }]);
    }
    repository.write('.sops.yaml', `creation_rules: [{age: ${old.recipient}\n`);
    expect(await rules('clusters/a/', old.recipient)).toEqual([null]);
  });

  it('is shown of branches that only the remote has, fetched into no ref', async () => {
    const upstream = new TestRepository();
    try {
      const old = await makeKey();
      const head = upstream.commit();
      upstream.git('switch', '-q', '-c', 'team/new');
      upstream.write('new.yaml', sealed(old.recipient));
      const tip = upstream.commit();
      upstream.git('switch', '-q', 'main');
      const url = `file://${upstream.folder}`;
      repository.git('remote', 'add', 'origin', url);
      repository.git('fetch', '-q', '--depth', '1', 'origin', 'main:refs/remotes/origin/main');
      // long gone there
      repository.git('update-ref', 'refs/remotes/origin/gone', head);
      const refs = repository.git('for-each-ref');
      const system = repository.system();
      const remote = await new Clone(system, git, false).branches([url]);
      expect(remote).toEqual({
        remotes: ['origin'],
        branches: [
          { name: 'origin/main', commit: head },
          { name: 'origin/team/new', commit: tip },
        ],
        unseen: [],
      });
      expect(repository.git('for-each-ref')).toBe(refs);
      const naming = new NamingFiles(old.recipient);
      const found = await unmergedBranches(git, [head], remote, naming, () => true);
      expect(found).toEqual([
        { name: 'origin/team/new', commit: tip, files: [{ path: 'new.yaml', changed: true }] },
      ]);
      repository.git('remote', 'set-url', 'origin', `${url}-away`);
      expect(await new Clone(system, git, false).branches([])).toEqual({
        ...{ remotes: [], branches: [], unseen: ['origin/*'] },
      });
    } finally {
      upstream.remove();
    }
  });

  it('is said with the command where a revision is not here, and fetched only if that is allowed', async () => {
    const upstream = new TestRepository();
    try {
      const first = upstream.commit();
      upstream.commit();
      const url = `file://${upstream.folder}`;
      repository.git('remote', 'add', 'origin', url);
      repository.git('fetch', '-q', '--depth', '1', 'origin', 'main');
      const system = repository.system();
      expect(await new Clone(system, git, false).missing(first, url)).toEqual({
        why: `this clone does not have the commit ${first.slice(0, 12)}`,
        fix: `Fetch it with --fetch, or by hand: git fetch origin ${first}`,
      });
      expect(await new Clone(system, git, true).missing(first, url)).toBeNull();
      const none = '0123456789012345678901234567890123456789';
      expect((await new Clone(system, git, true).missing(none, url))?.fix).toContain('--unshallow');
      expect((await new Clone(system, git, false).head('main', url)).label).toBe('main on origin');
      await expect(new Clone(system, git, false).head('ghost', url)).rejects.toMatchObject({
        code: 'cluster-key.refused',
        hint: 'Try it by hand: git fetch origin ghost',
      });
    } finally {
      upstream.remove();
    }
  });
});
