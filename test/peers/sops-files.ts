import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Decrypter } from 'age-encryption';
import type { FormatName } from '../../src/formats/format.ts';
import type { Mapping } from '../../src/tree/value.ts';

const suffixes = { json: '.json', dotenv: '.env', ini: '.ini', yaml: '.yaml', binary: '.bin' } as const;

/** A temporary folder with a test key of its own, in which the real sops encrypts and decrypts. */
export class SopsFiles {
  readonly #sops: string;
  readonly #folder: string;
  readonly #identity: string;
  readonly #recipient: string;
  #count = 0;

  constructor(peers: { readonly sops: string; readonly 'age-keygen': string }) {
    this.#sops = peers.sops;
    this.#folder = mkdtempSync(path.join(tmpdir(), 'sopskit-test-'));
    const key = execFileSync(peers['age-keygen'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    this.#identity = /AGE-SECRET-KEY-\S+/.exec(key)?.[0] ?? '';
    this.#recipient = /public key: (\S+)/.exec(key)?.[1] ?? '';
    writeFileSync(path.join(this.#folder, 'key.txt'), key, { mode: 0o600 });
  }

  /** Returns what `sops encrypt` prints; `null` where it refuses the file. */
  encrypt(format: FormatName, bytes: Uint8Array): Promise<Buffer | null> {
    return this.#run(['encrypt', '--age', this.#recipient], format, bytes);
  }

  /** Returns what `sops decrypt` prints; `null` where it refuses the file. */
  decrypt(format: FormatName, bytes: Uint8Array): Promise<Buffer | null> {
    return this.#run(['decrypt'], format, bytes);
  }

  /** Unwraps the data key of a file that this folder's key opens. */
  async dataKey(metadata: Mapping): Promise<Uint8Array> {
    const armored = /-----BEGIN AGE ENCRYPTED FILE-----\n([^-]+)-----END/.exec(
      JSON.stringify(metadata).replaceAll('\\n', '\n'),
    );
    const decrypter = new Decrypter();
    decrypter.addIdentity(this.#identity);
    return decrypter.decrypt(Buffer.from(armored?.[1] ?? '', 'base64'));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #run(args: string[], format: FormatName, bytes: Uint8Array): Promise<Buffer | null> {
    const input = path.join(this.#folder, `${this.#count++}${suffixes[format]}`);
    await writeFile(input, bytes);
    const output = `${input}.out`;
    const env = {
      PATH: process.env['PATH'],
      HOME: this.#folder,
      SOPS_AGE_KEY_FILE: path.join(this.#folder, 'key.txt'),
    };
    const failed = await new Promise<boolean>((resolve) => {
      execFile(this.#sops, [...args, '--output', output, input], { cwd: this.#folder, env }, (error) =>
        resolve(error !== null),
      );
    });
    return failed ? null : readFile(output);
  }
}
