import { rmSync, symlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testKey } from '../../cli/world.ts';
import { ManyFolder, rule, secret } from './folder.ts';

const fluxKustomization =
  'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: apps\n# no Secret\n';

describe('encrypt of a folder', () => {
  let folder: ManyFolder;
  beforeEach(() => {
    folder = new ManyFolder();
  });
  afterEach(() => folder.remove());

  it('takes Secrets, wherever in a file they are, and gives back their bytes', async () => {
    const plain = {
      'a.yaml': secret(),
      'deep/er/b.yml': `# first\nkind: ConfigMap\napiVersion: v1\n---\n${secret()}`,
      'c.json': '{"apiVersion": "v1", "kind": "Secret", "stringData": {"password": "canary"}}\n',
      'list.yaml': `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  stringData:\n    password: canary\n`,
    };
    for (const [name, text] of Object.entries(plain)) folder.write(name, text);
    expect(await folder.run(['encrypt', '-i', '.'])).toMatchObject({
      status: 0,
      stdout: '',
      stderr: expect.stringContaining('sopskit encrypt: 4 encrypted'),
    });
    for (const name of Object.keys(plain)) expect(folder.read(name)).not.toContain('canary');
    expect(await folder.run(['decrypt', '-i', '.'])).toMatchObject({ status: 0 });
    for (const [name, text] of Object.entries(plain)) expect(folder.read(name)).toBe(text);
  });

  it('writes nothing where there is nothing to do', async () => {
    folder.write('a.yaml', secret());
    await folder.run(['encrypt', '-i', '.']);
    const before = folder.read('a.yaml');
    expect(await folder.report(['encrypt', '-i', '.'])).toMatchObject({
      status: 0,
      summary: { changed: 0, unchanged: 1, reasons: { 'already-encrypted': 1 } },
    });
    expect(folder.read('a.yaml')).toBe(before);
  });

  it('passes over what is neither encrypted nor a Secret, templates, and Secrets without a rule', async () => {
    folder.write('.sops.yaml', rule.replace('  - encrypted', '  - path_regex: ^in/\n    encrypted'));
    folder.write('in/config.yaml', 'apiVersion: v1\nkind: ConfigMap\ndata:\n  a: not a Secret\n');
    folder.write('in/chart.yaml', `{{- if .Values.on }}\n${secret('{{ .Values.x }}')}{{- end }}\n`);
    folder.write('in/empty.yaml', 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\n');
    folder.write('notes.md', '# Secrets\n\nsops:\n  mac: ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]\n');
    folder.write('values.yaml', 'sops:\n  enabled: true\n');
    folder.write('out.yaml', secret());
    const report = await folder.report(['encrypt', '-i', '.']);
    expect(report.status).toBe(0);
    expect(report.summary.reasons).toEqual({
      'no-secret': 4,
      unparsable: 1,
      'nothing-selected': 1,
      'no-rule': 1,
    });
    expect(report.of('out.yaml')).toMatchObject({ outcome: 'skipped', reason: 'no-rule' });
    const { stderr } = await folder.run(['encrypt', '-i', '.']);
    expect(stderr).toContain('warning: passed over out.yaml: Secrets that no rule matches');
    expect(stderr).toContain('warning: passed over in/chart.yaml');
  });

  it('refuses kustomizations and objects of Flux, and a Secret beside one', async () => {
    folder.write('kustomization.yaml', 'resources: [a.yaml]\n');
    folder.write('flux.yaml', fluxKustomization);
    folder.write('both.yaml', `${fluxKustomization}---\n${secret()}`);
    const report = await folder.report(['encrypt', '-i', '.']);
    expect(report).toMatchObject({ status: 1, summary: { changed: 0, reasons: { refused: 2 } } });
    expect(report.of('both.yaml')?.error?.code).toBe('manifest.refused');
    const named = await folder.report(['encrypt', '-i', 'kustomization.yaml', 'flux.yaml']);
    expect(named.files.map(({ error }) => error?.code)).toEqual(['manifest.refused', 'manifest.refused']);
    expect(folder.read('flux.yaml')).toBe(fluxKustomization);
  });

  it('takes anything that is named, and says why not', async () => {
    folder.write('a.env', 'word=canary\n');
    folder.write('b.yaml', 'data:\n  word: canary\n');
    folder.write('c.yaml', 'nothing: canary\n');
    const report = await folder.report(['encrypt', '-i', 'b.yaml', 'c.yaml']);
    expect(report).toMatchObject({ status: 1, summary: { changed: 1, failed: 1 } });
    expect(report.of('c.yaml')?.error?.code).toBe('sops.nothing-selected');
    folder.write(
      '.sops.yaml',
      rule.replace(/ {4}age/, '    encrypted_regex: word\n    age').replace(/- enc.*\n {4}/, '- '),
    );
    expect(await folder.report(['encrypt', '-i', 'a.env', 'b.yaml'])).toMatchObject({
      status: 0,
      summary: { changed: 1, unchanged: 1 },
    });
  });

  it('fails for Secrets where there is no configuration at all', async () => {
    folder.write('a.yaml', secret());
    folder.write('b.yaml', 'kind: ConfigMap\n');
    rmSync(folder.path('.sops.yaml'));
    const report = await folder.report(['encrypt', '-i', '.']);
    expect(report).toMatchObject({ status: 1, summary: { failed: 1, skipped: 1 } });
    expect(report.of('a.yaml')?.error?.code).toBe('config.no-match');
    expect(
      await folder.report(['encrypt', '-i', '--age', testKey.recipient, '--encrypted-regex', 'Data', '.']),
    ).toMatchObject({
      status: 0,
      summary: { changed: 1 },
    });
    expect(folder.read('a.yaml')).not.toContain('canary');
  });

  it('fails for a Secret that its rule would leave readable', async () => {
    folder.write('.sops.yaml', rule.replace('^(data|stringData)$', '^nothing$'));
    folder.write('a.yaml', secret());
    const report = await folder.report(['encrypt', '-i', '.']);
    expect(report.status).toBe(1);
    expect(report.of('a.yaml')?.error?.code).toBe('sops.nothing-selected');
    expect(folder.read('a.yaml')).toBe(secret());
  });

  it('takes the .sops.yaml nearest to each file, unless one is named', async () => {
    folder.write('sub/.sops.yaml', rule.replace('data|stringData', 'data').replace('^(data)$', '^password$'));
    folder.write('a.yaml', secret());
    folder.write('sub/b.yaml', secret());
    await folder.run(['encrypt', '-i', 'a.yaml', 'sub']);
    expect(folder.read('a.yaml')).toContain('encrypted_regex: ^(data|stringData)$');
    expect(folder.read('sub/b.yaml')).toContain('encrypted_regex: ^password$');
    folder.write('sub/b.yaml', secret());
    await folder.run(['encrypt', '-i', '--config', folder.path('.sops.yaml'), 'sub']);
    expect(folder.read('sub/b.yaml')).toContain('encrypted_regex: ^(data|stringData)$');
  });

  it('says a broken configuration once, with all of its files', async () => {
    folder.write('.sops.yaml', 'creation_rules:\n  - path_regex: "("\n    age: x\n');
    for (const name of ['a', 'b', 'c']) folder.write(`${name}.yaml`, secret());
    const { status, stderr } = await folder.run(['encrypt', '-i', '.']);
    expect(status).toBe(1);
    expect(stderr.match(/^sopskit encrypt: /gm)).toHaveLength(2); // and the summary
    expect(stderr).toMatch(/^sopskit encrypt: a.yaml: \S*\.sops\.yaml:2/);
    expect(stderr).toContain('the same for b.yaml, c.yaml');
  });

  it('needs -i, and refuses what is for one file', async () => {
    folder.write('a.yaml', secret());
    folder.write('b.yaml', secret());
    expect(await folder.run(['encrypt', '.'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('-i'),
    });
    expect(await folder.run(['encrypt', 'a.yaml', 'b.yaml'])).toMatchObject({ status: 8 });
    expect(await folder.run(['encrypt', '-i', '--indent', '2', '.'])).toMatchObject({ status: 8 });
    expect(await folder.run(['encrypt', '--output', 'x', '.'])).toMatchObject({ status: 8 });
    expect(await folder.run(['encrypt', '-i', '--jobs', '0', '.'])).toMatchObject({ status: 1 });
    expect(await folder.run(['encrypt', '-i', 'none/*.yaml'])).toMatchObject({ status: 2 });
    expect(folder.read('a.yaml')).toBe(secret());
  });

  it('writes nothing with --dry-run', async () => {
    folder.write('a.yaml', secret());
    expect(await folder.run(['encrypt', '--dry-run', '.'])).toMatchObject({
      status: 0,
      stdout: 'would be encrypted: a.yaml\n',
      stderr: expect.stringContaining('1 would be encrypted'),
    });
    expect(folder.read('a.yaml')).toBe(secret());
  });

  it.skipIf(process.platform === 'win32')('never writes through a symbolic link', async () => {
    const outside = new ManyFolder();
    outside.write('target.yaml', secret());
    symlinkSync(outside.path('target.yaml'), folder.path('link.yaml'));
    folder.write('a.yaml', secret());
    expect(await folder.report(['encrypt', '-i', '.'])).toMatchObject({
      status: 0,
      summary: { changed: 1, reasons: { 'passed-over': 1 } },
    });
    const named = await folder.report(['encrypt', '-i', 'a.yaml', './link.yaml']);
    expect(named).toMatchObject({ status: 2, summary: { changed: 0, unchanged: 1, failed: 1 } });
    expect(named.of('link.yaml')?.error?.message).toContain('leads out of the tree');
    expect(outside.read('target.yaml')).toBe(secret());
    outside.remove();
  });

  it.skipIf(process.platform === 'win32')('manages any file name', async () => {
    const names = ['with space.yaml', 'new\nline.yaml', `quo'te".yaml`, '-dash.yaml', '$(touch x).yaml'];
    for (const name of names) folder.write(name, secret());
    const { status, stderr } = await folder.run(['encrypt', '-i', '--verbose', '.']);
    expect(status).toBe(0);
    expect(stderr).toContain('encrypted new\\nline.yaml\n');
    for (const name of names) expect(folder.read(name)).toContain('sops:');
  });
});
