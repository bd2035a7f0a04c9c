import path from 'node:path';
import { expect, it } from 'vitest';
import { isUnpushed, limitsOf } from '../../src/operations/flux-doctor/repository-limits.ts';
import { Git } from '../../src/repository/git/git.ts';
import { TestRepository } from './git-repository.ts';
import { describePeers } from './peers.ts';

describePeers('what limits the answer of a repository', [], () => {
  it('is a shallow history, another repository, and a HEAD that was not pushed', async () => {
    const origin = new TestRepository();
    try {
      origin.write('a', '1');
      origin.commit();
      origin.write('a', '2');
      origin.commit();
      const folder = path.join(origin.home, 'clone');
      origin.git('clone', '-q', '--depth', '1', `file://${origin.folder}`, folder);
      const git = await Git.open(origin.system(folder), folder);
      if (git === null) throw new Error('no repository');
      const name = path.basename(origin.folder);
      expect(await limitsOf(git, [`https://u:canary@example.com/x/${name}.git`])).toEqual([
        expect.stringContaining('shallow'),
      ]);
      const [, foreign = ''] = await limitsOf(git, ['https://u:canary@example.com/x/other.git']);
      expect(foreign).toContain('the cluster takes https://example.com/x/other.git');
      expect(await isUnpushed(git)).toBe(false);
      origin.git('-C', folder, 'commit', '-q', '--allow-empty', '-m', 'not pushed');
      expect(await isUnpushed(git)).toBe(true);
      await git.close();
    } finally {
      origin.remove();
    }
  });
});
