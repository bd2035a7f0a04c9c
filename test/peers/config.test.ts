import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { storeStyle } from '../../src/config/stores.ts';
import type { ConfigCase, ConfigOutcome } from '../config/config-case.ts';
import { withRecipients } from '../config/config-case.ts';
import { configCases } from '../config/config-cases.ts';
import type { Stage } from '../config/config-outcome.ts';
import { outcomeOf, withStage } from '../config/config-outcome.ts';
import { configOf } from '../config/config-text.ts';
import { describePeers } from './peers.ts';

/** A key service that nobody answers at: sops then names every key that it would have asked, in order. */
const NO_KEYSERVICE = ['--enable-local-keyservice=false', '--keyservice', 'unix:///nonexistent'];

describePeers('.sops.yaml against the real sops', ['sops'], ({ sops }) => {
  const recorded: Record<string, ConfigOutcome> = {};
  afterAll(() => {
    if (process.env['SOPSKIT_RECORD'] === '1') record(recorded);
  });

  it.each(configCases)('$title', async (one) => {
    const theirs = await withStage(one, (stage) => sopsOutcome(sops, one, stage));
    recorded[one.title] = theirs;
    const ours = await outcomeOf(one);
    if (one.differs === undefined) {
      expect(ours).toEqual(theirs);
      return;
    }
    expect(ours).not.toEqual(theirs);
    expect(ours.status).toBe(one.differs.sopskit === 'resolves' ? 0 : 1);
  });

  it.each([
    ['', 'yaml'],
    ['stores: {yaml: {indent: 2}}\n', 'yaml'],
    ['stores: {yaml: {indent: 0}}\n', 'yaml'],
    ['stores: {json: {indent: 3}}\n', 'json'],
    ['stores: {json: {indent: 0}}\n', 'json'],
    ['stores: {json: {}}\n', 'json'],
    ['stores: {json_binary: {indent: 5}, json: {indent: 2}}\n', 'binary'],
    ['stores: {json: {indent: 2}}\n', 'binary'],
  ])('indents with %j in %s', async (stores, format) => {
    const config = `${stores}creation_rules:\n  - age: {A}\n`;
    const indentation = await withStage({ title: '', config }, ({ cwd, file }) => {
      const args = ['encrypt', '--input-type', format, '--output-type', format, file];
      const { stdout } = spawnSync(sops, args, { cwd, encoding: 'utf8' });
      return /^([ \t]*)"?mac"?:/m.exec(stdout)?.[1];
    });
    const { indent = 4 } = storeStyle(configOf(config), format);
    // The metadata is one level down in YAML, two in JSON.
    const levels = format === 'yaml' ? 1 : 2;
    expect(indentation).toBe((indent === -1 ? '\t' : ' '.repeat(indent)).repeat(levels));
  });
});

function sopsOutcome(sops: string, one: ConfigCase, stage: Stage): ConfigOutcome {
  const run = (extra: readonly string[]) => {
    const { SOPS_CONFIG: _none, ...env } = process.env;
    return spawnSync(sops, [...argsOf(one), ...extra, stage.file], {
      cwd: stage.cwd,
      encoding: 'utf8',
      env: {
        ...env,
        PWD: one.logicalCwd ? stage.cwd : fs.realpathSync(stage.cwd),
        GNUPGHOME: '/nonexistent',
        ...(one.env === undefined ? {} : { SOPS_CONFIG: one.env }),
      },
    });
  };
  const asked = run(NO_KEYSERVICE).stderr;
  const keys = [...asked.matchAll(/failed to encrypt new data key with master key "([^"]*)"/g)].map(
    (match) => match[1] ?? '',
  );
  // Keys that are not age are not asked: some would go to the network.
  if (keys.some((key) => !key.startsWith('age1'))) return { status: 1, keys };
  const { status, stdout } = run(['--output-type', 'json']);
  return { status: status ?? -1, keys, ...(status === 0 ? { written: metadataOf(stdout) } : {}) };
}

function argsOf(one: ConfigCase): string[] {
  const config = one.flag === undefined ? [] : ['--config', one.flag];
  const selectors = Object.entries(one.selectors ?? {}).flatMap(([kind, value]) => [
    `--${kind.replaceAll('_', '-')}`,
    value,
  ]);
  const age = one.age === undefined ? [] : ['--age', withRecipients(one.age)];
  return [...config, 'encrypt', ...selectors, ...age];
}

interface Metadata {
  readonly age?: readonly { readonly recipient: string }[];
  readonly key_groups?: readonly { readonly age: readonly { readonly recipient: string }[] }[];
  readonly shamir_threshold?: number;
  readonly mac_only_encrypted?: boolean;
}

function metadataOf(text: string): NonNullable<ConfigOutcome['written']> {
  const { sops: metadata } = JSON.parse(text) as { readonly sops: Metadata };
  const groups = metadata.key_groups ?? [{ age: metadata.age ?? [] }];
  const [selector = ['none', '']] = Object.entries(metadata).filter(([name]) =>
    /_(?:suffix|regex)$/.test(name),
  );
  return {
    groups: groups.map((group) => group.age.map(({ recipient }) => recipient)),
    ...(groups.length > 1 ? { threshold: metadata.shamir_threshold ?? 0 } : {}),
    selector: selector.join('='),
    macOnlyEncrypted: metadata.mac_only_encrypted ?? false,
  };
}

function record(outcomes: Readonly<Record<string, ConfigOutcome>>): void {
  const file = new URL('../vectors/config.json', import.meta.url);
  const lines = Object.entries(outcomes).map(
    ([title, outcome]) => `${JSON.stringify(title)}: ${JSON.stringify(outcome)}`,
  );
  fs.writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`);
}
