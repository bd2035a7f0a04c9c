import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { canary, Scene } from './git-scene.ts';
import { describePeers } from './peers.ts';

const secret = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\nstringData:\n  a: ${canary}-a\n  b: ${canary}-b\n`;
const data = ['--encrypted-regex', '^(data|stringData)$'];

describePeers('git install', ['git', 'sops'], ({ sops }) => {
  const scenes: Scene[] = [];
  afterEach(() => {
    for (const scene of scenes.splice(0)) scene.remove();
  });

  function make(options: { readonly install?: boolean } = { install: false }): Scene {
    const scene = new Scene(sops, options);
    scenes.push(scene);
    return scene;
  }

  const bytesOf = (scene: Scene, ...files: readonly string[]): (string | null)[] =>
    files.map((file) => (existsSync(scene.file(file)) ? readFileSync(scene.file(file), 'latin1') : null));
  const touched = [
    ...['.git/config', '.gitattributes', '.git/info/attributes'],
    ...['.git/hooks/pre-commit', '.git/hooks/pre-merge-commit'],
  ];

  it.each([
    ['nothing there', (_: Scene) => undefined],
    [
      'files without an end of their last line',
      (scene: Scene) => {
        scene.write('.gitattributes', '*.png binary');
        scene.write('.git/hooks/pre-commit', '#!/bin/sh\nexit 0');
      },
    ],
    [
      'files of others, with line ends of Windows',
      (scene: Scene) => {
        scene.write('.gitattributes', '*.png binary\r\n\r\n*.yaml text\r\n');
        scene.write('.git/hooks/pre-commit', '#!/usr/bin/env bash\nset -e\necho there\n');
        scene.git('config', 'diff.sopskit-like.textconv', 'x');
        scene.git('config', 'alias.st', 'status');
      },
    ],
    ['empty files', (scene: Scene) => scene.write('.gitattributes', '')],
  ])('is taken back without a trace: %s', (_, prepare) => {
    const scene = make();
    prepare(scene);
    if (existsSync(scene.file('.git/hooks/pre-commit')))
      chmodSync(scene.file('.git/hooks/pre-commit'), 0o755);
    for (const flags of [[], ['--local'], ['--redacted', '--pattern', 'secrets/**']]) {
      const before = bytesOf(scene, ...touched);
      const dry = scene.sopskit('git', 'install', '--dry-run', ...flags);
      expect(dry.status).toBe(0);
      expect(bytesOf(scene, ...touched)).toEqual(before);
      const first = scene.sopskit('git', 'install', ...flags);
      expect([first.status, first.stdout]).toEqual([0, dry.stdout]);
      expect(bytesOf(scene, ...touched)).not.toEqual(before);
      const again = scene.sopskit('git', 'install', ...flags);
      expect(again.stderr).toBe('nothing was changed: it is all set up\n');
      expect(again.stdout).not.toMatch(/^(set|write)/m);
      scene.ok(scene.sopskit('git', 'uninstall'));
      expect(bytesOf(scene, ...touched)).toEqual(before);
      expect(scene.sopskit('git', 'uninstall').stderr).toBe('nothing was changed: nothing is set up\n');
    }
  });

  it('keeps settings that somebody added to its sections', () => {
    const scene = make();
    scene.ok(scene.sopskit('git', 'install'));
    scene.git('config', 'diff.sopskit.xfuncname', '^[a-z]+:');
    scene.ok(scene.sopskit('git', 'uninstall'));
    expect(scene.git('config', '--get-regexp', 'sopskit')).toBe('diff.sopskit.xfuncname ^[a-z]+:\n');
  });

  it('leaves what .gitattributes says of a file', () => {
    const scene = make();
    scene.write('.gitattributes', 'package-lock.json -diff merge=other\n* text=auto\n');
    scene.ok(scene.sopskit('git', 'install'));
    expect(scene.git('check-attr', 'diff', 'merge', 'text', '--', 'package-lock.json', 'a.json')).toBe(
      [
        'package-lock.json: diff: unset',
        'package-lock.json: merge: other',
        'package-lock.json: text: auto',
        'a.json: diff: sopskit',
        'a.json: merge: sopskit',
        'a.json: text: auto',
        '',
      ].join('\n'),
    );
  });

  it('names encrypted files that no usual pattern covers', () => {
    const scene = make();
    const odd = ['key', 'a b/with [x] "quotes"*', '-dash', '#hash', '!bang'];
    for (const name of odd) scene.seal(`./${name}`, 'kanari\n');
    scene.commit();
    scene.ok(scene.sopskit('git', 'install'));
    for (const name of [...odd, 'new.yaml', 'deep/down.json'])
      expect(scene.git('check-attr', '-z', 'merge', '--', name).split('\0')[2], name).toBe('sopskit');
    expect(scene.git('check-attr', 'merge', '--', 'keys')).toContain('unspecified');
  });

  it('shows the plaintext in diffs, and who can open the file; keeps it nowhere', () => {
    const scene = make({ install: true });
    scene.seal('s.yaml', secret, ...data);
    scene.write('plain.yaml', 'a: 1\n');
    scene.commit('one');
    scene.value('s.yaml', 'stringData.b', `${canary}-B`);
    scene.write('plain.yaml', 'a: 2\n');
    expect(scene.git('diff')).toContain(`-  b: ${canary}-b\n+  b: ${canary}-B\n`);
    expect(scene.git('diff')).toContain('-a: 1\n+a: 2\n');
    scene.commit('two');
    expect(scene.git('log', '-p', '-1')).toContain(`+  b: ${canary}-B\n`);
    expect(scene.git('show', '--textconv', 'HEAD:s.yaml')).toContain(`b: ${canary}-B`);
    const other = 'age1lzd99uklcjnc0e7d860axevet2cz99ce9pq6tzuzd05l5nr28ams36nvun';
    scene.ok(scene.sopskit('rotate', '-i', '--add-age', other, 's.yaml'));
    expect(scene.git('diff')).toContain(`+# sops: age ${other}\n`);
    expect(scene.git('diff')).not.toContain('\n-  ');
    expect(scene.leaks()).toEqual([]);
    expect(scene.git('for-each-ref', 'refs/notes')).toBe('');
  });

  it('shows which keys changed, and no values, where it is asked to; without a key too', () => {
    const scene = make();
    scene.ok(scene.sopskit('git', 'install', '--redacted', '--no-hook'));
    scene.seal('s.yaml', secret, ...data);
    scene.commit('one');
    scene.value('s.yaml', 'stringData.b', `${canary}-B`);
    scene.set('SOPS_AGE_KEY', '');
    const diff = scene.git('diff');
    expect(diff).toMatch(/- {2}b: "?\[str [0-9a-f]{8}\]"?\n\+ {2}b: "?\[str [0-9a-f]{8}\]"?\n/);
    expect(diff).toMatch(/\n {3}a: "?\[str/);
    expect(diff).not.toContain(canary);
    expect(diff).not.toContain('mac:');
  });

  it('shows the ciphertext without the key, says so, and never fails git diff', () => {
    const scene = make({ install: true });
    scene.seal('s.yaml', secret, ...data);
    scene.commit('one');
    scene.value('s.yaml', 'stringData.b', `${canary}-B`);
    scene.set('SOPS_AGE_KEY', '');
    const diff = scene.try('diff');
    expect(diff.status).toBe(0);
    expect(diff.stdout).toContain('ENC[AES256_GCM,');
    expect(diff.stderr).toContain('is shown encrypted: none of the keys of this file could be used');
    scene.write('s.yaml', `${scene.read('s.yaml').slice(0, 300)}\n<<<<<<< broken ENC[AES256_GCM,`);
    expect(scene.try('diff').status).toBe(0);
    scene.script(path.join(scene.home, 'bin', 'sopskit'), 'exit 1');
    scene.run('rm', [path.join(scene.home, 'bin', 'sopskit')]);
    expect(scene.try('diff').status).toBe(0);
  });

  it('refuses a commit of plaintext through the hook: whole, partial, in a worktree, with a bare PATH', () => {
    const scene = make();
    scene.write('ok.yaml', 'a: 1\n');
    scene.commit('start');
    scene.ok(scene.sopskit('git', 'install'));
    scene.git('add', '.gitattributes');
    scene.git('commit', '-q', '-m', 'attributes');
    scene.write('s.yaml', secret);
    scene.git('add', 's.yaml');
    const refused = scene.try('commit', '-m', 'plain');
    expect(refused.status).toBe(1);
    expect(refused.stderr + refused.stdout).toContain('s.yaml');
    expect(refused.stderr + refused.stdout).not.toContain(canary);
    scene.write('ok.yaml', 'a: 2\n');
    scene.git('commit', '-q', '-m', 'partial', 'ok.yaml');
    expect(scene.try('commit', '-q', '-m', 'partial', 's.yaml').status).toBe(1);
    // the index counts, not the working tree
    scene.write('s.yaml', 'a: 1\n');
    expect(scene.try('commit', '-m', 'staged').status).toBe(1);
    scene.git('rm', '-q', '-f', 's.yaml');

    const tree = path.join(scene.home, 'tree');
    scene.git('worktree', 'add', '-q', tree);
    const inTree = (...args: string[]) => scene.run('git', args, tree);
    scene.run('cp', [scene.file('ok.yaml'), path.join(tree, 't.yaml')]);
    scene.ok(inTree('add', 't.yaml'));
    scene.ok(inTree('commit', '-q', '-m', 'fine'));
    scene.run('sh', ['-c', `printf '%s' '${secret}' > t.yaml`], tree);
    expect(inTree('commit', '-q', '-a', '-m', 'plain').status).toBe(1);

    scene.run('rm', [path.join(scene.home, 'bin', 'sopskit')]);
    scene.write('s.yaml', secret);
    scene.git('add', 's.yaml');
    const bare = scene.run('env', ['PATH=/usr/bin:/bin', 'git', 'commit', '-m', 'plain']);
    expect(bare.status).toBe(1);
    expect(bare.stderr + bare.stdout).toContain('s.yaml');
    expect(bare.stderr).not.toContain('not on PATH');
  });

  it('works in a submodule, whose git folder lies elsewhere', () => {
    const [inner, outer] = [make(), make()];
    inner.write('ok.yaml', 'a: 1\n');
    inner.commit();
    outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.folder, 'sub');
    const sub = outer.file('sub');
    outer.ok(outer.run('sopskit', ['git', 'install', '--local'], sub));
    expect(existsSync(outer.file('.git/modules/sub/hooks/pre-commit'))).toBe(true);
    expect(existsSync(outer.file('.git/hooks/pre-commit'))).toBe(false);
    outer.write('sub/s.yaml', secret);
    outer.ok(outer.run('git', ['add', 's.yaml'], sub));
    const refused = outer.run('git', ['commit', '-m', 'plain'], sub);
    expect([refused.status, (refused.stdout + refused.stderr).includes('s.yaml')]).toEqual([1, true]);
    outer.seal('sub/s.yaml', secret, ...data);
    outer.ok(outer.run('git', ['add', 's.yaml'], sub));
    outer.ok(outer.run('git', ['commit', '-q', '-m', 'encrypted'], sub));
  });

  it('keeps a hook that is there, and runs before it', () => {
    const scene = make();
    scene.write('.git/hooks/pre-commit', '#!/bin/sh\necho ran >> ran\nexit 0\n');
    chmodSync(scene.file('.git/hooks/pre-commit'), 0o755);
    scene.ok(scene.sopskit('git', 'install'));
    scene.write('ok.yaml', 'a: 1\n');
    scene.git('add', 'ok.yaml');
    scene.git('commit', '-q', '-m', 'fine');
    expect(scene.read('ran')).toBe('ran\n');
    scene.write('s.yaml', secret);
    scene.git('add', 's.yaml');
    expect(scene.try('commit', '-m', 'plain').status).toBe(1);
    expect(scene.read('ran')).toBe('ran\n');
    expect(statSync(scene.file('.git/hooks/pre-commit')).mode & 0o777).toBe(0o755);
  });

  it('respects core.hooksPath, writes into the hooks of husky, and leaves those of tools and other languages alone', () => {
    const scene = make();
    mkdirSync(scene.file('.husky/_'), { recursive: true });
    scene.write('.husky/pre-commit', 'npm test\n');
    scene.git('config', 'core.hooksPath', '.husky/_');
    scene.ok(scene.sopskit('git', 'install'));
    expect(scene.read('.husky/pre-commit')).not.toContain(process.execPath); // it is committed
    expect(scene.read('.husky/pre-commit')).toMatch(
      /^# >>> sopskit[\s\S]*sopskit git hook pre-commit[\s\S]*\nnpm test\n$/,
    );
    scene.ok(scene.sopskit('git', 'uninstall'));
    expect(scene.read('.husky/pre-commit')).toBe('npm test\n');

    for (const [text, hint] of [
      ['#!/usr/bin/env python3\nprint(1)\n', 'no shell script'],
      [
        '#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n',
        '.pre-commit-config.yaml',
      ],
      ['#!/bin/sh\nif [ "$LEFTHOOK" = "0" ]; then exit 0; fi\ncall_lefthook run\n', 'lefthook.yml'],
    ] as const) {
      scene.write('hooks/pre-commit', text);
      chmodSync(scene.file('hooks/pre-commit'), 0o755);
      scene.git('config', 'core.hooksPath', 'hooks');
      expect(scene.ok(scene.sopskit('git', 'install'))).toContain(hint);
      expect(scene.read('hooks/pre-commit')).toBe(text);
      scene.ok(scene.sopskit('git', 'uninstall'));
    }
    scene.git('config', '--unset', 'core.hooksPath');
    scene.git('config', '--global', 'core.hooksPath', path.join(scene.home, 'hooks'));
    expect(scene.ok(scene.sopskit('git', 'install'))).toContain(
      'core.hooksPath of your global configuration',
    );
    expect(existsSync(path.join(scene.home, 'hooks'))).toBe(false);
  });

  it('says where it cannot work, and changes nothing', () => {
    const scene = make();
    const outside = scene.run('sopskit', ['git', 'install'], scene.home);
    expect([outside.status, outside.stdout]).toEqual([1, '']);
    expect(outside.stderr).toContain('in no git repository');
    scene.ok(scene.run('git', ['init', '-q', '--bare', 'bare'], scene.home));
    expect(scene.run('sopskit', ['git', 'install'], path.join(scene.home, 'bare')).stderr).toContain(
      'no working tree',
    );
    for (const args of [
      ['install', 'file'],
      ['install', '--pattern', '!a'],
      ['textconv', 'a', 'b'],
      ['hook'],
      ['hook', 'pre-push'],
      ['resolve'],
    ])
      expect(scene.sopskit('git', ...args).status, args.join(' ')).not.toBe(0);
    expect(scene.git('status', '--short')).toBe('');
  });
});

describePeers('the hook in the pre-commit framework', ['git', 'sops', 'pre-commit'], (peers) => {
  it('refuses plaintext and lets ciphertext pass, as docs/git.md has it', () => {
    const scene = new Scene(peers.sops, { install: false });
    try {
      const guide = readFileSync(new URL('../../docs/git.md', import.meta.url), 'utf8');
      const config = /```yaml\n(# \.pre-commit-config\.yaml[\s\S]*?)```/.exec(guide)?.[1] ?? '';
      expect(config).toContain('sopskit check --staged');
      scene.write('.pre-commit-config.yaml', config);
      scene.ok(scene.run(peers['pre-commit'], ['install']));
      expect(scene.ok(scene.sopskit('git', 'install'))).toContain('the hook is made by pre-commit');
      scene.write('s.yaml', secret);
      scene.git('add', '.');
      const refused = scene.try('commit', '-m', 'plain');
      expect([refused.status, (refused.stdout + refused.stderr).includes('s.yaml:6: error')]).toEqual([
        1,
        true,
      ]);
      scene.seal('s.yaml', secret, ...data);
      scene.git('add', '.');
      scene.ok(scene.try('commit', '-m', 'encrypted'));
    } finally {
      scene.remove();
    }
  });
});
