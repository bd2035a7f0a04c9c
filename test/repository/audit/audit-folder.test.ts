import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SopskitError } from '../../../src/errors/sopskit-error.ts';
import { encrypt, generateIdentity, type NewIdentity } from '../../../src/index.ts';
import type { Audit, AuditedFile } from '../../../src/repository/audit/audit.ts';
import { auditRepository } from '../../../src/repository/audit/audit-repository.ts';
import { printAudit } from '../../../src/repository/audit/print-audit.ts';
import { KeysWorld } from '../../cli/keys-world.ts';
import { ageVectors } from '../../keys/age/age-vectors.ts';

const canary = 'CANARY-of-a-test-value';
const nasty = `<script>alert(1)<x> & "quoted" 'too'.yaml`;
let world: KeysWorld;
let alice: NewIdentity;
let bob: NewIdentity;
let carol: NewIdentity;
let configuration: string;
let audit: Audit;

async function seal(
  file: string,
  settings: Omit<Parameters<typeof encrypt>[1], 'format'>,
  text = `password: ${canary}\nport: 5432\n`,
): Promise<string> {
  const sealed = await encrypt(text, { format: 'yaml', ...settings });
  world.write(file, sealed);
  return sealed;
}

beforeAll(async () => {
  world = new KeysWorld();
  [alice, bob, carol] = await Promise.all([generateIdentity(), generateIdentity(), generateIdentity()]);
  const [a, b, c] = [alice.recipient, bob.recipient, carol.recipient];
  world.write(world.defaultKeyFile, String(alice.keyFile));
  configuration = `creation_rules:\n  - path_regex: ^apps/\n    key_groups:\n      - age:\n          - ${a} # Alice\n          - ${b} # Bob <b@example.com>\n`;
  world.write('.sops.yaml', configuration);
  await seal('apps/both.yaml', { recipients: { age: [a, b] } });
  await seal('apps/more.yaml', { recipients: { age: [a, b, c] } });
  await seal('apps/one.yaml', { recipients: { age: [b] } });
  await seal('other/groups.yaml', { keyGroups: [{ age: [a] }, { age: [b, c] }], shamirThreshold: 2 });
  await seal(`other/${nasty}`, { recipients: { age: [a] } });
  await seal('other/ssh.yaml', { recipients: { age: [ageVectors.ssh.ed25519.recipient] } });
  const both = await seal('other/source.yaml', { recipients: { age: [a, b] } });
  world.write(
    'other/copy.yaml',
    both.replace(new RegExp(` +- enc: \\|\\n(?: {12}.*\\n)+ +recipient: ${b}\\n`), ''),
  );
  world.write(
    'other/mislabelled.yaml',
    (await seal('other/bobs.yaml', { recipients: { age: [b] } })).replace(b, a),
  );
  world.write('other/cut.yaml', both.slice(0, both.indexOf('sops:')));
  world.write('docs/about.md', 'A value looks like ENC[AES256_GCM,data:…] and `lastmodified` is a field.\n');
  world.write('plain.yaml', `password: ${canary}\n`);
  symlinkSync(path.join(world.folder, 'apps'), path.join(world.folder, 'link'));
  audit = await run();
}, 60_000);
afterAll(() => world.remove());

function run(options: Partial<Parameters<typeof auditRepository>[1]> = {}): Promise<Audit> {
  return auditRepository(world.system(), { paths: [], config: null, history: null, open: true, ...options });
}

function file(name: string): AuditedFile {
  const found = audit.files.find((each) => each.path === name);
  if (found === undefined) throw new Error(`${name} is not in the audit`);
  return found;
}

