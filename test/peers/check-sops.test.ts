import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { check } from '../../src/repository/check/check.ts';
import { testKey } from '../cli/world.ts';
import { secretText } from '../repository/check/folder.ts';
import { TestRepository } from './git-repository.ts';
import { describePeers } from './peers.ts';

describePeers('check and what sops writes', ['git', 'sops'], ({ sops }) => {
  it('finds nothing in files of every format', async () => {
    const repository = new TestRepository();
    const files: Record<string, string> = {
      'multi.yaml': `${secretText('a')}---\n# comment\n${secretText('b')}---\nkind: List\nitems:\n- ${secretText('c').trim().replaceAll('\n', '\n  ')}\n`,
      'a.json': '{"a": "canary", "b": [1, true, null, ""], "c": 1.5}',
      'a.env': '# comment\nA=canary\nB=\n',
      'a.ini': '[s]\na = canary\n',
      'a.bin': 'canary',
      'all.yaml': '# top\na: canary\nb: [x, 1, 2.5, true]\nc_unencrypted: y\nd: 2020-01-01\n',
    };
    for (const [name, text] of Object.entries(files)) {
      repository.write(name, text);
      const args = ['encrypt', '-i', '--age', testKey.recipient];
      const regex = name === 'multi.yaml' ? ['--encrypted-regex', '^(data|stringData)$'] : [];
      const done = spawnSync(sops, [...args, ...regex, path.join(repository.folder, name)], {
        env: repository.env,
        cwd: repository.folder,
      });
      expect(done.stderr.toString()).not.toMatch(/error/i);
    }
    repository.git('add', '.');
    for (const staged of [true, false]) {
      const request = { paths: [], staged, history: null, config: null, verify: false };
      const { report } = await check(repository.system(), request);
      expect(report).toMatchObject({ findings: [], files: 6 });
    }
    repository.remove();
  });
});
