import { type BuiltKustomization, buildReport } from '../flux/build/built-report.ts';
import { builtJson, printBuilt } from '../flux/build/print-built.ts';
import { storedCiphertext } from '../flux/build/stored-ciphertext.ts';
import { openWorkspace } from '../flux/open-workspace.ts';
import { printablePath } from '../system/path-text.ts';
import type { CommandContext } from './command.ts';
import type { FluxBuildRequest } from './commands/flux-build.ts';

/** Prints builds, and on standard error what failed or is unknown. Returns 1 where one could not be built, else 0. */
export async function printBuilds(request: FluxBuildRequest, context: CommandContext): Promise<number> {
  const { system, terminal } = context;
  const workspace = await openWorkspace(system, request.workspace);
  try {
    const report = await buildReport(workspace, request);
    const masked = request.masked ?? terminal.outputIsTerminal === true;
    const options = { masked, inventory: request.inventory };
    terminal.write(request.json ? builtJson(report, options) : printBuilt(report, options));
    const lines = [...new Set(report.kustomizations.flatMap(remarksOf))];
    for (const line of lines) terminal.tell(line);
    return report.kustomizations.every(({ build }) => build.kind === 'built') ? 0 : 1;
  } finally {
    await workspace.close();
  }
}

function remarksOf(one: BuiltKustomization): string[] {
  const { build, kustomization } = one;
  switch (build.kind) {
    case 'failed':
      return [`error: ${kustomization} fails: ${shown(build.message)}`, `hint: ${build.fix}`];
    case 'unknown':
      return build.unknowns.flatMap(({ message, fix }) => [`error: ${shown(message)}`, `hint: ${fix}`]);
    case 'built':
      return [
        ...build.unknowns.flatMap(({ message, fix }) => [`unknown: ${shown(message)}`, `hint: ${fix}`]),
        ...storedCiphertext(one).map((message) => `warning: ${shown(message)}`),
      ];
  }
}

/** Messages of kustomize have several lines, and names of files that may be anything. */
function shown(message: string): string {
  return message.split('\n').map(printablePath).join('\n  ');
}
