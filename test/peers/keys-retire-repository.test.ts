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
    const found = await unmergedBranches(git, [head], naming, (metadata) =>
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

  it('is a rule that names it, unless it is for files of another cluster', async () => {
    const [old, fresh] = [await makeKey(), await makeKey()];
    repository.write(
      '.sops.yaml',
      `creation_rules:\n  - path_regex: clusters/a/\n    age: ${old.recipient}\n  - path_regex: clusters/b/\n    key_groups:\n      - age: [${old.recipient}]\n  - path_regex: nothing\n    age: ${old.recipient}\n  - age: ${fresh.recipient}\n    # not ${old.recipient}\n`,
    );
    repository.write('clusters/a/app.yaml', 'a: 1\n');
    repository.write('clusters/b/app.yaml', 'a: 1\n');
    const snapshot = workSnapshot(repository.system(), repository.folder, git);
    const rules = async (folder: string, recipient: string): Promise<(number | null)[]> =>
      (
        await namingRules(repository.system(), snapshot, recipient, 'here', (file) => file.startsWith(folder))
      ).map(({ line }) => line);
    // one that matches no file may be for any
    expect(await rules('clusters/a/', old.recipient)).toEqual([2, 7]);
    expect(await rules('clusters/b/', old.recipient)).toEqual([4, 7]);
    expect(await rules('clusters/', (await makeKey()).recipient)).toEqual([]);
    repository.write('.sops.yaml', `creation_rules: [{age: ${old.recipient}\n`);
    expect(await rules('clusters/a/', old.recipient)).toEqual([null]);
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
