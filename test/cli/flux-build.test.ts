import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { createOperations } from '../../src/cli/operations/create-operations.ts';
import { realSystem } from '../flux/build/real-system.ts';
import { type Outcome, type TestWorld, testWorld } from './world.ts';

const sync = `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 1m, ref: {branch: main}, url: "https://git.example.com/fleet.git"}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 10m, path: ./clusters/home, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
`;

/** Without kustomize: what is said where nothing can be built, and what is refused. */
describe('flux build', () => {
  let world: TestWorld;
  beforeEach(() => {
    world = testWorld();
    mkdirSync(world.path('clusters/home/flux-system'), { recursive: true });
    writeFileSync(world.path('clusters/home/flux-system/gotk-sync.yaml'), sync);
  });
  afterEach(() => world.remove());
  const run = (...args: string[]): Promise<Outcome> => runIn(world.folder, args);

  it('says what is missing to build', async () => {
    const { status, stdout, stderr } = await run();
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(
      'error: flux-system/flux-system cannot be built: there is no program kustomize or kubectl\nhint: Install kustomize 5',
    );
  });

  it('says it in JSON too', async () => {
    const { status, stdout } = await run('--json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      revision: 'the working tree',
      masked: false,
      kustomizations: [
        {
          cluster: 'clusters/home',
          kustomization: 'flux-system/flux-system',
          build: 'unknown',
          unknowns: [{ reason: 'no-kustomize', subject: 'flux-system/flux-system' }],
        },
      ],
    });
  });

  it('knows no Kustomization that it could not build up to', async () => {
    const { status, stderr } = await run('apps');
    expect(status).toBe(1);
    expect(stderr).toContain(
      'the Kustomization "apps" cannot be looked up: flux-system/flux-system cannot be built: there is no program',
    );
    expect(stderr).toContain('Install kustomize 5, or kubectl 1.27 or newer, and have it on PATH.');
    expect((await run('flux-sytem')).stderr).toContain('Did you mean flux-system?');
  });

  it.each([
    [['--masked', '--unmasked'], '--masked and --unmasked exclude each other'],
    [[''], 'the name of a Kustomization is empty'],
    [['--maskd'], 'maskd'],
    [['--revision', 'main'], 'is no git repository'],
    [['--path', 'nowhere'], 'nowhere'],
    [['--cluster', 'hom'], 'Did you mean home?'],
  ])('refuses %j', async (args, message) => {
    const { status, stdout, stderr } = await run(...args);
    expect(status).toBeGreaterThan(0);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
  });

  it('refuses a folder where nothing of Flux begins', async () => {
    const other = testWorld();
    const { status, stderr } = await runIn(other.folder, []);
    other.remove();
    expect(status).toBe(1);
    expect(stderr).toMatch(/gotk-sync|entry|begin/);
  });
});

/** Runs the command line in a folder, with nothing on PATH. */
async function runIn(folder: string, args: readonly string[]): Promise<Outcome> {
  const before = process.cwd();
  process.chdir(folder);
  const output: Uint8Array[] = [];
  const lines: string[] = [];
  try {
    const status = await main(['flux', 'build', ...args], {
      system: realSystem({ PATH: '/nonexistent', XDG_CACHE_HOME: '/nonexistent' }),
      terminal: {
        colours: { output: false, error: false },
        write: (data) => output.push(Buffer.from(data)),
        tell: (line) => lines.push(`${line}\n`),
        readLine: () => null,
      },
      operations: async (of) => createOperations(of),
    });
    return { status, stdout: Buffer.concat(output).toString('utf8'), stderr: lines.join('') };
  } finally {
    process.chdir(before);
  }
}
