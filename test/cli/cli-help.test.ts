import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { load } from '../../src/cli/command-line.ts';
import { command as oldForm } from '../../src/cli/commands/old-form.ts';
import { registry } from '../../src/cli/registry.ts';
import { sopsVersion } from '../../src/cli/version.ts';
import { byName, ownHelp, readSopsHelp } from './sops-help.ts';

/** Made by test/vectors/recorders/cli-help.js. */
const recorded = JSON.parse(readFileSync(new URL('../vectors/cli-help.json', import.meta.url), 'utf8')) as {
  readonly version: string;
  readonly help: Readonly<Record<string, string>>;
};
const groups = new Set(
  Object.keys(recorded.help).flatMap((name) => (name.includes(' ') ? [name.split(' ')[0]] : [])),
);
const commands = Object.keys(recorded.help).filter((name) => name !== '' && !groups.has(name));

it('follows the recorded sops', () => {
  expect(recorded.version).toBe(`sops ${sopsVersion}`);
});

it('has the commands of sops, and says of each other one that it goes beyond', async () => {
  const own = await Promise.all([...registry.keys()].map(async (name) => (await load(name)).command));
  const asInSops = own.filter((command) => command.beyond !== true).map(({ name }) => name);
  expect(asInSops.sort()).toEqual([...commands].sort());
});

describe('each command has the flags, aliases, variables and defaults of sops', () => {
  it.each(commands)('%s', async (name) => {
    const { command } = await load(name);
    expect(byName(ownHelp(command))).toEqual(byName(readSopsHelp(recorded.help[name] ?? '').flags));
  });

  it('the old form', () => {
    expect(byName(ownHelp(oldForm))).toEqual(byName(readSopsHelp(recorded.help[''] ?? '').flags));
  });
});

it('names each flag of a command once', async () => {
  for (const name of registry.keys()) {
    const { command } = await load(name);
    const names = command.flags.flatMap((flag) => [flag.name, ...(flag.aliases ?? [])]);
    expect(names, name).toEqual([...new Set(names)]);
  }
});
