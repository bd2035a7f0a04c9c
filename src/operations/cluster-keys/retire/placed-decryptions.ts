import type { KustomizationDecryption } from '../../../flux/decryption/decryption.ts';
import { findDecryptions } from '../../../flux/decryption/find-decryptions.ts';
import type { ClusterModel } from '../../../flux/model/model.ts';
import { gitReference } from '../../../flux/source/git-reference.ts';
import { commitOf } from '../../git/reach.ts';
import type { LiveUse } from './live-use.ts';
import { namesInText } from './sealed-files.ts';
import type { UnknownNeed } from './verdict.ts';

/** What a Kustomization decrypts in a state of the repository, and from where. */
export interface PlacedDecryption extends KustomizationDecryption {
  /** Where its source does not move with the state: the commit that it is at; `null`: it moves, or is no git repository. */
  readonly fixed: FixedSource | null;
}

export interface FixedSource {
  readonly commit: string;
  /** The branch that it follows, as this clone had it last; `null`: a tag, a commit, a version. */
  readonly branch: string | null;
}

/** Finds them in a cluster of a state. */
export async function placedDecryptions(model: ClusterModel): Promise<readonly PlacedDecryption[]> {
  const found = await findDecryptions(model);
  return found.map((decryption) => ({ ...decryption, fixed: fixedSource(model, decryption) }));
}

function fixedSource(model: ClusterModel, { node }: KustomizationDecryption): FixedSource | null {
  const source = model.sources.get(node.node.source);
  if (source?.content.kind !== 'repository' || source.content.follows) return null;
  const { revision } = source.content;
  if (revision === null) return null;
  const reference = source.manifest === null ? null : gitReference(source.manifest);
  return { commit: revision, branch: reference?.kind === 'branch' ? reference.value : null };
}

/** Whether a live Kustomization was judged at that commit already, or at the head of that branch, fetched now. */
export function isLookedAt({ revisions, source }: LiveUse, fixed: FixedSource | null): boolean {
  if (fixed === null) return false;
  if (fixed.branch !== null && fixed.branch === source.branch) return true;
  return revisions.some((revision) => commitOf(revision) === fixed.commit);
}

/** Files that it decrypts, that name a recipient, and that nobody can read: what opens them cannot be told. */
export async function brokenOf(
  { broken, node }: KustomizationDecryption,
  recipient: string,
): Promise<readonly UnknownNeed[]> {
  const found: UnknownNeed[] = [];
  for (const { path, message } of broken) {
    const bytes = (await node.node.tree?.read(path)) ?? null;
    if (bytes === null || !namesInText(bytes, recipient)) continue;
    const fix = `Mend it: sopskit check ${path} says what is wrong with it.`;
    found.push({ why: `${path} names the old key, and cannot be read: ${message}`, fix });
  }
  return found;
}
