import { describe, expect, it } from 'vitest';
import { helpText } from '../../src/cli/help.ts';
import { registry } from '../../src/cli/registry.ts';

const topics = ['', 'groups', 'completion', ...registry.keys()];

describe('help', () => {
  it.each(topics)('of %j fits 80 columns', async (topic) => {
    const lines = (await helpText(topic)).split('\n');
    const free = lines.filter((line) => !/^ {2}(sopskit|EDITOR=)/.test(line));
    expect(free.filter((line) => [...line].length > 80)).toEqual([]);
  });

  it('lists every command once', async () => {
    const text = await helpText('');
    for (const name of registry.keys()) expect(text.split(`\n  ${name} `).length, name).toBe(2);
  });

  it('shows each form of a command on a line of its own, with its brackets closed', async () => {
    for (const name of registry.keys()) {
      const lines = (await helpText(name)).split('\n').filter((line) => / sopskit .*\[FLAGS\]/.test(line));
      expect(lines.length, name).toBeGreaterThan(0);
      for (const line of lines)
        expect([name, line.split('[').length]).toEqual([name, line.split(']').length]);
    }
  });

  it('shows examples, flags, defaults and variables', async () => {
    const text = await helpText('keyservice');
    expect(text).toContain('Examples:\n');
    expect(text).toContain('--addr, --address ADDRESS');
    expect(text.replace(/\s+/g, ' ')).toContain('[default: 127.0.0.1:5000]');
    expect(await helpText('encrypt')).toContain('$SOPS_AGE_RECIPIENTS');
  });
});
