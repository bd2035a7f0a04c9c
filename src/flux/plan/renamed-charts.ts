import { formatNamed } from '../../formats/registry.ts';
import { textAt } from '../../manifests/kubernetes-object.ts';
import type { Snapshot, SnapshotFile } from '../../repository/snapshot.ts';
import type { Unknown } from '../unknown.ts';

/**
 * Tells of charts in the repository whose name is another one afterwards: helm-controller compares the name of the chart
 * that it loads with the release's, and uninstalls a release of another (`ReleaseTargetChanged`). No manifest says it.
 */
export async function renamedCharts(base: Snapshot, head: Snapshot): Promise<readonly Unknown[]> {
  const before = new Map((await charts(base)).map((file) => [file.path, file]));
  const found: Unknown[] = [];
  for (const file of await charts(head)) {
    const old = before.get(file.path);
    if (old === undefined || (old.blob !== null && old.blob === file.blob)) continue;
    const [was, is] = [await nameIn(base, file.path), await nameIn(head, file.path)];
    if (was !== null && is !== null && was !== is) found.push(renamed(file.path, was, is));
  }
  return found;
}

async function charts(snapshot: Snapshot): Promise<readonly SnapshotFile[]> {
  return (await snapshot.list()).filter(
    ({ path, kind }) => kind === 'file' && /(?:^|\/)Chart\.yaml$/.test(path),
  );
}

/** `null`: no chart, or none that can be read; helm then fails, and changes nothing. */
async function nameIn(snapshot: Snapshot, path: string): Promise<string | null> {
  const bytes = await snapshot.read(path);
  if (bytes === null) return null;
  try {
    const [chart] = (await formatNamed('yaml')).parse(bytes).branches;
    return chart === undefined ? null : textAt(chart, 'name') || null;
  } catch {
    return null;
  }
}

function renamed(path: string, was: string, is: string): Unknown {
  return {
    reason: 'opaque-source',
    subject: path,
    message: `the chart in ${path} is called ${is} from now on, and was ${was}: helm-controller uninstalls every release that a HelmRelease made of it, and installs it anew`,
    fix: 'Keep the name, or set spec.upgrade.chartNameChangeStrategy: InPlace in its HelmReleases first.',
  };
}
