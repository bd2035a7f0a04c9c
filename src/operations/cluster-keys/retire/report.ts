import type { SecretRef } from '../../../flux/decryption/decryption.ts';
import type { AfterLook } from './still-decrypts.ts';
import {
  blocks,
  type KustomizationVerdict,
  type NamingRule,
  type OtherFile,
  type UnmergedBranch,
} from './verdict.ts';

/** What `keys retire` found and did. */
export interface RetireReport {
  readonly recipient: string;
  /**
   * `blocked`: something needs it, or may; `planned`: `--dry-run`; `put-back`: a Kustomization could not decrypt without
   * it, so that it is in the cluster again.
   */
  readonly outcome: 'retired' | 'nothing' | 'blocked' | 'planned' | 'declined' | 'put-back';
  readonly clusters: readonly RetiredCluster[];
  readonly rules: readonly NamingRule[];
  readonly branches: readonly UnmergedBranch[];
  /** Branches of remotes that could not be fetched. */
  readonly unseenBranches: readonly string[];
  /** Files that need it, and that no Kustomization decrypts with these Secrets: they hold nothing up. */
  readonly others: readonly OtherFile[];
  readonly key: RetiredKeyFile;
  /** Clusters of the repository that were not looked at. */
  readonly unseen: readonly string[];
}

export interface RetiredCluster {
  readonly context: string;
  readonly server: string;
  /** The repository's name for it; `null`: it has none. */
  readonly cluster: string | null;
  readonly secrets: readonly RetiredSecret[];
  readonly kustomizations: readonly KustomizationVerdict[];
  /** `null`: it was not looked at again (`--no-wait`, or nothing was done). */
  readonly after: AfterLook | null;
}

export interface RetiredSecret {
  readonly ref: SecretRef;
  readonly entries: readonly { readonly name: string; readonly removed: boolean }[];
  readonly leaked: boolean;
}

/** What became, or becomes, of the private key on this machine. */
export interface RetiredKeyFile {
  /** The file that keeps it; `null`: none (`--destroy`, or it is nowhere to be had). */
  readonly archived: string | null;
  readonly destroyed: boolean;
  /** Key files that it was taken out of. */
  readonly removedFrom: readonly string[];
  /** Places where it still is, and why. */
  readonly kept: readonly { readonly place: string; readonly why: string }[];
}

export function isBlocked({ clusters, rules }: Pick<RetireReport, 'clusters' | 'rules'>): boolean {
  return (
    rules.some(({ effect }) => effect === 'blocks') ||
    clusters.some(({ kustomizations }) => kustomizations.some(blocks))
  );
}

/** The report as a JSON document; no key is in it. */
export function reportJson(report: RetireReport): object {
  return {
    recipient: report.recipient,
    outcome: report.outcome,
    clusters: report.clusters.map(({ secrets, kustomizations, ...cluster }) => ({
      ...cluster,
      secrets: secrets.map(({ ref, entries, leaked }) => ({
        ...ref,
        entries: entries.map(({ name, removed }) => ({ name, change: removed ? 'removed' : 'shortened' })),
        lastApplied: leaked,
      })),
      kustomizations: kustomizations.map((verdict) => ({ ...verdict, blocks: blocks(verdict) })),
    })),
    rules: report.rules
      .filter(({ effect }) => effect !== 'elsewhere')
      .map(({ effect, instead, ...rule }) => ({ ...rule, blocks: effect === 'blocks', instead })),
    branches: report.branches,
    unseenBranches: report.unseenBranches,
    others: report.others,
    key: report.key,
    unseen: report.unseen,
  };
}
