import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { configurationsToLint } from '../../src/repository/configuration-to-lint.ts';
import { lintConfiguration, lintConfigurations } from '../../src/repository/lint-configuration.ts';
import { alice, ruleOf } from '../config/lint/lint-case.ts';
import { TestRepository } from './git-repository.ts';
import { describePeers } from './peers.ts';

describePeers('config lint in a git repository', ['git'], () => {
  let repository: TestRepository;
  beforeEach(() => {
    repository = new TestRepository();
  });
  afterEach(() => repository.remove());

  const lint = async (folder = '') => {
    const system = repository.system();
    const { report, root } = await lintConfiguration(
      system,
      path.join(repository.folder, folder, '.sops.yaml'),
    );
    return { root, found: report.findings.map(({ rule, place }) => `${place.file} ${rule.code}`) };
  };

  it('places findings from the top, where the repository begins', async () => {
    repository.write('clusters/prod/.sops.yaml', ruleOf('path_regx: x', `age: ${alice}`));
    repository.write('clusters/prod/apps/a.txt', '');
    const { root, found } = await lint('clusters/prod');
    expect(root).toBe(repository.folder);
    expect(found).toEqual(['clusters/prod/.sops.yaml config.unknown-key']);
  });

  it('looks at all configurations of the repository, from every folder of it', async () => {
    repository.write('.sops.yaml', ruleOf(`age: ${alice}`));
    repository.write('sub/.sops.yaml', ruleOf(`agee: ${alice}`));
    repository.write('sub/deep/a.txt', '');
    repository.write('.gitignore', 'build/\n');
    repository.write('build/.sops.yaml', ruleOf(`agee: ${alice}`));
    for (const folder of ['', 'sub/deep']) {
      const system = repository.system(path.join(repository.folder, folder));
      const files = await configurationsToLint(system, [], null);
      const { report, root } = await lintConfigurations(system, files);
      expect(report.files).toBe(2);
      expect(root).toBe(repository.folder);
      const found = report.findings.map(({ rule, place }) => `${place.file} ${rule.code}`);
      expect(found).toContain('sub/.sops.yaml config.unknown-key');
    }
  });

  it('takes tracked and new files as evidence, and no ignored ones', async () => {
    repository.write('.gitignore', 'build/\n');
    repository.write('.sops.yaml', ruleOf("path_regex: '^build/'", `age: ${alice}`));
    repository.write('build/a.yaml', '');
    expect((await lint()).found).toEqual(['.sops.yaml config.unused-rule']);
    repository.git('add', '-f', 'build/a.yaml');
    expect((await lint()).found).toEqual([]);
  });

  it('bears names that are no UTF-8, unborn branches and conflicts', async () => {
    repository.write('.sops.yaml', ruleOf("path_regex: '^apps/'", `age: ${alice}`));
    repository.write(Buffer.from('apps/\xff\n".yaml', 'latin1'), 'a: 1\n');
    expect((await lint()).found).toEqual([]);
    repository.commit();
    repository.git('switch', '-q', '-c', 'other');
    repository.write('.sops.yaml', ruleOf("path_regex: '^apps/a'", `age: ${alice}`));
    repository.commit();
    repository.git('switch', '-q', 'main');
    repository.write('.sops.yaml', ruleOf("path_regex: '^apps/b'", `age: ${alice}`));
    repository.commit();
    expect(() => repository.git('merge', '-q', 'other')).toThrow();
    // conflict markers are no YAML, and the finding says so
    expect((await lint()).found).toEqual(['.sops.yaml config.invalid']);
  });
});
