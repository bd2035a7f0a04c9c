/** One command of a guide, and what the guide says that it prints. */
export interface GuideStep {
  readonly line: number;
  readonly command: string;
  /** Both outputs, in order. `…` stands for any text within a line; on a line of its own, for any lines. */
  readonly expected: string;
  /** Exit status: 0, or what `# exits N` behind the command says. */
  readonly status: number;
}

/**
 * Reads the steps of a guide: its ```console blocks, where a command begins with `$ ` (going on with `> `), and the
 * shell text of `<!-- setup … -->` comments, which readers do not see and whose output nobody expects.
 */
export function readGuide(markdown: string): GuideStep[] {
  const blocks = /^```console\n([\s\S]*?)^```$|^<!-- setup\n([\s\S]*?)^-->$/gm;
  return [...markdown.matchAll(blocks)].flatMap((match) => {
    const line = markdown.slice(0, match.index).split('\n').length;
    if (match[2] !== undefined) return [{ line, command: match[2], expected: '…\n', status: 0 }];
    return readConsole(match[1] ?? '', line + 1);
  });
}

function readConsole(text: string, start: number): GuideStep[] {
  const steps: { line: number; command: string; expected: string; status: number }[] = [];
  text
    .split('\n')
    .slice(0, -1)
    .forEach((line, index) => {
      const last = steps.at(-1);
      if (line.startsWith('$ ')) {
        const [, command = '', status = '0'] = /^\$ (.*?)(?:\s+# exits (\d+))?$/.exec(line) ?? [];
        steps.push({ line: start + index, command, expected: '', status: Number(status) });
      } else if (last === undefined) throw new Error(`line ${start + index}: output before any command`);
      else if (line.startsWith('> ') && last.expected === '') last.command += `\n${line.slice(2)}`;
      else last.expected += `${line}\n`;
    });
  return steps;
}

/** Whether an output is what a guide says. */
export function fits(output: string, expected: string): boolean {
  const lines = expected
    .split('\n')
    .map((line) => (line === '…' ? '(?:.*\\n)*?' : `${textPattern(line)}\\n`));
  return new RegExp(`^${lines.slice(0, -1).join('')}$`).test(output);
}

function textPattern(line: string): string {
  const parts = line.split('…').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return parts.join('.*');
}
