import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fits, readGuide } from '../docs/guide.ts';
import { TestRepository } from './git-repository.ts';
import { describePeers } from './peers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const docs = path.join(root, 'docs');
const guides = readdirSync(docs)
  .filter((name) => name.endsWith('.md'))
  .map((name) => ({ name, steps: readGuide(readFileSync(path.join(docs, name), 'utf8')) }))
  .filter(({ steps }) => steps.length > 0);

/** Every command of a guide runs, one after the other, in an empty folder with an empty home. */
describePeers('the guides', ['git', 'sops', 'age-keygen', 'kustomize'], (peers) => {
  let world: TestRepository;
  let env: NodeJS.ProcessEnv;

  beforeAll(() => {
    world = new TestRepository({ git: false });
    const bin = path.join(world.home, 'bin');
    mkdirSync(bin);
    const program = path.join(root, 'bin', 'sopskit.js');
    writeFileSync(path.join(bin, 'sopskit'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
    chmodSync(path.join(bin, 'sopskit'), 0o755);
    const tools = [...new Set(Object.values(peers).map((tool) => path.dirname(tool)))];
    env = { ...world.env, PATH: [bin, ...tools, world.env['PATH']].join(path.delimiter), NO_COLOR: '1' };
  });
  afterAll(() => world.remove());

  it('are there', () => expect(guides.length).toBeGreaterThan(3));

  it.each(guides)('$name', ({ name, steps }) => {
    const cwd = path.join(world.folder, name);
    const home = path.join(world.home, name);
    mkdirSync(cwd);
    mkdirSync(home);
    for (const { line, command, expected, status } of steps) {
      const run = spawnSync('/bin/bash', ['-c', `exec 2>&1\n${command}`], {
        cwd,
        env: { ...env, HOME: home },
      });
      const output = run.stdout.toString();
      const said = `${name}, line ${line}: ${command}`;
      expect(run.status, `${said}\n${output}`).toBe(status);
      if (!fits(output, expected)) expect(output, said).toBe(expected);
    }
  });
});
