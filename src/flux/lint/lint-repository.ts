import path from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Report } from '../../findings/report.ts';
import type { System } from '../../system/system.ts';
import { openWorkspace } from '../open-workspace.ts';
import type { WorkspaceOptions } from '../workspace.ts';
import { lintModel } from './lint.ts';

export interface LintRepositoryRequest {
  readonly workspace: WorkspaceOptions;
  /** Files and folders to tell of, as typed. */
  readonly paths: readonly string[];
  /** Anything that git names; `null`: the working tree. */
  readonly revision: string | null;
}

export interface Linted {
  readonly report: Report;
  /** Absolute; what the places of the findings are relative to. */
  readonly root: string;
}

/**
 * Lints the repository of the current folder. Throws `flux.no-entry` where there is nothing of Flux in it, `git.*`,
 * `file.missing`, `usage.invalid` for a path outside.
 */
export async function lintRepository(system: System, request: LintRepositoryRequest): Promise<Linted> {
  const workspace = await openWorkspace(system, request.workspace);
  try {
    const { root } = workspace;
    const paths = request.paths.map((word) => fromRoot(system, root, word, request.revision === null));
    const snapshot = await workspace.snapshot(request.revision);
    const model = await workspace.model(snapshot);
    return { report: await lintModel(model, snapshot, { paths, now: system.now() }), root };
  } finally {
    await workspace.close();
  }
}

function fromRoot(system: System, root: string, word: string, isThere: boolean): string {
  const full = path.resolve(system.files.cwd, word);
  if (isThere && system.files.kindOf(full) === null)
    throw new SopskitError('file.missing', `there is no file or folder ${word}`, {
      hint: 'PATH says which files to tell of; the sync path to begin at is --path.',
    });
  const real = path.join(
    system.files.realPath(path.dirname(full)) ?? path.dirname(full),
    path.basename(full),
  );
  const relative = path.relative(system.files.realPath(root) ?? root, full === root ? root : real);
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative))
    throw new SopskitError('usage.invalid', `${word} is not in the repository of the current folder`, {
      hint: 'Run sopskit flux lint in the repository of the file.',
    });
  return relative.split(path.sep).join('/');
}
