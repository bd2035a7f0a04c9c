import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FormatName } from '../../../src/formats/format.ts';
import type { Path } from '../../../src/tree/path.ts';
import { testKey } from '../../cli/world.ts';
import type { Change, Ended, Peer } from './peer.ts';
import { configOf, type Policy } from './policies.ts';

export const suffixes: Readonly<Record<FormatName, string>> = {
  yaml: 'yaml',
  json: 'json',
  dotenv: 'env',
  ini: 'ini',
  binary: 'bin',
};

/** The real sops in a temporary folder with the TEST key of the suite; every call works on a file of its own. */
export class SopsProcess implements Peer {
  readonly folder: string;
  readonly #program: string;
  readonly #configs = new Map<string, string>();
  #files = 0;

  constructor(program: string) {
    this.#program = program;
    this.folder = mkdtempSync(path.join(tmpdir(), 'sopskit-interop-'));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async encrypt(format: FormatName, bytes: Uint8Array, policy: Policy): Promise<Ended> {
    return this.sops(['--config', this.config(policy), 'encrypt', await this.file(format, bytes)]);
  }

  async decrypt(
    format: FormatName,
    bytes: Uint8Array,
    options: { readonly output?: FormatName; readonly extract?: Path } = {},
  ): Promise<Ended> {
    const output = options.output === undefined ? [] : ['--output-type', options.output];
    const extract = options.extract === undefined ? [] : ['--extract', treePath(options.extract)];
    return this.sops(['decrypt', ...output, ...extract, await this.file(format, bytes)]);
  }

  async change(format: FormatName, bytes: Uint8Array, change: Change): Promise<Ended> {
    const file = await this.file(format, bytes);
    const rest = change.kind === 'rotate' ? [] : [treePath(change.path)];
    const value = change.kind === 'set' ? [change.json] : [];
    const inPlace = change.kind === 'rotate' ? ['-i'] : [];
    const ended = await this.sops([change.kind, ...inPlace, file, ...rest, ...value]);
    return { ...ended, stdout: await readFile(file) };
  }

  sops(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.run(this.#program, argv, env);
  }

  /** Runs a program with the test key in its environment. */
  run(program: string, argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const options = {
      cwd: this.folder,
      encoding: 'buffer' as const,
      maxBuffer: 64 << 20,
      env: { PATH: process.env['PATH'], HOME: this.folder, SOPS_AGE_KEY: testKey.identity, ...env },
    };
    return new Promise((resolve) => {
      const child = execFile(program, argv, options, (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ status, stdout, stderr: stderr.toString() });
      });
      child.stdin?.end();
    });
  }

  /** Writes bytes to a new file whose name says the format, and returns its path. */
  async file(format: FormatName, bytes: Uint8Array): Promise<string> {
    const name = path.join(this.folder, `${this.#files++}.${suffixes[format]}`);
    await writeFile(name, bytes);
    return name;
  }

  /** Writes the `.sops.yaml` of a policy once, and returns its path. */
  config(policy: Policy): string {
    const text = JSON.stringify(configOf(policy));
    const known = this.#configs.get(text);
    if (known !== undefined) return known;
    const name = path.join(this.folder, `config-${this.#configs.size}.yaml`);
    writeFileSync(name, text);
    this.#configs.set(text, name);
    return name;
  }
}

/** A path as `--extract` takes it. There are no escapes: a key with a quote or a bracket cannot be written. */
export function treePath(steps: Path): string {
  return steps.map((step) => (typeof step === 'number' ? `[${step}]` : `["${step}"]`)).join('');
}
