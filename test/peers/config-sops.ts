import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What the real sops makes of a file by a configuration. */
export interface SopsOutcome {
  readonly status: number;
  readonly stderr: string;
  /** Recipients in the metadata, in order. */
  readonly recipients: readonly string[];
  /** The file that it printed. */
  readonly sealed: string;
}

/** A folder with files, in which sops runs; removed with `remove`. */
export class SopsFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), 'sopskit-config-'));
  readonly #sops: string;

  constructor(sops: string, files: Readonly<Record<string, string>>) {
    this.#sops = sops;
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, name)), { recursive: true });
      writeFileSync(join(this.path, name), text);
    }
  }

  /** Runs `sops encrypt FILE` in the folder; HOME is the folder, too. */
  encrypt(file: string): SopsOutcome {
    const env = { PATH: process.env['PATH'] ?? '', HOME: this.path };
    const { status, stdout, stderr } = spawnSync(this.#sops, ['encrypt', file], {
      cwd: this.path,
      env,
      encoding: 'utf8',
    });
    const recipients = [...stdout.matchAll(/^ *"?(?:- )?recipient"?: "?(age1\w+)/gm)].map(
      (match) => match[1] ?? '',
    );
    return { status: status ?? -1, stderr, recipients, sealed: stdout };
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
