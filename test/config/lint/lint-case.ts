import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { lintConfiguration } from '../../../src/repository/lint-configuration.ts';
import { nodeSystem } from '../../../src/system/node/node-system.ts';

/** Public test keys; nobody has files for them. */
export const [alice, bob] = [
  'age128tmndjpx0uws2ktekzzft6kt3jegrcht9rsst48h8239wzcfyaspg4l9y',
  'age1zds5tlctxmh9lse5p5cjv3vgsqxl5f0n774hculp78tdwymshd4q8vd0ew',
] as const;
export const fingerprint = '0123456789ABCDEF0123456789ABCDEF01234567';

/** A Kubernetes Secret with a value that is none. */
export const secret = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\nstringData:\n  password: test\n';

/** A configuration, and what one rule has to say about it. */
export interface LintCase {
  readonly title: string;
  /** Text of the `.sops.yaml`. */
  readonly config: string;
  /** Other files of the repository, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Level and line of each finding of the rule, in order; none: it is silent. */
  readonly finds: readonly `${'error' | 'warning' | 'note'} ${number}`[];
  /** What the first finding's message or fix must contain. */
  readonly says?: string;
}

/** Writes the files, lints, and returns the findings of one code. */
export async function lint({ config, files = {} }: Pick<LintCase, 'config' | 'files'>, code?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'sopskit-lint-'));
  try {
    for (const [name, text] of Object.entries({ ...files, '.sops.yaml': config })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const { report } = await lintConfiguration(nodeSystem(), join(folder, '.sops.yaml'));
    return report.findings.filter(({ rule }) => code === undefined || rule.code === code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One rule with the lines of a rule's body, for `creation_rules`. */
export function ruleOf(...lines: readonly string[]): string {
  return `creation_rules:\n  - ${lines.join('\n    ')}\n`;
}
