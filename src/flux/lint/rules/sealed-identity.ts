import type { RuleInfo } from '../../../findings/finding.ts';
import { valueAt } from '../../../tree/mapping.ts';
import type { Mapping } from '../../../tree/value.ts';
import { type FileUse, kustomizationsText } from '../file-use.ts';
import type { LintNode } from '../lint-node.ts';
import type { FluxRule } from '../rule.ts';
import { isLeftSealed, sealedPaths } from '../sealed-object.ts';

const sealedIdentityInfo: RuleInfo = {
  code: 'flux.sealed-identity',
  level: 'warning',
  title: 'an encrypted apiVersion, kind or metadata',
  about:
    'kustomize works on the ciphertext: it cannot find the object by its kind and name for a patch, and whatever it sets there (a namespace, a prefix, a label) overwrites ciphertext, after which Flux cannot decrypt the object ("does not match sops\' data format"): then this is an error. Nor can anybody see what is applied. Encrypt data and stringData only: encrypted_regex: ^(data|stringData)$.',
};

const fields = new Set(['apiVersion', 'kind', 'metadata']);
/** What kustomize writes into metadata. */
const writers = ['namespace', 'namePrefix', 'nameSuffix', 'commonLabels', 'labels', 'commonAnnotations'];

/** Objects whose identity is sealed. */
export const sealedIdentity: FluxRule = {
  infos: [sealedIdentityInfo],
  async lint(scene) {
    for (const { path, subject, uses } of await scene.usedFiles()) {
      if (!subject.signs.metadata || !uses.some(({ file }) => file.role === 'resource')) continue;
      for (const object of await subject.objects()) {
        if (object.part.metadata === null || isLeftSealed(object)) continue;
        const depth = object.path.length;
        const first = sealedPaths(object).find((sealed) => fields.has(String(sealed.path[depth])));
        if (first === undefined) continue;
        const writer = await writerAmong(uses);
        scene.tell(sealedIdentityInfo, {
          place: {
            file: path,
            ...(first.line === undefined ? {} : { line: first.line + object.part.lineOffset }),
            path: first.path,
          },
          level: writer === null ? 'warning' : 'error',
          message:
            writer === null
              ? `${first.path[depth]} is encrypted, and kustomize sees only the ciphertext`
              : `${first.path[depth]} is encrypted, and ${writer} writes into it: ${kustomizationsText(uses.map(({ node }) => node))} cannot decrypt it any more`,
          fix: `Encrypt it anew with encrypted_regex: ^(data|stringData)$ in .sops.yaml: sopskit decrypt ${path} | sopskit encrypt --filename-override ${path} --output ${path}`,
        });
      }
    }
  },
};

async function writerAmong(uses: readonly FileUse[]): Promise<string | null> {
  for (const { node } of uses) {
    const writer = await writerOf(node);
    if (writer !== null) return writer;
  }
  return null;
}

async function writerOf(node: LintNode): Promise<string | null> {
  const { targetNamespace, namePrefix, nameSuffix, commonLabels, commonAnnotations } = node.spec;
  const own = [
    targetNamespace === null ? null : 'targetNamespace',
    namePrefix === null ? null : 'namePrefix',
    nameSuffix === null ? null : 'nameSuffix',
    commonLabels.size + commonAnnotations.size === 0 ? null : 'commonMetadata',
  ].find((field) => field !== null);
  if (own !== undefined) return `${own} of Kustomization ${node.key}`;
  for (const { path, data } of (await node.reach()).kustomizations) {
    const field = writers.find((name) => isSet(data, name));
    if (field !== undefined) return `${field} in ${path}`;
  }
  return null;
}

function isSet(data: Mapping, field: string): boolean {
  const value = valueAt(data, field);
  return value !== undefined && value.kind !== 'null';
}
