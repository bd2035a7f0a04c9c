import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Audit, AuditedFile, FormerRecipient } from '../../src/repository/audit/audit.ts';
import { auditRepository } from '../../src/repository/audit/audit-repository.ts';
import { printAudit } from '../../src/repository/audit/print-audit.ts';
import { TestRepository } from './git-repository.ts';
import { describePeers } from './peers.ts';

const canary = 'CANARY-of-a-test-value';
const secondCanary = 'SECOND-canary-of-a-test';
const names = ['alice', 'bob', 'carol', 'dave'] as const;
type Name = (typeof names)[number];

/** The history of a small repository, as real sops and git write it. */
describePeers('keys audit --history', ['sops', 'git', 'age-keygen'], (peers) => {
  let repository: TestRepository;
  const recipients = {} as Record<Name, string>;
  const commits = {} as Record<'first' | 'updated' | 'rotated' | 'last', string>;

  function tool(
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): string {
    const run = spawnSync(program, args, { cwd: repository.folder, env: { ...repository.env, ...env } });
    if (run.status !== 0) throw new Error(`${path.basename(program)} ${args.join(' ')}: ${run.stderr}`);
    return run.stdout.toString();
  }
  const keyFile = (name: Name): string => path.join(repository.home, `${name}.txt`);
  const as = (name: Name) => ({ SOPS_AGE_KEY_FILE: keyFile(name) });
  const sops = (...args: string[]): string => tool(peers.sops, args, as('alice'));
  const full = (file: string): string => path.join(repository.folder, file);

  function rule(...members: readonly Name[]): void {
    const keys = members.map((name) => `          - ${recipients[name]} # ${name}\n`).join('');
    repository.write('.sops.yaml', `creation_rules:\n  - key_groups:\n      - age:\n${keys}`);
  }
  function create(file: string, content: string): void {
    repository.write(file, content);
    sops('encrypt', '-i', file);
  }

  beforeAll(() => {
    repository = new TestRepository();
    for (const name of names) {
      tool(peers['age-keygen'], ['-o', keyFile(name)]);
      recipients[name] = tool(peers['age-keygen'], ['-y', keyFile(name)]).trim();
    }
    rule('alice', 'bob', 'carol');
    create('updated.yaml', `password: ${canary}\nuser: admin\n`);
    create('rotated.yaml', `kept: ${canary}\nchanged: ${canary}\nadmin: true\n`);
    create('same.yaml', `a: ${canary}\n`);
    create('gone.yaml', `a: ${canary}\n`);
    create('old name.yaml', `a: ${canary}\n`);
    create('für später.env', `A=${canary}\n`);
    commits.first = repository.commit('first');

    // bob is taken out: of one file with the data key kept, of another with a new one
    rule('alice', 'carol');
    for (const file of ['updated.yaml', 'rotated.yaml', 'old name.yaml', 'für später.env'])
      sops('updatekeys', '-y', file);
    commits.updated = repository.commit('bob is gone');
    sops('set', 'updated.yaml', '["user"]', `"${secondCanary}"`);
    sops('rotate', '-i', 'rotated.yaml');
    commits.rotated = repository.commit('rotated');
    sops('set', 'rotated.yaml', '["changed"]', '"another"');
    mkdirSync(full('moved'));
    renameSync(full('old name.yaml'), full('moved/new name.yaml'));
    rmSync(full('gone.yaml'));
    commits.last = repository.commit('last');
    create('new.yaml', `a: ${canary}\n`);
  }, 120_000);
  afterAll(() => repository.remove());

  function audit(
    options: { key?: Name; history?: string | null; folder?: string; paths?: string[] } = {},
  ): Promise<Audit> {
    const { key, history = 'HEAD', folder, paths = [] } = options;
    const system = repository.system(folder);
    const variables = { ...repository.env, ...(key === undefined ? {} : as(key)) } as Record<string, string>;
    const env = { get: (name: string) => variables[name], all: () => variables };
    return auditRepository({ ...system, env }, { paths, config: null, history, open: true });
  }
  function file({ files }: Audit, name: string): AuditedFile {
    const found = files.find((each) => each.path === name);
    if (found === undefined) throw new Error(`${name} is not in ${files.map((each) => each.path)}`);
    return found;
  }
  function former({ history }: Audit, name: Name): FormerRecipient {
    const found = history?.former.find(({ id }) => id === recipients[name]);
    if (found === undefined) throw new Error(`${name} is no former recipient`);
    return found;
  }
  const formerFile = (of: FormerRecipient, name: string) => of.files.find((each) => each.path === name);

  it('dates data keys by the commit that brought them', async () => {
    const found = await audit({ history: null });
    expect(file(found, 'updated.yaml').dataKey).toMatchObject({ source: 'git', commit: commits.first });
    expect(file(found, 'rotated.yaml').dataKey).toMatchObject({ source: 'git', commit: commits.rotated });
    expect(file(found, 'moved/new name.yaml').dataKey).toMatchObject({
      source: 'git',
      commit: commits.first,
    });
    expect(file(found, 'für später.env').dataKey).toMatchObject({ source: 'git', commit: commits.first });
    expect(file(found, 'new.yaml').dataKey).toEqual({
      since: null,
      source: 'worktree',
      commit: null,
      atLeast: false,
    });
    expect(found.history).toBeNull();
  });

  it('finds who was taken out and still has the data key', async () => {
    const bob = former(await audit({ key: 'alice' }), 'bob');
    expect(bob).toMatchObject({ name: 'bob', elsewhere: true, source: 'age' });
    expect(formerFile(bob, 'updated.yaml')).toEqual({
      path: 'updated.yaml',
      ...{ reads: 'now', alone: true, from: null },
      last: null,
      listed: { commit: commits.first, time: expect.stringMatching(/Z$/) },
      values: ['["password"]', '["user"]'],
      basis: 'all',
    });
    expect(formerFile(bob, 'moved/new name.yaml')).toMatchObject({ reads: 'now' });
  });

  it('and it is so: with what he kept of the history, bob reads what was sealed after he was taken out', () => {
    const old = repository.git('show', `${commits.first}:updated.yaml`);
    const keys = (text: string): string =>
      /\n {4}age:\n([\s\S]*?)\n {4}lastmodified:/.exec(text)?.[1] ?? 'none';
    const now = readFileSync(full('updated.yaml'), 'utf8');
    const kept = path.join(repository.home, 'kept.yaml');
    writeFileSync(
      kept,
      now.replace(keys(now), () => keys(old)),
    );
    expect(() => tool(peers.sops, ['decrypt', 'updated.yaml'], as('bob'))).toThrow();
    expect(tool(peers.sops, ['decrypt', kept], as('bob'))).toBe(
      `password: ${canary}\nuser: ${secondCanary}\n`,
    );
  });

  it('finds who reads old versions only, up to which commit, and what is still the same', async () => {
    const bob = former(await audit({ key: 'alice' }), 'bob');
    expect(formerFile(bob, 'rotated.yaml')).toMatchObject({
      reads: 'then',
      // updatekeys had left the data key: he could read one commit more than those that list him
      last: { commit: commits.updated },
      listed: { commit: commits.first },
      values: ['["kept"]', '["admin"]'],
      basis: 'opened',
    });
  });

  it('tells the same without any key, but for the values that it cannot compare', async () => {
    const bob = former(await audit(), 'bob');
    expect(formerFile(bob, 'updated.yaml')).toMatchObject({ reads: 'now', basis: 'all' });
    expect(formerFile(bob, 'rotated.yaml')).toMatchObject({
      ...{ reads: 'unknown', values: null, basis: 'unknown' },
      last: { commit: commits.updated },
    });
  });

  it('lists nobody whom all files still list, and no file that still lists him', async () => {
    const found = await audit({ key: 'alice' });
    expect(found.history?.former.map(({ id }) => id)).toEqual([recipients.bob]);
    expect(formerFile(former(found, 'bob'), 'same.yaml')).toBeUndefined();
  });

  it('names files that never listed him and hold what a file that is gone held', async () => {
    const bob = former(await audit({ key: 'alice' }), 'bob');
    expect(formerFile(bob, 'new.yaml')).toMatchObject({
      ...{
        reads: 'then',
        from: expect.stringMatching(/^(?:gone|old name)\.yaml$/),
        values: ['["a"]'],
        basis: 'opened',
      },
    });
  });

  it('names files that are gone, for those who are in no file any more', async () => {
    rule('alice', 'carol', 'dave');
    sops('updatekeys', '-y', 'same.yaml');
    const found = former(await audit({ key: 'alice' }), 'bob');
    expect(found).toMatchObject({ name: 'bob', elsewhere: false, gone: ['gone.yaml'] });
    rule('alice', 'carol');
    repository.git('checkout', '-q', '--', 'same.yaml');
  });

  it('looks at the range that is asked for', async () => {
    const found = await audit({ key: 'alice', history: `${commits.updated}..HEAD` });
    // at its beginning bob was out of all files but two, of which one is gone
    expect(found.history?.former.map(({ id }) => id)).toEqual([recipients.bob]);
    expect(new Set(former(found, 'bob').files.map(({ from }) => from))).toEqual(new Set(['gone.yaml']));
    expect((await audit({ history: '--all' })).history?.former).toHaveLength(1);
    await expect(audit({ history: 'nowhere' })).rejects.toMatchObject({ code: 'git.failed' });
  });

  it('sees the whole repository from a folder in it, and only what it is given', async () => {
    const whole = await audit({ folder: full('moved') });
    expect(whole.files).toHaveLength(6);
    const part = await audit({ folder: full('moved'), paths: ['.'] });
    expect(part.files.map((each) => each.path)).toEqual(['moved/new name.yaml']);
  });

  it('works in a bare repository, in a new one, and where HEAD is detached', async () => {
    const bare = path.join(repository.home, 'bare.git');
    repository.git('clone', '-q', '--bare', repository.folder, bare);
    const found = await audit({ folder: bare });
    expect(found.files.map((each) => each.path)).not.toContain('new.yaml');
    expect(file(found, 'updated.yaml').dataKey.commit).toBe(commits.first);
    expect(found.notes.join()).toContain('HEAD');

    const unborn = path.join(repository.home, 'unborn');
    repository.git('init', '-q', unborn);
    writeFileSync(path.join(unborn, 'f.yaml'), readFileSync(full('new.yaml')));
    expect(await audit({ folder: unborn })).toMatchObject({ files: [{ path: 'f.yaml' }], history: null });

    repository.git('checkout', '-q', '--detach');
    expect((await audit()).history?.former).toHaveLength(1);
    repository.git('checkout', '-q', 'main');
  });

  it('says that a shallow clone hides the past', async () => {
    const shallow = path.join(repository.home, 'shallow');
    repository.git('clone', '-q', '--depth', '1', `file://${repository.folder}`, shallow);
    expect((await audit({ folder: shallow })).notes.join()).toContain('shallow');
  });

  it('goes on where a clone lacks objects, and says so', async () => {
    const partial = path.join(repository.home, 'partial.git');
    repository.git('clone', '-q', '--bare', repository.folder, partial);
    const blobs = [`${commits.first}:rotated.yaml`, 'HEAD:same.yaml'].map((name) =>
      repository.git('rev-parse', name).trim(),
    );
    for (const blob of blobs) rmSync(path.join(partial, 'objects', blob.slice(0, 2), blob.slice(2)));
    const found = await audit({ folder: partial });
    expect(found.unreadable).toEqual([{ path: 'same.yaml', reason: expect.stringContaining('no object') }]);
    expect(found.notes.join()).toContain('2 versions of files in the history could not be looked at');
    expect(found.files.map((each) => each.path)).toContain('rotated.yaml');
  });

  it('takes names that are no UTF-8, and broken lines', async () => {
    const sealed = readFileSync(full('new.yaml'));
    repository.write(Buffer.from([0xff, 0x2e, 0x79, 0x61, 0x6d, 0x6c]), sealed);
    repository.write('two\nlines.yaml', sealed);
    const found = await audit({ history: null });
    const text = await printAudit(found, 'text');
    expect(text).toContain('\\xff.yaml');
    expect(text).toContain('two\\nlines.yaml');
    expect(await printAudit(found, 'html')).toContain('two\\nlines.yaml');
    expect(found.sharedDataKeys[0]?.files).toHaveLength(3);
    repository.git('clean', '-q', '-f', '--', ':!new.yaml');
  });

  it('prints no value and no key, in any form', async () => {
    const found = await audit({ key: 'alice' });
    const secrets = names.map(
      (name) => /AGE-SECRET-KEY-\w+/.exec(readFileSync(keyFile(name), 'utf8'))?.[0] ?? '',
    );
    for (const format of ['text', 'json', 'html'] as const) {
      const printed = await printAudit(found, format);
      for (const secret of [canary, secondCanary, ...secrets]) expect(printed).not.toContain(secret);
      expect(printed).toContain('updated.yaml');
    }
  });
});
