import { spawnSync } from 'node:child_process';
import { readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { encrypt, generateIdentity, type NewIdentity } from '../../src/index.ts';
import type { Audit, FormerFile } from '../../src/repository/audit/audit.ts';
import { auditRepository } from '../../src/repository/audit/audit-repository.ts';
import { printAudit } from '../../src/repository/audit/print-audit.ts';
import { TestRepository } from './git-repository.ts';
import { describePeers } from './peers.ts';

const value = 'a long test value';

/** Histories in which it is easy to overlook who can still read what. */
describePeers('keys audit --history looks closely', ['sops', 'git'], ({ sops: sopsProgram }) => {
  let repository: TestRepository;
  let alice: NewIdentity;
  let bob: NewIdentity;

  beforeAll(async () => {
    [alice, bob] = await Promise.all([generateIdentity(), generateIdentity()]);
  });
  beforeEach(() => {
    repository = new TestRepository();
  });
  afterEach(() => repository.remove());

  const keyOf = (...identities: NewIdentity[]) => ({ SOPS_AGE_KEY: identities.map(secretOf).join('\n') });
  const secretOf = ({ keyFile }: NewIdentity): string =>
    /AGE-SECRET-KEY-\w+/.exec(String(keyFile))?.[0] ?? '';
  const full = (file: string): string => path.join(repository.folder, file);
  const read = (file: string): string => readFileSync(full(file), 'utf8');

  function sops(...args: string[]): void {
    const env = { ...repository.env, ...keyOf(alice, bob) };
    const { status, stderr } = spawnSync(sopsProgram, args, { cwd: repository.folder, env });
    if (status !== 0) throw new Error(`sops ${args.join(' ')}: ${stderr}`);
  }
  async function seal(file: string, text: string, ...readers: NewIdentity[]): Promise<void> {
    const recipients = { age: readers.map(({ recipient }) => recipient) };
    repository.write(file, await encrypt(text, { format: 'yaml', recipients }));
  }
  function rule(...groups: NewIdentity[][]): void {
    const lists = groups.map(
      (group) => `      - age: [${group.map(({ recipient }) => recipient).join(', ')}]\n`,
    );
    const threshold = groups.length > 1 ? `    shamir_threshold: ${groups.length}\n` : '';
    repository.write('.sops.yaml', `creation_rules:\n  - key_groups:\n${lists.join('')}${threshold}`);
  }
  function audit(
    options: { key?: NewIdentity | null; open?: boolean; history?: string | null } = {},
  ): Promise<Audit> {
    const { key = alice, open = true, history = 'HEAD' } = options;
    const variables: Record<string, string> = { ...repository.env, ...(key === null ? {} : keyOf(key)) };
    const env = { get: (name: string) => variables[name], all: () => variables };
    const system = { ...repository.system(), env };
    return auditRepository(system, { paths: [], config: null, history, open });
  }
  /** What a former recipient has of a file. */
  function has({ history }: Audit, reader: NewIdentity, file: string): FormerFile | undefined {
    return history?.former
      .find(({ id }) => id === reader.recipient)
      ?.files.find((each) => each.path === file);
  }

  it.each([
    ['a long value', `a: ${value}\n`],
    ['a short one', 'a: v1\n'],
  ])('at a file that was renamed and rotated in one commit, with %s', async (_what, text) => {
    await seal('old.yaml', text, alice, bob);
    const first = repository.commit();
    renameSync(full('old.yaml'), full('new.yaml'));
    sops('rotate', '-i', '--rm-age', bob.recipient, 'new.yaml');
    repository.commit();
    const found = await audit();
    expect(has(found, bob, 'new.yaml')).toMatchObject({
      ...{ reads: 'then', from: 'old.yaml', values: ['["a"]'], basis: 'opened' },
      last: { commit: first },
    });
    expect(await printAudit(found, 'text')).toContain('read old.yaml up to');
  });

  it('at all versions that he could read, not only the last', async () => {
    await seal('f.yaml', 'a: v3\nb: one\n', alice, bob);
    repository.commit();
    sops('set', 'f.yaml', '["a"]', '"tmp"');
    repository.commit();
    sops('rotate', '-i', '--rm-age', bob.recipient, 'f.yaml');
    sops('set', 'f.yaml', '["b"]', '"two"');
    sops('set', 'f.yaml', '["a"]', '"another"');
    repository.commit();
    expect(has(await audit(), bob, 'f.yaml')?.values).toEqual([]);
    sops('set', 'f.yaml', '["a"]', '"v3"');
    repository.commit();
    expect(has(await audit(), bob, 'f.yaml')?.values).toEqual(['["a"]']);
  });

  it('at values that moved, or that are written in another way', async () => {
    await seal(
      'f.yaml',
      `list: [one, two]\nport: 5432\nold: ${value}\nplain: hunter-two\nflag: true\nempty: ""\n`,
      alice,
      bob,
    );
    repository.commit();
    const coded = Buffer.from('hunter-two').toString('base64');
    await seal(
      'f.yaml',
      `list: [zero, one, two]\nport: "5432"\nnew: ${value}\ncoded: ${coded}\nother: true\nnothing: ""\n`,
      alice,
    );
    repository.commit();
    expect(has(await audit(), bob, 'f.yaml')?.values).toEqual(
      ['list][1', 'list][2', 'port', 'new', 'coded'].map(
        (name) => `["${name.replace('][', '"][')}${name.includes('][') ? '' : '"'}]`,
      ),
    );
  });

  it('and says what cannot be told without a key', async () => {
    await seal('f.yaml', 'a: one\n', alice, bob);
    const first = repository.commit();
    rule([alice]);
    sops('updatekeys', '-y', 'f.yaml');
    sops('set', 'f.yaml', '["a"]', '"two"');
    const second = repository.commit();
    const opened = await audit();
    expect(has(opened, bob, 'f.yaml')).toMatchObject({ reads: 'now', alone: true });
    expect(opened.files[0]?.dataKey).toMatchObject({ commit: first, atLeast: false });
    expect((await audit({ history: null })).files[0]?.dataKey).toMatchObject({ commit: first });
    for (const blind of [{ open: false }, { key: null }]) {
      const found = await audit(blind);
      expect(has(found, bob, 'f.yaml')).toMatchObject({ reads: 'unknown', values: null, basis: 'unknown' });
      expect(found.files[0]?.dataKey).toMatchObject({ commit: second, atLeast: true });
      expect(await printAudit(found, 'text')).toContain('cannot be told without a key');
    }
  });

  it('and reads no key where nothing is to be opened', async () => {
    await seal('f.yaml', 'a: one\n', alice, bob);
    repository.commit();
    await seal('f.yaml', 'a: one\n', alice);
    repository.commit();
    const closed = await audit({ open: false });
    expect(has(closed, bob, 'f.yaml')?.values).toBeNull();
    expect(closed.recipients.map(({ held }) => held)).toEqual([null]);
  });

  it('at parts of data keys, which open nothing alone', async () => {
    rule([alice], [bob]);
    repository.write('f.yaml', 'a: one\n');
    sops('encrypt', '-i', 'f.yaml');
    repository.commit();
    const carol = await generateIdentity();
    rule([alice], [carol]);
    sops('updatekeys', '-y', 'f.yaml');
    repository.commit();
    const found = await audit();
    expect(has(found, bob, 'f.yaml')).toMatchObject({ reads: 'now', alone: false });
    expect(await printAudit(found, 'text')).toContain('only together with keys of other groups');
  });

  it('at those who need others today, and had the data key alone', async () => {
    await seal('f.yaml', 'a: one\n', alice, bob);
    repository.commit();
    rule([alice], [bob]);
    sops('updatekeys', '-y', 'f.yaml');
    repository.commit();
    const { history } = await audit();
    expect(history?.keptAlone).toEqual([
      { path: 'f.yaml', ids: expect.arrayContaining([alice.recipient, bob.recipient]) },
    ]);
    sops('rotate', '-i', 'f.yaml');
    repository.commit();
    expect((await audit({ key: null })).history?.keptAlone).toEqual([]);
  });

  it('at the beginning of a range', async () => {
    await seal('f.yaml', 'a: one\n', alice, bob);
    const first = repository.commit();
    await seal('f.yaml', 'a: one\n', alice);
    repository.commit();
    const found = await audit({ history: `${first}..HEAD` });
    expect(has(found, bob, 'f.yaml')).toMatchObject({ reads: 'then', values: ['["a"]'] });
    await seal('f.yaml', 'b: two\n', alice);
    const last = repository.commit();
    repository.write('g', '');
    repository.commit();
    expect((await audit({ history: `${last}..HEAD` })).files[0]?.dataKey.atLeast).toBe(true);
  });

  it('at versions that cannot be read, and at files in conflict, which are not gone', async () => {
    await seal('f.yaml', 'a: one\n', alice, bob);
    repository.commit();
    const whole = read('f.yaml');
    const marked = whole.replace('sops:\n', '<<<<<<< HEAD\nsops:\n').concat('>>>>>>> other\n');
    repository.write('f.yaml', marked);
    repository.commit();
    await seal('f.yaml', 'a: one\n', alice);
    repository.commit();
    expect((await audit()).notes.join()).toMatch(/1 version in the history cannot be read.*: f\.yaml/);
    repository.write('f.yaml', marked);
    const conflict = await audit();
    expect(conflict.unreadable.map((each) => each.path)).toEqual(['f.yaml']);
    expect(conflict.history?.former.flatMap(({ gone }) => gone)).toEqual([]);
  });

  it('at plaintext that the history has of files that are encrypted today', async () => {
    repository.write('f.yaml', `a: ${value}\n`);
    const commit = repository.commit();
    await seal('f.yaml', `a: ${value}\n`, alice);
    repository.commit();
    const found = await audit();
    expect(found.history?.plain).toMatchObject([{ path: 'f.yaml', commit }]);
    expect(await printAudit(found, 'text')).toContain('Plaintext in the history');
    expect(await printAudit(found, 'html')).toContain('The history has plaintext of');
  });

  it('but takes a line that was copied for no shared data key', async () => {
    await seal('shared.yaml', 'a: one\nb: two\nc: three\n', alice, bob);
    await seal('private.yaml', 'x: four\ny: five\n', alice);
    const line = /^a: (.*)$/m.exec(read('shared.yaml'))?.[1] ?? '';
    repository.write(
      'private.yaml',
      read('private.yaml').replace(/^x: .*$/m, () => `x: ${line}`),
    );
    repository.commit();
    const found = await audit({ open: false, history: null });
    expect(found.sharedDataKeys).toEqual([]);
    expect(found.sharedValues).toHaveLength(1);
  });
});
