import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { bashScript } from '../../src/cli/completion/bash.ts';
import { fishScript } from '../../src/cli/completion/fish.ts';
import { pwshScript } from '../../src/cli/completion/pwsh.ts';
import { type CompletionTable, completionTable } from '../../src/cli/completion/words.ts';
import { zshScript } from '../../src/cli/completion/zsh.ts';

let table: CompletionTable;
beforeAll(async () => {
  table = await completionTable();
});

function has(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0;
}

describe.skipIf(!has('bash'))('bash', () => {
  function complete(...words: string[]): readonly string[] {
    const script = `${bashScript(table)}
COMP_WORDS=("$@"); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _sopskit; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.split('\n').filter((line) => line !== '');
  }

  it('completes commands', () => {
    expect(complete('sopskit', '')).toContain('decrypt');
    expect(complete('sopskit', 'exec')).toEqual(['exec-env', 'exec-file']);
  });

  it('completes members of a group', () => {
    expect(complete('sopskit', 'groups', '')).toEqual(['add', 'delete']);
    expect(complete('sopskit', 'completion', 'b')).toEqual(['bash']);
  });

  it('completes flags of a command, and not those of another', () => {
    expect(complete('sopskit', 'decrypt', '--ex')).toEqual(['--extract']);
    expect(complete('sopskit', 'encrypt', '--ex')).toEqual([]);
    expect(complete('sopskit', 'groups', 'add', '--f')).toEqual(['--file']);
    expect(complete('sopskit', '--dec')).toEqual(['--decrypt', '--decryption-order']);
  });

  it('completes flags behind an argument, and values of a flag', () => {
    expect(complete('sopskit', 'decrypt', 'f', '--ig')).toEqual(['--ignore-mac']);
    expect(complete('sopskit', 'decrypt', '--output-type', 'y')).toEqual(['yaml']);
  });

  it('is also there for sops, unless that has one', () => {
    const registered = (before: string): string => {
      const script = `${before}\n${bashScript(table)}\ncomplete -p sopskit sops`;
      return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout;
    };
    expect(registered('')).toMatch(/-F _sopskit sopskit\n.*-F _sopskit sops\n$/);
    expect(registered('complete -F _other sops')).toMatch(/-F _sopskit sopskit\n.*-F _other sops\n$/);
  });

  it('leaves files to the shell', () => {
    expect(complete('sopskit', 'decrypt', 'sec')).toEqual([]);
    expect(complete('sopskit', 'decrypt', '--output', 'sec')).toEqual([]);
  });
});

describe.skipIf(!has('fish'))('fish', () => {
  function complete(line: string, before = ''): readonly string[] {
    const script = `${before}\n${fishScript(table)}complete -C '${line}'`;
    const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.split('\n').map((word) => word.split('\t')[0] ?? '');
  }

  it('completes commands, members, flags and values', () => {
    expect(complete('sopskit exec')).toEqual(expect.arrayContaining(['exec-env', 'exec-file']));
    expect(complete('sopskit groups ')).toEqual(['add', 'delete', '']);
    expect(complete('sopskit decrypt --ex')).toEqual(['--extract', '']);
    expect(complete('sopskit decrypt --output-type y')).toEqual(['yaml', '']);
    expect(complete('sopskit -d --ignore')).toEqual(['--ignore-mac', '']);
  });

  it('is also there for sops, unless that has one', () => {
    expect(complete('sops exec')).toEqual(expect.arrayContaining(['exec-env', 'exec-file']));
    expect(complete('sops decrypt --ex')).toEqual(['--extract', '']);
    expect(complete('sops --', 'complete -c sops -l other')).toContain('--other');
    expect(complete('sops --', 'complete -c sops -l other')).not.toContain('--decrypt');
  });
});

describe('scripts that this machine may not be able to run', () => {
  it('have every command and every flag', () => {
    const scripts = { zsh: zshScript(table), fish: fishScript(table), pwsh: pwshScript(table) };
    for (const [shell, script] of Object.entries(scripts)) {
      for (const { word } of table.first) expect(script, `${shell} ${word}`).toContain(word);
      for (const { flags } of table.commands) {
        for (const { name } of flags)
          expect(script, `${shell} ${name}`).toContain(shell === 'fish' ? `-l ${name}` : `--${name}`);
      }
    }
  });

  it.skipIf(!has('zsh'))('are valid zsh', () => {
    expect(spawnSync('zsh', ['-n'], { input: zshScript(table), encoding: 'utf8' }).stderr).toBe('');
  });

  it.skipIf(!has('zsh'))('are also there for sops in zsh, unless that has one', () => {
    const registered = (before: string): string => {
      const script = `autoload -U compinit; compinit -D -u; ${before}\n${zshScript(table)}\nprint $_comps[sopskit] $_comps[sops]`;
      return spawnSync('zsh', ['-f', '-c', script], { encoding: 'utf8' }).stdout;
    };
    expect(registered('')).toBe('_sopskit _sopskit\n');
    expect(registered('compdef _other sops')).toBe('_sopskit _other\n');
  });

  it('quote what shells would read otherwise', () => {
    expect(zshScript(table)).toContain(`'\\''["key"] "value"'\\''`.replace(/[[\]]/g, '\\$&'));
    expect(fishScript(table)).toContain(`\\'["key"] "value"\\'`);
    expect(pwshScript(table)).toContain(`''["key"] "value"''`);
  });
});
