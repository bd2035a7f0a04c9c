import type { RuleInfo } from '../../../findings/finding.ts';
import type { MasterKey } from '../../../keys/key-source.ts';
import type { Metadata } from '../../../sops/metadata.ts';
import { kustomizationsText } from '../file-use.ts';
import type { FluxRule } from '../rule.ts';

const recipientInfo: RuleInfo = {
  code: 'flux.recipient',
  level: 'error',
  title: 'an encrypted file without a recipient that Flux can open',
  about:
    'The controller takes age keys (X25519, and since Flux 2.9 post-quantum), PGP keys, and the key services of AWS, Azure, GCP and Vault. It has no SSH keys, and no plugins for hardware keys. Add the age key of the cluster to the rule, then: sopskit updatekeys.',
};

/** What the controller decrypts. */
const roles: ReadonlySet<string> = new Set(['resource', 'patch', 'secret-file', 'secret-env']);

/** Encrypted files that the controller cannot open, whatever key it is given. */
export const recipient: FluxRule = {
  infos: [recipientInfo],
  async lint(scene) {
    for (const { path, subject, uses } of await scene.usedFiles()) {
      const nodes = uses
        .filter(({ node, file }) => node.decrypts && roles.has(file.role))
        .map(({ node }) => node);
      if (nodes.length === 0 || !subject.signs.metadata) continue;
      const seal = await subject.seal();
      const why = seal?.kind === 'good' ? unopenableBecause(seal.metadata) : null;
      if (why === null) continue;
      scene.tell(recipientInfo, {
        place: { file: path },
        message: `${kustomizationsText(nodes)} cannot open the file: ${why}`,
        fix: `Add the age recipient of the cluster to its rule in .sops.yaml, then: sopskit updatekeys -y ${path}`,
      });
    }
  },
};

/** `null` where the controller could have what opens it. */
function unopenableBecause({ keyGroups, shamirThreshold }: Metadata): string | null {
  const openable = keyGroups.filter((group) => group.some((key) => problemOf(key) === null)).length;
  const needed = keyGroups.length > 1 ? shamirThreshold || keyGroups.length : 1;
  if (openable >= needed) return null;
  const problems = [...new Set(keyGroups.flat().flatMap((key) => problemOf(key) ?? []))];
  return keyGroups.length === 1
    ? `it is encrypted for ${problems.join(' and ')} only, which it cannot use`
    : `${needed} of ${keyGroups.length} key groups are needed, and it can open ${openable}: it cannot use ${problems.join(' and ')}`;
}

function problemOf({ source, id }: MasterKey): string | null {
  if (source !== 'age') return null;
  if (id.startsWith('ssh-')) return 'SSH keys';
  // more than one separator: age1plugin1…; age1pq1… is built in
  return !id.startsWith('age1pq1') && id.startsWith('age1') && id.lastIndexOf('1') > 3
    ? 'keys of age plugins'
    : null;
}
