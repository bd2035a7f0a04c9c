import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configFolder, findConfig, readConfig, requestedConfig } from '../../src/config/find.ts';
import { filesFrom } from './folder-files.ts';

let root = '';
const write = (file: string) => {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), 'creation_rules: []\n');
};

beforeAll(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'sopskit-find-'));
  write('repo/.sops.yaml');
  write('repo/apps/.sops.yml');
  write('repo/apps/web/deep/file');
  write('repo/own/.sops.yaml');
  write('wrong/.sops.yml');
  write('wrong/below/.sops.yml');
  write('folder/.sops.yaml/file');
  fs.symlinkSync('repo/apps/web', path.join(root, 'link'));
});
afterAll(() => fs.rmSync(root, { recursive: true }));

const find = (folder: string) => findConfig(filesFrom(path.join(root, folder)));

describe('findConfig', () => {
  it('looks in the folder and those above', () => {
    expect(find('repo')).toEqual({ path: '.sops.yaml', warning: null });
    expect(find('repo/own')).toEqual({ path: '.sops.yaml', warning: null });
    expect(find('repo/own/../own').path).toBe('.sops.yaml');
  });

  it('warns of a .sops.yml that it passed on the way', () => {
    expect(find('repo/apps/web/deep')).toEqual({
      path: '../../../.sops.yaml',
      warning:
        'ignoring ../../.sops.yml when searching for the configuration; the file must be called .sops.yaml; using ../../../.sops.yaml instead',
    });
    expect(find('wrong')).toEqual({
      path: null,
      warning: 'ignoring .sops.yml when searching for the configuration; the file must be called .sops.yaml',
    });
  });

  it('warns of the nearest of several', () => {
    expect(find('wrong/below').warning).toMatch(/^ignoring \.sops\.yml when/);
  });

  it('goes up where a symbolic link leads', () => {
    expect(find('link').path).toBe('../../.sops.yaml');
  });

  it('starts from another folder when told to', () => {
    const from = path.join(root, 'repo', 'apps', 'web');
    expect(findConfig(filesFrom(root), from).path).toBe(path.join(root, 'repo', '.sops.yaml'));
  });

  it('finds nothing where there is nothing', () => {
    expect(find('.')).toEqual({ path: null, warning: null });
  });
});

describe('requestedConfig', () => {
  const env = (value: string | undefined) => ({ get: () => value, all: () => ({}) });
  it.each([
    [undefined, undefined, null],
    [undefined, 'env.yaml', 'env.yaml'],
    ['flag.yaml', 'env.yaml', 'flag.yaml'],
    ['', 'env.yaml', null],
    [undefined, '', null],
  ])('with --config %s and SOPS_CONFIG %s: %s', (flag, value, expected) => {
    expect(requestedConfig(flag, env(value))).toBe(expected);
  });
});

describe('readConfig', () => {
  it('returns the bytes', () => {
    expect(Buffer.from(readConfig(filesFrom(path.join(root, 'repo')), '.sops.yaml')).toString()).toBe(
      'creation_rules: []\n',
    );
  });

  it('says that a file is missing or cannot be read', () => {
    const files = filesFrom(path.join(root, 'folder'));
    expect(() => readConfig(files, 'none.yaml')).toThrow(expect.objectContaining({ code: 'config.missing' }));
    expect(() => readConfig(files, '.sops.yaml')).toThrow(
      expect.objectContaining({ code: 'config.invalid' }),
    );
  });
});

describe('configFolder', () => {
  it('is absolute and cleaned', () => {
    const files = filesFrom('/', '/repo/apps');
    expect(configFolder(files, '../.sops.yaml')).toBe('/repo');
    expect(configFolder(files, '.sops.yaml')).toBe('/repo/apps');
    expect(configFolder(files, '/etc/sops/x.yaml')).toBe('/etc/sops');
  });
});
