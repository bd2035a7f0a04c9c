import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sealedStatuses } from '../../src/cli/sealed-statuses.ts';
import { readTreePath } from '../../src/cli/tree-path.ts';
import { exitStatusOf } from '../../src/errors/codes.ts';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import type { FormatName } from '../../src/formats/format.ts';
import { formatNamed } from '../../src/formats/registry.ts';
import { decrypt, decryptTree, isolatedSystem, nodeSystem, rotate, type System } from '../../src/index.ts';
import { openInput } from '../../src/library/decrypt.ts';
import { prepare } from '../../src/library/settings.ts';
import { decryptedBytes } from '../../src/sops/decrypt.ts';
import { plainTrees } from '../formats/plain-tree.ts';

/** What sops printed: base64, or the status with which it ended instead. */
type Printed = string | number;

interface Prints {
  readonly base64: string;
  readonly outputs: Readonly<Record<FormatName, Printed>>;
  /** By path, as `--extract` takes it. */
  readonly parts: Readonly<Record<string, Printed>>;
}

interface VectorFile {
  readonly file: string;
  /** A name in `plain`. */
  readonly plain: string;
  /** The keys that are needed, and enough. */
  readonly keys: readonly string[];
}

const folder = fileURLToPath(new URL('../vectors/sops/', import.meta.url));
const vectors = JSON.parse(readFileSync(path.join(folder, 'vectors.json'), 'utf8')) as {
  readonly plain: Readonly<Record<string, Prints>>;
  readonly files: readonly VectorFile[];
};
const formats: ReadonlyMap<string, FormatName> = new Map([
  ['.yaml', 'yaml'],
  ['.json', 'json'],
  ['.env', 'dotenv'],
  ['.ini', 'ini'],
  ['.bin', 'binary'],
]);

describe('files that sops wrote', () => {
  it('are there with every format and kind of key', () => {
    const kinds = new Set(
      vectors.files.flatMap(
        ({ file }) =>
          /^(\w+)\/.*?(ages?|ssh-\w+|hybrid|pgp|groups|mixed)-/.exec(file)?.slice(1).join(' ') ?? [],
      ),
    );
    expect(kinds.size).toBe(5 * 8);
    const listed = vectors.files.map(({ file }) => file).sort();
    const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((file) => file.replaceAll(path.sep, '/'))
      .filter((file) => /^(?!keys\/).*\/.*\./.test(file));
    expect(found.sort()).toEqual(listed);
  });

  it.each(vectors.files)('$file is decrypted to the same bytes', async ({ file, plain, keys }) => {
    const { bytes, settings } = open(file, keys);
    const { base64 } = vectors.plain[plain] as Prints;
    expect(text(await decrypt(bytes, settings))).toBe(text(Buffer.from(base64, 'base64')));
  });

  it.each(firstOfEach())(
    '$file holds the same data, in every format and in parts',
    async ({ file, plain, keys }) => {
      const { bytes, settings } = open(file, keys);
      const prints = vectors.plain[plain] as Prints;
      const bench = await prepare(settings);
      const opened = await openInput(bytes, {}, bench);
      for (const [name, expected] of Object.entries(prints.outputs)) {
        const outputFormat = await formatNamed(name as FormatName);
        expect([name, end(() => decryptedBytes(opened, { outputFormat }))]).toEqual([name, expected]);
      }
      for (const [part, expected] of Object.entries(prints.parts)) {
        const extract = readTreePath(part, 'usage.tree-path');
        expect([part, end(() => decryptedBytes(opened, { extract }))]).toEqual([part, expected]);
      }
      const printed = bench.format.parse(Buffer.from(prints.base64, 'base64'));
      expect(plainTrees(opened.branches)).toEqual(plainTrees(printed.branches));
    },
  );

  it.each(firstOfEach())('$file keeps its data when it is rotated', async ({ file, keys }) => {
    const { bytes, settings } = open(file, [...keys, 'pgp']);
    const rotated = await rotate(bytes, settings);
    expect(plainTrees(await decryptTree(rotated, settings))).toEqual(
      plainTrees(await decryptTree(bytes, settings)),
    );
    expect(Buffer.compare(rotated, bytes)).not.toBe(0);
  });

  it('does not open without its keys', async () => {
    const files = vectors.files.filter(({ keys }) => !keys.includes('other')).slice(0, 40);
    for (const { file } of files) {
      const { bytes, settings } = open(file, []);
      await expect(decrypt(bytes, settings)).rejects.toMatchObject({ code: 'key.unavailable' });
    }
  });
});

/** One file for each thing that sops printed. */
function firstOfEach(): VectorFile[] {
  return Object.keys(vectors.plain).flatMap(
    (name) => vectors.files.find(({ plain }) => plain === name) ?? [],
  );
}

function open(file: string, keys: readonly string[]) {
  const format = formats.get(path.extname(file)) as FormatName;
  const bytes = Uint8Array.from(readFileSync(path.join(folder, file)));
  return { bytes, settings: { format, system: systemWith(keys) } };
}

/** A machine that has these TEST keys and no other: no home, no gpg. */
function systemWith(keys: readonly string[]): System {
  const keyFile = (name: string): string => path.join(folder, 'keys', name);
  const age = keys.filter((name) => ['age', 'other', 'hybrid'].includes(name));
  const ssh = keys.findLast((name) => name.startsWith('ssh-'));
  const isolated = isolatedSystem({
    SOPS_AGE_KEY: age.map((name) => readFileSync(keyFile(`${name}.txt`), 'utf8')).join('\n'),
    ...(ssh === undefined ? {} : { SOPS_AGE_SSH_PRIVATE_KEY_FILE: keyFile(ssh) }),
    ...(keys.includes('pgp') ? { SOPSKIT_PGP_KEY_FILES: keyFile('pgp.asc') } : {}),
  });
  return {
    ...isolated,
    files: { ...isolated.files, status: nodeSystem().files.status, read: nodeSystem().files.read },
  };
}

function end(print: () => Uint8Array): Printed {
  try {
    return Buffer.from(print()).toString('base64');
  } catch (error) {
    if (error instanceof SopskitError) return sealedStatuses.of?.[error.code] ?? exitStatusOf[error.code];
    throw error;
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
