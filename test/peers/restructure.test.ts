import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { createOperations } from '../../src/cli/operations/create-operations.ts';
import type { System } from '../../src/system/system.ts';
import { buildKey } from '../flux/build/sealed.ts';
import { fluxKustomization, fluxSystem, kustomizationFile } from '../flux/repositories.ts';
import { configMap, smallRepository } from '../flux/restructure/scene.ts';
import { TestRepository } from './git-repository.ts';
import { describePeers } from './peers.ts';

const canary = 'CANARY-of-a-test-value';

interface Outcome {
  readonly status: number;
  readonly output: string;
  readonly told: string;
}

interface ShownStep {
  readonly message: string;
  readonly files: readonly { readonly path: string; readonly change: string; readonly diff: string }[];
  readonly commands: readonly string[];
  readonly guards: readonly unknown[];
  readonly plan: {
    readonly clusters: readonly {
      readonly objects: readonly { readonly kind: string; readonly id: string }[];
    }[];
  } | null;
}

describePeers('restructure', ['git', 'kustomize', 'sops', 'age-keygen'], (peers) => {
  let repository: TestRepository;

  beforeEach(() => {
    repository = new TestRepository();
  });
  afterEach(() => {
    repository.remove();
  });

  function fill(files: ReadonlyMap<string, string>): void {
    for (const [file, text] of files) repository.write(file, text);
    repository.commit();
  }

  function systemWith(programs: string): System {
    const system = repository.system();
    const all = { ...system.env.all(), PATH: programs, SOPS_AGE_KEY: buildKey.identity };
    const found = new Map<string, string>(Object.entries(all) as [string, string][]);
    return { ...system, env: { get: (name) => found.get(name), all: () => all } };
  }

  async function run(...argv: readonly string[]): Promise<Outcome> {
    const folders = [path.dirname(peers.kustomize), ...(process.env['PATH'] ?? '').split(path.delimiter)];
    return runWith(folders.join(path.delimiter), argv);
  }

  async function runWith(programs: string, argv: readonly string[]): Promise<Outcome> {
    const [output, told]: [string[], string[]] = [[], []];
    const before = process.env['PATH'];
    // programs are started with the environment of this process
    process.env['PATH'] = programs;
    try {
      const status = await main(['restructure', ...argv], {
        system: systemWith(programs),
        terminal: {
          colours: { output: false, error: false },
          write: (data) => void output.push(Buffer.from(data).toString()),
          tell: (line) => void told.push(line),
          readLine: () => null,
        },
        operations: async (of) => createOperations(of),
        stop: new AbortController().signal,
      } as Parameters<typeof main>[1]);
      return { status, output: output.join(''), told: told.join('\n') };
    } finally {
      process.env['PATH'] = before;
    }
  }

  async function steps(...argv: readonly string[]): Promise<readonly ShownStep[]> {
    const { output, told, status } = await run(...argv, '--json');
    expect(told).toBe('');
    expect(status).toBe(0);
    return (JSON.parse(output) as { steps: ShownStep[] }).steps;
  }

  function read(file: string): string {
    return readFileSync(path.join(repository.folder, file), 'utf8');
  }

  /** Object ids of what a Kustomization's folder builds, by the real kustomize. */
  function built(folder: string): readonly string[] {
    const text = execFileSync(
      peers.kustomize,
      ['build', '--load-restrictor', 'LoadRestrictionsNone', path.join(repository.folder, folder)],
      { encoding: 'utf8' },
    );
    return [...text.matchAll(/^ {2}name: (.*)$/gm)].map(([, name = '']) => name).sort();
  }

  it('shows steps, and writes nothing', async () => {
    fill(smallRepository());
    const { output, status } = await run('split', 'infrastructure', 'network', 'certs', '--in-order');
    expect(status).toBe(0);
    expect(output).toContain('Step 1 of 2: infrastructure lets go');
    expect(output).toContain('+  prune: false');
    expect(output).toContain(
      'moved ConfigMap apps/certs from flux-system/infrastructure to flux-system/certs',
    );
    expect(output).toContain('sopskit restructure split infrastructure network certs --in-order --write');
    expect(repository.git('status', '--porcelain')).toBe('');
  });

  it.each([
    ['split', ['split', 'infrastructure', 'network', 'certs']],
    ['move', ['move', 'infrastructure/certs', '--to', 'apps']],
    ['move of a document', ['move', 'ConfigMap/two', '--to', 'infrastructure']],
    ['path', ['move', 'apps', '--to-path', 'work/apps']],
    ['sync path', ['move', 'flux-system', '--to-path', 'clusters/house']],
    ['rename', ['rename', 'infrastructure', 'platform']],
  ])('the shown differences are what git takes, and --write writes: %s', async (_, argv) => {
    fill(smallRepository());
    const shown = await steps(...argv);
    for (const [index, step] of shown.entries()) {
      if (step.files.length === 0) continue;
      const patch = step.files.map(({ diff }) => diff).join('');
      writeFileSync(path.join(repository.home, 'step.patch'), patch);
      repository.git('apply', '--index', path.join(repository.home, 'step.patch'));
      const applied = repository.git('write-tree');
      repository.git('reset', '-q', '--hard');
      expect((await run(...argv, '--write')).status).toBe(0);
      repository.git('add', '--all');
      expect(repository.git('write-tree')).toBe(applied);
      const commit = step.commands.find((command) => command.startsWith('git commit')) ?? '';
      const { status } = spawnSync('sh', ['-c', commit], { cwd: repository.folder, env: repository.env });
      expect(status, `${index}: ${commit}`).toBe(0);
    }
    expect(repository.git('status', '--porcelain')).toBe('');
    expect((await run(...argv, '--write')).told).toContain('No step has files to write any more.');
    expect(repository.git('clean', '-nd')).toBe('');
  });

  it('what a kustomization does to all it lists goes on for each part', async () => {
    const files = smallRepository();
    files.set(
      'infrastructure/kustomization.yaml',
      `# ours\n${kustomizationFile(['network', 'certs'])}namespace: base\nlabels:\n  - pairs:\n      team: base\npatches:\n  - path: patch.yaml\n    target:\n      kind: ConfigMap\n`,
    );
    files.set('infrastructure/patch.yaml', '- op: add\n  path: /data/b\n  value: "2"\n');
    fill(files);
    const shown = await steps('split', 'infrastructure', 'network', 'certs');
    const moved = shown.flatMap(({ plan }) => plan?.clusters ?? []).flatMap(({ objects }) => objects);
    expect(moved.filter(({ kind }) => kind === 'moved').map(({ id }) => id)).toEqual([
      'base_certs__ConfigMap',
      'base_network__ConfigMap',
    ]);
    await run('split', 'infrastructure', 'network', 'certs', '--write');
    repository.commit('Step\n\nSopskit-Restructure: none');
    expect(read('infrastructure/kustomization.yaml')).toContain('# ours');
    for (const { files: changes } of shown.slice(1))
      expect(changes.map(({ path: file }) => file)).toContain('infrastructure-network/kustomization.yaml');
  });

  it('a folder without a kustomization is split by files, which move', async () => {
    const files = smallRepository().set('apps/more.yaml', configMap('more'));
    fill(files);
    const argv = ['split', 'apps', 'demo=demo.yaml', 'more=apps/more.yaml'];
    for (const step of [0, 1]) {
      const commands = (await steps(...argv))[step]?.commands ?? [];
      expect((await run(...argv, '--write')).told).toBe(
        `wrote step ${step + 1}: ${[1, 7][step]} file${step === 0 ? '' : 's'}`,
      );
      expect((await run(...argv, '--write')).told).toContain(`Step ${step + 1} is written already`);
      repository.git('add', '--all');
      const commit = commands.find((command) => command.startsWith('git commit')) ?? '';
      spawnSync('sh', ['-c', commit], { cwd: repository.folder, env: repository.env });
    }
    expect(existsSync(path.join(repository.folder, 'apps/demo/demo.yaml'))).toBe(true);
    expect(read('clusters/home/more.yaml')).toContain('path: ./apps/more\n');
  });

  it('parts of a shared folder build the same with the real kustomize', async () => {
    const files = new Map([
      ...smallRepository(),
      ...fluxSystem('clusters/work', false, 'main'),
      ['clusters/work/apps.yaml', fluxKustomization('apps', 'apps')] as const,
    ]).set('apps/more.yaml', configMap('more'));
    fill(files);
    const argv = ['split', 'apps', 'demo=demo.yaml', 'more=more.yaml', '--cluster', 'home'];
    const shown = await steps(...argv);
    const patch = shown.flatMap((step) => step.files.map(({ diff }) => diff)).join('');
    writeFileSync(path.join(repository.home, 'all.patch'), patch);
    repository.git('apply', path.join(repository.home, 'all.patch'));
    expect(built('apps-demo')).toEqual(['one', 'three', 'two']);
    expect(built('apps-more')).toEqual(['more']);
  });

  it('an encrypted file goes along, sealed for the rule of its new path, and nobody sees its value', async () => {
    const other = execFileSync(peers['age-keygen'], [], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const recipient = /public key: (\S+)/.exec(other)?.[1] ?? '';
    const decryption = '  decryption:\n    provider: sops\n';
    const files = smallRepository()
      .set(
        'clusters/home/infrastructure.yaml',
        fluxKustomization('infrastructure', 'infrastructure', decryption),
      )
      .set('clusters/home/apps.yaml', fluxKustomization('apps', 'apps', decryption))
      .set(
        '.sops.yaml',
        `creation_rules:\n  - path_regex: ^apps/\n    encrypted_regex: ^data$\n    age: ${buildKey.recipient}\n  - path_regex: ^infrastructure/\n    encrypted_regex: ^data$\n    age: ${buildKey.recipient},${recipient}\n`,
      )
      .set(
        'apps/secret/secret.yaml',
        `apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n  namespace: apps\ndata:\n  a: ${Buffer.from(canary).toString('base64')}\n`,
      );
    for (const [file, text] of files) repository.write(file, text);
    execFileSync(peers.sops, ['encrypt', '-i', 'apps/secret/secret.yaml'], {
      cwd: repository.folder,
      env: repository.env,
    });
    repository.commit();
    const shown = await run('move', 'apps/secret', '--to', 'infrastructure');
    expect(shown.status).toBe(0);
    expect(shown.output).toContain(`readable also for ${recipient}`);
    expect(shown.output + shown.told).not.toContain(canary);
    expect(shown.output).not.toContain(Buffer.from(canary).toString('base64'));
    expect((await run('move', 'apps/secret', '--to', 'infrastructure', '--write')).status).toBe(0);
    const opened = execFileSync(peers.sops, ['decrypt', 'infrastructure/secret/secret.yaml'], {
      cwd: repository.folder,
      encoding: 'utf8',
      env: {
        ...repository.env,
        SOPS_AGE_KEY: other.split('\n').find((line) => line.startsWith('AGE-SECRET')) ?? '',
      },
    });
    expect(opened).toContain(Buffer.from(canary).toString('base64'));
  });

  it('an encrypted file is not moved to where no rule is for it', async () => {
    const files = smallRepository()
      .set(
        '.sops.yaml',
        `creation_rules:\n  - path_regex: ^apps/\n    encrypted_regex: ^data$\n    age: ${buildKey.recipient}\n`,
      )
      .set(
        'apps/secret.yaml',
        `apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n  namespace: apps\ndata:\n  a: QQ==\n`,
      )
      .set(
        'clusters/home/apps.yaml',
        fluxKustomization('apps', 'apps', '  decryption:\n    provider: sops\n'),
      );
    for (const [file, text] of files) repository.write(file, text);
    execFileSync(peers.sops, ['encrypt', '-i', 'apps/secret.yaml'], {
      cwd: repository.folder,
      env: repository.env,
    });
    repository.commit();
    const { status, told } = await run('move', 'apps', '--to-path', 'work/apps');
    expect(status).toBe(1);
    expect(told).toContain('no creation rule of .sops.yaml is for its new path');
  });

  it.each<[string, readonly string[], string]>([
    ['nothing to split', ['split'], 'what is split, and into what?'],
    ['a mistyped flag', ['split', 'infrastructure', 'network', '--in-ordr'], '--in-order'],
    ['both ways to act', ['rename', 'apps', 'x', '--write', '--apply'], 'exclude each other'],
    [
      'both ways to move',
      ['move', 'apps', '--to', 'x', '--to-path', 'y'],
      '--to a Kustomization, or --to-path a folder',
    ],
    [
      'an order of others',
      ['split', 'infrastructure', 'network', 'certs', '--after', 'x=network'],
      'none of the new names',
    ],
    ['a cluster that is not there', ['rename', 'apps', 'x', '--cluster', 'hme'], 'there is no cluster hme'],
  ])('says what is wrong: %s', async (_, argv, message) => {
    fill(smallRepository());
    const { status, told, output } = await run(...argv);
    expect(status).not.toBe(0);
    expect(told).toContain(message);
    expect(output).toBe('');
    expect(repository.git('status', '--porcelain')).toBe('');
  });

  it('without kustomize it is unknown, and so refused', async () => {
    fill(smallRepository());
    const { status, told } = await runWith(path.join(repository.home, 'no-programs'), [
      'rename',
      'infrastructure',
      'x',
    ]);
    expect(status).toBe(1);
    expect(told).toContain('flux-system/flux-system cannot be built here');
    expect(told).toMatch(/kustomize/);
  });

  it('what was done, and reverted by hand since, can be done again', async () => {
    fill(smallRepository());
    const argv = ['rename', 'ConfigMap/one', 'first'];
    const ids: string[] = [];
    for (const _ of [1, 2]) {
      const { output } = await run(...argv, '--json');
      const { id, steps: shown } = JSON.parse(output) as { id: string; steps: ShownStep[] };
      ids.push(id);
      for (const { commands } of shown) {
        expect((await run(...argv, '--write')).told).toMatch(/^wrote step/);
        repository.git('add', '--all');
        const commit = commands.find((command) => command.startsWith('git commit')) ?? '';
        spawnSync('sh', ['-c', commit], { cwd: repository.folder, env: repository.env });
      }
      expect(read('apps/demo.yaml')).toContain('name: first');
      repository.git('revert', '--no-edit', 'HEAD', 'HEAD~1');
    }
    expect(ids[1]).toBe(`${ids[0]}-2`);
  });

  it('a file with changes of its own stays as it is', async () => {
    fill(smallRepository());
    repository.write(
      'clusters/home/infrastructure.yaml',
      `${read('clusters/home/infrastructure.yaml')}# mine\n`,
    );
    const { status, told } = await run('rename', 'infrastructure', 'x', '--write');
    expect(status).toBe(1);
    expect(told).toContain('clusters/home/infrastructure.yaml has changes that are not committed');
    expect(read('clusters/home/infrastructure.yaml')).toMatch(/prune: true[\s\S]*# mine\n$/);
  });

  /** Does the next step by the commands that are shown, in a subfolder. */
  async function byHand(argv: readonly string[], index: number): Promise<void> {
    const commands = (await steps(...argv))[index]?.commands ?? [];
    expect((await run(...argv, '--write')).told).toMatch(/^wrote step/);
    for (const command of commands.filter((one) => /^git (?:add|commit)/.test(one))) {
      const cwd = path.join(repository.folder, 'clusters');
      const { status, stderr } = spawnSync('sh', ['-c', command], { cwd, env: repository.env });
      expect(status, `${command}: ${stderr}`).toBe(0);
    }
    expect(repository.git('status', '--porcelain')).toBe('');
  }

  it('is taken back by the commands that are shown, typed in a subfolder, and then the one before', async () => {
    fill(smallRepository());
    const start = repository.git('rev-parse', 'HEAD:');
    await byHand(['rename', 'apps', 'work'], 0);
    await byHand(['rename', 'apps', 'work'], 1);
    const between = repository.git('rev-parse', 'HEAD:');
    const split = ['split', 'infrastructure', 'network', 'certs'];
    for (const index of [0, 1]) await byHand(split, index);
    const undoing = await steps('undo');
    const commands = undoing.flatMap((step) => step.commands);
    expect(commands.filter((one) => one.includes('flux resume'))).toEqual([]);
    expect(commands.filter((one) => one.includes('kustomization.kustomize.toolkit.fluxcd.io infra'))).toEqual(
      [],
    );
    for (const { guards } of undoing)
      expect(guards).toContainEqual(
        expect.objectContaining({ kind: 'ready', kustomization: 'flux-system/flux-system' }),
      );
    for (const index of undoing.keys()) await byHand(['undo'], index);
    expect(existsSync(path.join(repository.folder, 'infrastructure-network'))).toBe(false);
    expect(repository.git('rev-parse', 'HEAD:')).toBe(between);
    for (const index of [0, 1]) await byHand(['undo'], index);
    expect(repository.git('rev-parse', 'HEAD:')).toBe(start);
    const { told, status } = await run('undo');
    expect(status).toBe(1);
    expect(told).toContain('every restructuring of the branch is taken back already');
    expect((await run('undo', '--write', '--apply')).told).toContain('exclude each other');
  });

  it('shows a committed step as its commit has it', async () => {
    fill(smallRepository());
    const argv = ['rename', 'apps', 'work'];
    expect((await run(...argv, '--write')).status).toBe(0);
    const commit = (await steps(...argv))[0]?.commands.find((one) => one.startsWith('git commit')) ?? '';
    repository.write('clusters/home/apps.yaml', `${read('clusters/home/apps.yaml')}# by hand\n`);
    repository.git('add', '--all');
    spawnSync('sh', ['-c', commit], { cwd: repository.folder, env: repository.env });
    expect((await steps(...argv))[0]?.files[0]?.diff).toContain('+# by hand');
  });

  it('a move under suspension shows what moves', async () => {
    fill(smallRepository());
    const shown = await steps('move', 'infrastructure/certs', '--to', 'apps');
    const objects = shown.flatMap(({ plan }) => plan?.clusters ?? []).flatMap((one) => one.objects);
    expect(objects).toContainEqual(
      expect.objectContaining({
        kind: 'moved',
        id: 'apps_certs__ConfigMap',
        from: ['flux-system/infrastructure'],
        to: ['flux-system/apps'],
      }),
    );
    expect((await run('move', 'infrastructure/certs', '--to', 'apps')).output).toContain('plan: 1 moved');
  });

  it('what fails already refuses nothing; where it matters, its reason is named', async () => {
    const broken = smallRepository()
      .set('infrastructure/kustomization.yaml', kustomizationFile(['network', 'nowhere']))
      .set('demo/demo.yaml', configMap('demo'));
    fill(broken);
    const added = await run('add', 'demo');
    expect(added.told).toBe('');
    expect(added.status).toBe(0);
    const behind = await run('add', 'demo', '--depends-on', 'infrastructure');
    expect(behind.status).toBe(1);
    expect(behind.told).toMatch(/flux-system\/infrastructure fails: .*nowhere/);
  });

  it('without kustomize add says what is missing', async () => {
    fill(smallRepository().set('demo/demo.yaml', configMap('demo')));
    const { status, told } = await runWith(path.join(repository.home, 'no-programs'), ['add', 'demo']);
    expect(status).toBe(1);
    expect(told).toContain('cannot be built here');
    expect(told).toMatch(/kustomize/);
    expect(told).not.toContain('would not be reached');
  });

  it('what is not committed yet is shown all the same', async () => {
    fill(smallRepository());
    repository.write('policies/policy.yaml', configMap('policy'));
    const { status, told, output } = await run('add', 'policies');
    expect(status).toBe(0);
    expect(told).toContain('Planned from the working tree');
    expect(output).toContain('path: ./policies');
    expect((await run('add', 'policies', '--write')).status).toBe(1);
  });

  it('a folder without git is shown too', async () => {
    const plain = new TestRepository({ git: false });
    try {
      for (const [file, text] of smallRepository()) plain.write(file, text);
      repository.remove();
      repository = plain;
      const { status, output } = await run('rename', 'apps', 'work');
      expect(status).toBe(0);
      expect(output).toContain('+  name: work');
    } finally {
      plain.remove();
    }
  });
});
