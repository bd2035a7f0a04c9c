import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testKey } from '../cli/world.ts';
import { canary, Scene } from './git-scene.ts';
import { describePeers } from './peers.ts';

const bob = 'age1zds5tlctxmh9lse5p5cjv3vgsqxl5f0n774hculp78tdwymshd4q8vd0ew'; // a test key
const secret = `apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {p: ${canary}}\n`;
const preset = 'encrypted_regex: ^(data|stringData)$';

function config(pathRegex: string, selector: string | null, ...recipients: readonly string[]): string {
  const fields = [
    `path_regex: ${pathRegex}`,
    ...(selector === null ? [] : [selector]),
    `age: ${[testKey.recipient, ...recipients].join(',')}`,
  ];
  return `creation_rules:\n  - ${fields.join('\n    ')}\n`;
}

describePeers('the fixes of check, typed as they are printed', ['git', 'sops'], ({ sops }) => {
  let scene: Scene;
  beforeEach(() => {
    scene = new Scene(sops, { install: false });
    scene.ok(scene.sopskit('git', 'install'));
    scene.ok(scene.try('commit', '-q', '--allow-empty', '-m', 'first'));
  });
  afterEach(() => scene.remove());

  const commit = (cwd?: string) => scene.run('git', ['commit', '-q', '-m', 'x'], cwd);

  /** Commits, which has to be refused, types the first fix, and commits again. Returns the fix. */
  function fixed(folder = ''): string {
    const cwd = path.join(scene.folder, folder);
    const refused = commit(cwd);
    const said = refused.stdout + refused.stderr;
    expect(refused.status, said).toBe(1);
    expect(said).not.toContain(canary);
    const fix = /^ {2}fix: (.*)$/m.exec(said)?.[1] ?? '';
    scene.ok(scene.run('sh', ['-c', fix], cwd));
    const second = commit(cwd);
    expect(second.status, `${fix}\n${second.stdout}${second.stderr}`).toBe(0);
    scene.ok(scene.sopskit('check'));
    return fix;
  }

  it('stage the configuration that is in the working tree only', () => {
    scene.write('.sops.yaml', config('\\.yaml$', preset));
    scene.write('app.yaml', secret);
    scene.git('add', 'app.yaml');
    expect(fixed()).toBe('git add .sops.yaml && sopskit encrypt -i app.yaml && git add app.yaml');
  });

  it('stage the configuration of which an older one is staged', () => {
    scene.write('.sops.yaml', config('^old/', preset));
    scene.git('add', '.');
    scene.ok(commit());
    scene.write('.sops.yaml', config('\\.yaml$', preset));
    scene.write('app.yaml', secret);
    scene.git('add', 'app.yaml');
    expect(fixed()).toMatch(/^git add \.sops\.yaml && /);
  });

  it('do not stage a configuration that says the same of the file', () => {
    scene.write('.sops.yaml', config('\\.yaml$', preset));
    scene.write('app.yaml', secret);
    scene.git('add', '.');
    scene.write(
      '.sops.yaml',
      `# a comment\n${config('\\.yaml$', preset)}  - path_regex: x\n    age: ${bob}\n`,
    );
    expect(fixed()).toBe('sopskit encrypt -i app.yaml && git add app.yaml');
  });

  it.each([
    ['without a selector', null],
    ['with a wrong one', 'encrypted_regex: ^dat$'],
  ])('encrypt what is to be encrypted by a rule %s', (_, selector) => {
    scene.write('.sops.yaml', config('\\.yaml$', selector));
    scene.write('app.yaml', secret);
    scene.git('add', '.');
    expect(fixed()).toContain(`--encrypted-regex '^(data|stringData)$'`);
    expect(scene.read('app.yaml')).toMatch(/^kind: Secret$/m);
    expect(scene.open('app.yaml')).toContain(canary);
  });

  it('encrypt anew what is encrypted too much, through a pipe', () => {
    scene.write('.sops.yaml', config('\\.yaml$', null));
    scene.seal('app.yaml', secret);
    scene.git('add', '.');
    expect(fixed()).toMatch(/^sopskit decrypt app\.yaml \| sopskit encrypt /);
    expect(scene.open('app.yaml')).toContain(canary);
  });

  it('name the configuration nearest to the file', () => {
    scene.write('.sops.yaml', config('\\.yaml$', preset));
    scene.write('sub/.sops.yaml', config('\\.yaml$', preset, bob));
    scene.write('sub/app.yaml', secret);
    scene.git('add', '.');
    expect(fixed()).toContain('--config sub/.sops.yaml');
    expect(scene.read('sub/app.yaml')).toContain(bob);
  });

  it('are for the folder in which git was called', () => {
    scene.write('.sops.yaml', config('\\.yaml$', preset));
    scene.write('sub/my app.yaml', secret);
    scene.git('add', '.');
    expect(fixed('sub')).toBe(`sopskit encrypt -i 'my app.yaml' && git add 'my app.yaml'`);
  });

  it('give a file the recipients of a rule that is not staged', () => {
    scene.write('.sops.yaml', config('\\.yaml$', preset));
    scene.write('app.yaml', secret);
    scene.ok(scene.sopskit('encrypt', '-i', 'app.yaml'));
    scene.git('add', '.');
    scene.ok(commit());
    scene.write('.sops.yaml', config('\\.yaml$', preset, bob));
    scene.ok(scene.sopskit('updatekeys', '-y', 'app.yaml'));
    scene.git('add', 'app.yaml');
    expect(fixed()).toBe('git add .sops.yaml');
  });

  it('stage the rest of a file that is partly staged', () => {
    scene.write('.sops.yaml', config('\\.yaml$', preset));
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((key) => `  ${key}: ${canary}\n`).join('');
    scene.write('app.yaml', secret.replace(/ \{p.*/s, `\n${keys}`));
    scene.ok(scene.sopskit('encrypt', '-i', 'app.yaml'));
    scene.git('add', '.');
    scene.ok(commit());
    const before = scene.read('app.yaml');
    scene.ok(scene.sopskit('set', 'app.yaml', '["stringData"]["a"]', '"other"'));
    const after = scene.read('app.yaml');
    // what `git add -p` leaves when only the first hunk is taken
    const line = (text: string) => text.split('\n').find((one) => one.startsWith('  a:')) ?? '';
    scene.write('app.yaml', before.replace(line(before), line(after)));
    scene.git('add', 'app.yaml');
    scene.write('app.yaml', after);
    expect(fixed()).toBe('git add app.yaml');
  });

  it('has nothing to say of new recipients, nor of a readable value that was changed', () => {
    scene.write('.sops.yaml', config('\\.yaml$', preset));
    scene.write('app.yaml', secret);
    scene.ok(scene.sopskit('encrypt', '-i', 'app.yaml'));
    scene.git('add', '.');
    scene.ok(commit());
    scene.write('.sops.yaml', config('\\.yaml$', preset, bob));
    scene.ok(scene.sopskit('updatekeys', '-y', 'app.yaml'));
    scene.write('app.yaml', scene.read('app.yaml').replace('name: a', 'name: b'));
    scene.git('add', '.');
    scene.ok(commit());
  });
});
