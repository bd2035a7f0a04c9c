import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formats } from './plain-files.js';

/** sops with all the TEST keys, on files of a temporary folder. */
export class SopsRunner {
  #files = 0;

  constructor(context) {
    this.program = context.tool('sops');
    this.folder = context.temporary;
    const keys = (name) => readFileSync(join(context.vectors, 'sops', 'keys', name), 'utf8');
    this.env = {
      PATH: process.env.PATH,
      HOME: context.temporary,
      GNUPGHOME: join(context.temporary, 'gnupg'),
      SOPS_AGE_KEY: ['age', 'other', 'hybrid'].map((name) => keys(`${name}.txt`)).join('\n'),
    };
    this.sshKeys = ['ssh-ed25519', 'ssh-rsa'].map((name) => join(context.temporary, name));
  }

  /** Runs sops; the SSH keys are tried one after the other, as sops takes one file only. */
  end(args, env = {}) {
    let ended;
    for (const key of this.sshKeys) {
      const all = { ...this.env, SOPS_AGE_SSH_PRIVATE_KEY_FILE: key, ...env };
      ended = spawnSync(this.program, args, { cwd: this.folder, env: all, maxBuffer: 2 ** 26 });
      if (ended.status === 0 || !/data key/.test(ended.stderr.toString())) break;
    }
    return { status: ended.status, stdout: ended.stdout, stderr: ended.stderr.toString() };
  }

  run(args, env = {}) {
    const ended = this.end(args, env);
    if (ended.status !== 0) throw new Error(`sops ${args.join(' ')}: ${ended.status}: ${ended.stderr}`);
    return ended.stdout;
  }

  /** Writes a new file whose name says the format. */
  file(format, bytes) {
    this.#files += 1;
    const name = join(this.folder, `${this.#files}.${formats[format].ending}`);
    writeFileSync(name, bytes);
    return name;
  }

  decrypt(format, bytes, flags = []) {
    return this.end(['decrypt', ...flags, this.file(format, bytes)]);
  }

  encrypt(format, bytes, rule) {
    return this.run(['--config', this.config(rule), 'encrypt', this.file(format, bytes)]);
  }

  /** Runs a command that changes a file in place, and returns what the file is then. */
  change(format, bytes, argsOf, env = {}) {
    const file = this.file(format, bytes);
    this.run(argsOf(file), env);
    return readFileSync(file);
  }

  config(rule) {
    const file = join(this.folder, 'config.yaml');
    writeFileSync(file, JSON.stringify({ creation_rules: [rule] }));
    return file;
  }

  /** Ends the agent of gpg. */
  stop() {
    spawnSync('gpgconf', ['--kill', 'all'], { env: this.env });
  }
}

/** A creation rule for key groups. */
export function ruleOf(groups, threshold, select = {}) {
  return { key_groups: groups, ...(threshold > 0 ? { shamir_threshold: threshold } : {}), ...select };
}