describe('an audit without git', () => {
  it('sees encrypted files and no others, and follows no link', () => {
    expect(audit.files.map((each) => each.path)).toEqual(
      [
        ...['both', 'more', 'one'].map((name) => `apps/${name}.yaml`),
        ...['bobs', 'copy', 'groups', 'mislabelled', 'source', 'ssh'].map((name) => `other/${name}.yaml`),
        `other/${nasty}`,
      ].sort(),
    );
  });

  it('says what it could not read', () => {
    expect(audit.unreadable).toEqual([
      { path: 'other/cut.yaml', reason: expect.stringContaining('metadata is gone') },
    ]);
  });

  it('names recipients from comments, and says where they stand', () => {
    const { recipients } = audit;
    expect(recipients.map(({ id, name, inRules }) => [id, name, inRules])).toEqual(
      expect.arrayContaining([
        [alice.recipient, 'Alice', true],
        [bob.recipient, 'Bob <b@example.com>', true],
        [carol.recipient, null, false],
      ]),
    );
    const known = recipients.find(({ id }) => id === alice.recipient);
    expect(known).toMatchObject({ files: 7, alone: 6, held: world.defaultKeyFile });
    expect(known?.folders).toEqual([
      { folder: 'apps', files: 2 },
      { folder: 'other', files: 5 },
    ]);
    expect(recipients[0]?.id).toBe(alice.recipient);
  });

  it('compares files with their rules', () => {
    expect(file('apps/both.yaml').rule).toEqual({ extra: [], missing: [] });
    expect(file('apps/more.yaml').rule).toEqual({ extra: [carol.recipient], missing: [] });
    expect(file('apps/one.yaml').rule).toEqual({ extra: [], missing: [alice.recipient] });
    expect(file('other/source.yaml').rule).toBeNull();
  });

  it('tells which files one lost key would close', () => {
    const single = audit.files.filter(({ keysToLose }) => keysToLose === 1).map((each) => each.path);
    expect(single).toContain('apps/one.yaml');
    expect(single).toContain('other/groups.yaml');
    expect(single).not.toContain('apps/both.yaml');
  });

  it('tells who together opens a file with key groups', () => {
    expect(file('other/groups.yaml')).toMatchObject({
      groups: [[alice.recipient], [bob.recipient, carol.recipient]],
      needed: 2,
      alone: [],
      opens: 'no',
    });
  });

  it('opens what a key here opens, and tells what it should and does not', () => {
    expect(file('apps/both.yaml').opens).toBe('yes');
    expect(file('apps/one.yaml').opens).toBe('no');
    expect(file('other/mislabelled.yaml').opens).toBe('broken');
  });

  it('finds the same data key and ciphertext in two files, and who is not listed and can read', () => {
    expect(audit.sharedDataKeys).toContainEqual({
      files: ['other/copy.yaml', 'other/source.yaml'],
      evidence: 'opened',
      hiddenReaders: [{ id: bob.recipient, files: ['other/copy.yaml'] }],
    });
    expect(audit.sharedValues).toContainEqual({
      places: ['other/copy.yaml', 'other/source.yaml'].map((name) => ({ path: name, value: '["password"]' })),
    });
  });

  it('dates data keys by what the files say', () => {
    expect(file('apps/both.yaml').dataKey).toEqual({
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      source: 'lastmodified',
      commit: null,
      atLeast: true,
    });
  });

  it('finds shared data keys without any key, by what is wrapped', async () => {
    const closed = await run({ open: false });
    expect(closed.files.every(({ opens }) => opens === 'untried')).toBe(true);
    const shared = closed.sharedDataKeys.find(({ files }) => files.includes('other/copy.yaml'));
    expect(shared).toMatchObject({ files: ['other/copy.yaml', 'other/source.yaml'], evidence: 'wrapped' });
  });

  it('looks at the given paths only', async () => {
    const part = await run({ paths: [path.join(world.folder, 'apps')] });
    expect(part.files.map((each) => each.path)).toEqual([
      'apps/both.yaml',
      'apps/more.yaml',
      'apps/one.yaml',
    ]);
    await expect(run({ paths: ['nowhere'] })).rejects.toMatchObject({ code: 'file.missing' });
  });

  it('has no history to look at', async () => {
    await expect(run({ history: 'HEAD' })).rejects.toMatchObject({ code: 'git.missing' });
  });

  it('takes names and rules from the configuration that is asked for', async () => {
    const other = world.write('../other.yaml', `creation_rules:\n  - age: ${carol.recipient} # Carol\n`);
    const { recipients } = await run({ config: other });
    const found = recipients.map(({ id, name, inRules }) => [id, name, inRules]);
    expect(found).toContainEqual([carol.recipient, 'Carol', true]);
    expect(found).toContainEqual([alice.recipient, null, false]);
  });

  it('goes on with a broken configuration, and says so', async () => {
    world.write('.sops.yaml', 'creation_rules: [\n');
    const { configurationProblems, files } = await run();
    world.write('.sops.yaml', configuration);
    expect(files).toHaveLength(10);
    expect(configurationProblems.join()).toContain('.sops.yaml');
  });

  it('accuses nobody of being in no rule where a rule cannot be read', async () => {
    world.write('.sops.yaml', `${configuration}  - path_regex: ^nothing/\n    age: age1bad\n`);
    const found = await run();
    world.write('.sops.yaml', configuration);
    expect(found.configurationProblems).toHaveLength(1);
    const inRules = new Map(found.recipients.map((each) => [each.id, each.inRules]));
    expect([alice, bob, carol].map(({ recipient }) => inRules.get(recipient))).toEqual([true, true, null]);
    const text = await printAudit(found, 'text');
    expect(text).toMatch(/^.*\n\nConfigurations that cannot be read/);
    expect(text).not.toContain('Recipients in no creation rule');
  });

  it('goes on where a folder may not be looked into, and says so', async () => {
    const system = world.system();
    const closed = (file: string): boolean => file.startsWith(path.join(world.folder, 'apps'));
    const denying =
      <T>(real: (file: string) => T) =>
      (file: string): T => {
        if (closed(file)) throw new SopskitError('file.unreadable', `cannot read ${file}: permission denied`);
        return real(file);
      };
    const { files } = system;
    const denied = { ...files, entries: denying(files.entries), read: denying(files.read) };
    const options = { config: null, history: null, open: true };
    for (const paths of [[], ['apps', 'other']]) {
      const found = await auditRepository({ ...system, files: denied }, { ...options, paths });
      expect(found.files).toHaveLength(7);
      expect(found.unreadable).toContainEqual({
        path: 'apps',
        reason: expect.stringContaining('permission denied'),
      });
    }
  });

  it('refuses a configuration that was asked for and is not there', async () => {
    await expect(run({ config: 'nosuch.yaml' })).rejects.toMatchObject({ code: 'config.missing' });
  });

  it('says why a file that was named is not looked at', async () => {
    const { notes } = await run({ paths: ['plain.yaml', 'apps'] });
    expect(notes).toEqual(['plain.yaml was given, and is not encrypted by sops']);
  });

  it('marks what a key behind a passphrase may open', async () => {
    const locked = world.write('../locked.agekey', ageVectors.lockedKeyFile.armored);
    const system = world.system({ SOPS_AGE_KEY_FILE: locked });
    const { files } = await auditRepository(system, {
      ...{ paths: [], config: null, history: null, open: true },
    });
    const opens = new Map(files.map((each) => [each.path, each.opens]));
    expect(opens.get('apps/one.yaml')).toBe('ask');
    expect(opens.get('other/ssh.yaml')).toBe('no');
  });
});

