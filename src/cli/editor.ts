import { SopskitError } from '../errors/sopskit-error.ts';
import type { System } from '../system/system.ts';
import { splitWords } from './shell-words.ts';

/** What is tried when no variable names an editor. */
const commonEditors = ['vim', 'nano', 'vi'];

/**
 * Opens a file in the user's editor and waits for it: `$SOPS_EDITOR`, else `$EDITOR` (words split as in a shell), else
 * vim, nano or vi. Throws `edit.no-editor` when there is none, `edit.failed` when it fails.
 */
export async function runEditor(system: System, path: string): Promise<void> {
  const [program, ...args] = chooseEditor(system);
  try {
    const { status, signal } = await system.processes.attach(program, [...args, path]);
    if (status !== 0) throw failed(program, signal === null ? `status ${status}` : signal);
  } catch (error) {
    if (error instanceof SopskitError && error.code === 'process.missing') throw missing(program);
    if (error instanceof SopskitError && error.code === 'process.failed')
      throw failed(program, error.message);
    throw error;
  }
}

function chooseEditor(system: System): readonly [string, ...string[]] {
  for (const name of ['SOPS_EDITOR', 'EDITOR']) {
    const text = system.env.get(name) ?? '';
    if (text === '') continue;
    const [program, ...args] = splitWords(text) ?? [];
    if (program === undefined) {
      throw new SopskitError(
        'edit.no-editor',
        `$${name} is not a command line: it is blank, or a quote is not closed`,
      );
    }
    return [program, ...args];
  }
  const found = commonEditors.find((editor) => system.processes.find(editor) !== null);
  if (found !== undefined) return [found];
  throw new SopskitError(
    'edit.no-editor',
    `there is no editor: none of ${commonEditors.join(', ')} is installed`,
    {
      hint: `set SOPS_EDITOR or EDITOR, such as EDITOR='code --wait'`,
    },
  );
}

function missing(program: string): SopskitError {
  return new SopskitError('edit.no-editor', `the editor ${program} cannot be found`, {
    hint: 'set SOPS_EDITOR or EDITOR to a program on PATH',
  });
}

function failed(program: string, how: string): SopskitError {
  return new SopskitError('edit.failed', `the editor ${program} ended with ${how}; the file is as it was`);
}
