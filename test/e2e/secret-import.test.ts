import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeE2e } from './describe-e2e.ts';
import type { FluxScene } from './flux-scene.ts';
import { PlaintextWatch } from './plaintext-watch.ts';
import { canary, configMap, diffed, ran, startSecretScene } from './secret-scene.ts';

describeE2e(
  'secret import',
  ['age-keygen', 'kustomize'],
  (controlPlane, { 'age-keygen': keygen, kustomize }) => {
    let scene: FluxScene;
    let ns: string;
    const how = { tools: [kustomize] };

    beforeAll(async () => {
      scene = await startSecretScene(controlPlane, keygen);
      ns = await controlPlane.createNamespace('import');
    });
    afterAll(async () => {
      await scene.remove();
    });

    /** Makes a Secret as `kubectl apply` does, which leaves the values in an annotation too. */
    function applied(name: string, namespace = ns, more: object = {}, metadata: object = {}): void {
      const stringData = { password: `${canary}-${name}` };
      const manifest = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace, ...metadata },
        stringData,
      };
      const file = controlPlane.writeFile(
        `${namespace}-${name}.json`,
        JSON.stringify({ ...manifest, ...more }),
      );
      controlPlane.kubectl('apply', '-f', file);
    }

    const secretFiles = (folder: string): string[] => {
      const full = path.join(scene.folder, folder);
      return existsSync(full) ? readdirSync(full, { recursive: true }).map(String).sort() : [];
    };

    it('takes a Secret out of the cluster, into Flux, and finds no difference then', async () => {
      applied('db', scene.namespace);
      const target = ['--folder', 'apps', '-n', scene.namespace];
      const { stderr } = await ran(scene, ['secret', 'import', 'secret/db', ...target]);
      expect(stderr).toContain(`from namespace ${scene.namespace} of context admin:`);
      expect(stderr).toContain('metadata.annotations[kubectl.kubernetes.io/last-applied-configuration]');
      const plain = (await ran(scene, ['decrypt', 'apps/db.yaml'])).stdout;
      const value = Buffer.from(`${canary}-db`).toString('base64');
      expect(plain).toBe(
        `apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  namespace: ${scene.namespace}\ntype: Opaque\ndata:\n  password: ${value}\n`,
      );
      expect(readFileSync(path.join(scene.folder, 'apps/db.yaml'), 'utf8')).not.toContain(value);
      const uid = await scene.uid('secrets', 'db');
      await scene.reconcile(scene.push({}), ['flux-system', 'apps']);
      expect(await scene.uid('secrets', 'db')).toBe(uid);
      expect((await diffed(scene, [], 0, how)).secrets).toMatchObject([{ name: 'db', state: 'same' }]);
      const again = await ran(scene, ['secret', 'import', 'secret/db', '-n', scene.namespace, '--dry-run']);
      expect(again.stderr).toContain('Flux makes this Secret in the cluster');
    });

    it('takes all of a namespace, but what the cluster makes for itself, and warns of other keepers', async () => {
      applied('one');
      applied('two', ns, {}, { annotations: { 'cert-manager.io/certificate-name': 'c' } });
      applied('helm', ns, { type: 'helm.sh/release.v1' });
      applied('cipher', ns, { stringData: { password: 'ENC[AES256_GCM,data:eA==,iv:x,tag:x,type:str]' } });
      const { stderr } = await ran(scene, ['secret', 'import', '--all', '-n', ns, '--folder', 'all']);
      expect(secretFiles('all')).toEqual(['one.yaml', 'two.yaml']);
      expect(stderr).toContain('cert-manager makes this Secret');
      expect(stderr).toContain(`Secret ${ns}/helm is left out`);
      expect(stderr).toContain('password is ciphertext of sops: it was applied without being decrypted');
      await ran(scene, [
        'secret',
        'import',
        '--all',
        '--name',
        'helm',
        '--any-type',
        '-n',
        ns,
        '--folder',
        'any',
      ]);
      expect(secretFiles('any')).toEqual(['helm.yaml']);
      const empty = await controlPlane.createNamespace('empty');
      expect((await ran(scene, ['secret', 'import', '--all', '-n', empty], 1)).stderr).toContain(
        'There is no Secret',
      );
      const helm = await ran(scene, ['secret', 'import', 'secret/helm', '-n', ns], 1);
      expect(helm.stderr).toContain('--any-type takes those too');
      const cipher = await ran(scene, ['secret', 'import', 'secret/cipher', '-n', ns], 1);
      expect(cipher.stderr).toContain('hint: What is left out, and why, is named above.');
    });

    it.each([
      [
        ['secret/one', 'secrets/two'],
        ['one.yaml', 'two.yaml'],
      ],
      [
        ['secret', 'one', 'two'],
        ['one.yaml', 'two.yaml'],
      ],
      [['Secrets', 'two'], ['two.yaml']],
    ])('takes names as kubectl does: %j', async (words, files) => {
      const folder = `names-${words.length}-${files.length}`;
      await ran(scene, ['secret', 'import', ...words, '-n', ns, '--folder', folder]);
      expect(secretFiles(folder)).toEqual(files);
    });

    it('takes the namespace of the context where none is named', async () => {
      const text = readFileSync(controlPlane.kubeconfig, 'utf8');
      const kubeconfig = controlPlane.writeFile(
        `${ns}.kubeconfig`,
        text.replaceAll(/(\n *)user: (admin|guest)\b/g, `$1user: $2$1namespace: ${ns}`),
      );
      const args = ['secret', 'import', 'secret/one', '--folder', 'context', '--kubeconfig', kubeconfig];
      expect((await ran(scene, args)).stderr).toContain(`from namespace ${ns} of context admin`);
    });

    it('takes a file of that name for the file', async () => {
      const live = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'of-file' },
        stringData: { a: canary },
      };
      scene.write({ 'secret/one': JSON.stringify(live) });
      const dry = await ran(scene, ['secret', 'import', 'secret/one', '--dry-run']);
      expect(dry.stdout).toContain('name: of-file');
      expect(dry.stderr).toContain(
        'secret/one is a file here, and is read; the Secret of the cluster is: secret one',
      );
      expect((await ran(scene, ['secret', 'import', './secret/one', '--dry-run'])).stdout).toContain(
        'of-file',
      );
      const live2 = await ran(scene, ['secret', 'import', 'secret', 'one', '-n', ns, '--dry-run']);
      expect(live2.stdout).toContain('name: one');
      const mixed = await ran(scene, ['secret', 'import', 'secret/two', './secret/one', '-n', ns], 8);
      expect(mixed.stderr).toContain('not imported together');
      expect(
        (await ran(scene, ['secret', 'import', './secret/one', '--context', 'admin'], 8)).stderr,
      ).toContain('--context');
      scene.write({ secret: null });
    });

    it.each([
      [['secret/none', 'secret/onee'], 1, 'none of the Secrets none, onee in namespace'],
      [['secret/onee'], 1, 'Did you mean one?'],
      [['secret/one', '-n', 'no-such'], 1, 'no namespace no-such in context admin'],
      [['secret/one', '--context', 'guest'], 1, 'may not get secrets one in namespace'],
      [['--all', '--context', 'guest'], 1, 'may not list secrets in namespace'],
      [['secret/one', '--context', 'nope'], 1, 'no context nope'],
      [['secret/one', 'secrets/one'], 1, 'named twice'],
      [['secret/../x'], 1, 'name of a Secret'],
      [['secret/one', '-n', '../x'], 1, 'a namespace has'],
      [['secret/one', '-n', 'a', '-n', 'b'], 8, 'in one namespace'],
      [['secret/one', '--name', 'one'], 8, '--name chooses among all'],
      [['--all', 'secret/one'], 8, '--all takes all'],
      [['secret'], 1, 'no Secret is named'],
      [['one'], 2, 'is named secret/one'],
      [[], 100, 'secret/NAME'],
    ])('refuses %j', async (words, status, said) => {
      const given = words.includes('-n') ? words : [...words, '-n', ns];
      const before = secretFiles('.');
      const { stderr } = await ran(scene, ['secret', 'import', ...given], status);
      expect(stderr).toContain(said);
      expect(secretFiles('.')).toEqual(before);
    });

    it('writes nothing where the rules take no file, or one of several cannot be written', async () => {
      scene.write({
        'bare/.sops.yaml': 'creation_rules: [{path_regex: never, age: age1}]\n',
        'half/two.yaml': 'a: b\n',
      });
      await ran(scene, ['secret', 'import', 'secret/one', '-n', ns, '--folder', 'bare'], 1);
      const { stderr } = await ran(
        scene,
        ['secret', 'import', 'secret', 'one', 'two', '-n', ns, '--folder', 'half'],
        8,
      );
      expect(stderr).toContain('half/two.yaml: the file is there already');
      expect([secretFiles('bare'), secretFiles('half')]).toEqual([['.sops.yaml'], ['two.yaml']]);
      scene.write({ bare: null, half: null });
    });

    it('never has a value on disk, whenever it is killed', async () => {
      for (let index = 0; index < 12; index++) applied(`kill-${index}`);
      scene.write({ 'kill/none.yaml': configMap('none') });
      const temporary = path.join(scene.env['HOME'] ?? '', 'tmp');
      mkdirSync(temporary, { recursive: true });
      const watch = new PlaintextWatch([scene.folder, scene.env['HOME'] ?? ''], canary);
      const states = new Set<string>();
      for (const signal of ['SIGKILL', 'SIGINT', 'SIGTERM'] as const) {
        for (let after = 20; after < 700; after += 45) {
          const folder = `kill-${signal}-${after}`;
          const args = ['secret', 'import', '--all', '-n', ns, '--folder', folder];
          const ended = await watch.during(() => killed(args, temporary, signal, after));
          const files = secretFiles(folder).filter((file) => file.endsWith('.yaml'));
          states.add(`${ended ?? 'done'} ${files.length === 0 ? 'none' : 'some'}`);
          for (const file of files) await ran(scene, ['verify', `${folder}/${file}`]);
        }
      }
      expect(watch.found).toEqual([]);
      expect(watch.looked).toBeGreaterThan(100);
      // it would have seen one
      await watch.during(async () =>
        scene.write({ 'seen.txt': Buffer.from(`${canary}-kill-1`).toString('base64') }),
      );
      expect(watch.found.length).toBeGreaterThan(0);
      scene.write({ 'seen.txt': null });
      // some were killed before, and some were done: the moments between were tried
      expect([...states].some((state) => state.endsWith('none'))).toBe(true);
      expect(states).toContain('done some');
    }, 180_000);

    async function killed(
      args: readonly string[],
      temporary: string,
      signal: NodeJS.Signals,
      after: number,
    ): Promise<string | null> {
      const { spawn } = await import('node:child_process');
      const bin = new URL('../../bin/sopskit.js', import.meta.url).pathname;
      const env = { ...scene.env, TMPDIR: temporary };
      const child = spawn(process.execPath, [bin, ...args], { cwd: scene.folder, env, stdio: 'ignore' });
      const timer = setTimeout(() => child.kill(signal), after);
      return await new Promise((resolve) => {
        child.once('close', (_status, ended) => {
          clearTimeout(timer);
          resolve(ended);
        });
      });
    }
  },
);