describe('a printed audit', () => {
  it.each(['text', 'json', 'html'] as const)('as %s has all files and no secret', async (format) => {
    const printed = await printAudit(audit, format);
    const secrets = [alice, bob, carol].map(
      (each) => /AGE-SECRET-KEY-\w+/.exec(String(each.keyFile))?.[0] ?? '',
    );
    for (const secret of [canary, ...secrets]) {
      expect(secret).not.toBe('');
      expect(printed).not.toContain(secret);
    }
    expect(printed).not.toContain('ENC[AES256');
    expect(printed).toContain('groups.yaml');
    expect(printed).toContain('Alice');
  });

  it('as JSON is the audit', async () => {
    expect(JSON.parse(await printAudit(audit, 'json'))).toEqual(audit);
  });

  it('as a page escapes what comes from files', async () => {
    const page = await printAudit(audit, 'html');
    expect(page.match(/<script>/g)).toHaveLength(1);
    expect(page).toContain('&lt;script&gt;alert(1)');
    expect(page).toContain('Bob &lt;b@example.com&gt;');
    expect(page).not.toContain('<b@');
  });

  it('as a page has a row for each file and a cell for each recipient', async () => {
    const page = await printAudit(audit, 'html');
    const rows = page.match(/<tr class="here-/g) ?? [];
    expect(rows).toHaveLength(audit.files.length);
    expect(page).toContain('<td class="x">yes, not in rule</td>');
    expect(page).toContain('<td class="m">missing</td>');
    expect(page).toContain('<td class="p">with others</td>');
    expect(page).toContain('<td class="h">by a shared data key</td>');
  });

  it('as text begins with the sum of it', async () => {
    const text = await printAudit(audit, 'text');
    expect(text.split('\n')[0]).toBe(
      `${world.folder}: 10 encrypted files for 4 recipients; 5 of them open here`,
    );
    expect(text).toMatch(/Bob <b@example.com> is not listed in other\/copy.yaml, and can open it/);
  });
});
