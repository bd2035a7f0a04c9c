import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Scene } from './git-scene.ts';
import { describePeers } from './peers.ts';

describePeers('what git install leaves alone', ['git', 'sops'], ({ sops }) => {
  const scenes: Scene[] = [];
  afterEach(() => {
    for (const scene of scenes.splice(0)) scene.remove();
  });

  function make(): Scene {
    const scene = new Scene(sops, { install: false });
    scenes.push(scene);
    return scene;
  }

  it('writes through no symlink: attributes are refused, a hook is left', () => {
    const scene = make();
    const before = scene.read('.git/config');
    symlinkSync(path.join(scene.home, 'attributes'), scene.file('.gitattributes'));
    const refused = scene.sopskit('git', 'install');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('sopskit git install --local');
    expect(scene.read('.git/config')).toBe(before);
    expect(existsSync(path.join(scene.home, 'attributes'))).toBe(false);
    for (const target of ['shared', 'dangling']) {
      if (target === 'shared') scene.script(path.join(scene.home, target), 'exit 0');
      rmSync(scene.file('.git/hooks/pre-commit'), { force: true });
      symlinkSync(path.join(scene.home, target), scene.file('.git/hooks/pre-commit'));
      expect(scene.ok(scene.sopskit('git', 'install', '--local'))).toContain('it is a symlink');
    }
    expect(readFileSync(path.join(scene.home, 'shared'), 'utf8')).toBe('#!/bin/sh\nexit 0\n');
    expect(existsSync(path.join(scene.home, 'dangling'))).toBe(false);
  });

  it('takes no setting that is not its own, and changes nothing then', () => {
    const scene = make();
    scene.git('config', 'diff.sopskit.textconv', 'mine');
    const before = scene.read('.git/config');
    const refused = scene.sopskit('git', 'install');
    expect([refused.status, refused.stderr.includes('diff.sopskit.textconv is set already')]).toEqual([
      1,
      true,
    ]);
    scene.ok(scene.sopskit('git', 'uninstall'));
    expect(scene.read('.git/config')).toBe(before);
    expect(existsSync(scene.file('.gitattributes'))).toBe(false);
  });

  it('says where the end of its block was lost', () => {
    const scene = make();
    scene.ok(scene.sopskit('git', 'install'));
    const broken = scene.read('.gitattributes').replace(/^# <<<.*\n/m, '');
    scene.write('.gitattributes', broken);
    for (const command of ['install', 'uninstall'])
      expect(scene.ok(scene.sopskit('git', command))).toContain('# <<< sopskit git install" is missing');
    expect(scene.read('.gitattributes')).toBe(broken);
  });

  it('finds out what it cannot write before it sets anything; hooks that are off are left', () => {
    const scene = make();
    const before = scene.read('.git/config');
    mkdirSync(scene.file('.gitattributes'));
    expect(scene.sopskit('git', 'install').status).not.toBe(0);
    expect(scene.read('.git/config')).toBe(before);
    scene.git('config', 'core.hooksPath', '/dev/null');
    expect(scene.ok(scene.sopskit('git', 'install', '--local'))).toContain('switches all hooks off');
  });

  it('takes a pattern with spaces', () => {
    const scene = make();
    scene.ok(scene.sopskit('git', 'install', '--pattern', 'sec rets/**', '--pattern', '*.conf'));
    const attributes = scene.git('check-attr', 'merge', '--', 'sec rets/a/b', 'x.conf', 'x.yaml');
    expect(attributes.match(/: sopskit$/gm)).toHaveLength(2);
  });
});
