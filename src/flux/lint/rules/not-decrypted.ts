import type { Place } from '../../../errors/sopskit-error.ts';
import type { RuleInfo } from '../../../findings/finding.ts';
import { decryptsByPatch } from '../decrypts-by-patch.ts';
import { type FileUse, kustomizationsText, type UsedFile } from '../file-use.ts';
import { additionPatch, usualDecryption } from '../flux-patch.ts';
import type { LintNode } from '../lint-node.ts';
import type { LintScene } from '../lint-scene.ts';
import type { FluxRule } from '../rule.ts';
import {
  isDecryptionDisabled,
  isLeftSealed,
  type Outcome,
  outcomeOf,
  sealedPaths,
  titleOf,
} from '../sealed-object.ts';

const stored: RuleInfo = {
  code: 'flux.ciphertext-stored',
  level: 'error',
  title: 'ciphertext that the cluster stores as the value',
  about:
    'The Kustomization has no decryption. A Secret with stringData, a ConfigMap, and what a secretGenerator makes are then applied as they are: Flux says Ready, and the programs get ENC[AES256_GCM,… for a password. Nothing in the cluster tells. Give the Kustomization spec.decryption.',
};
const refused: RuleInfo = {
  code: 'flux.ciphertext-refused',
  level: 'error',
  title: 'an encrypted object under a Kustomization that does not decrypt',
  about:
    'The Kustomization has no decryption. A Secret with encrypted data is refused ("is SOPS encrypted, configuring decryption is required"), a custom resource by the API server (".sops: field not declared in schema"); the whole Kustomization then applies nothing more. Give it spec.decryption.',
};

/** Encrypted files under Kustomizations without decryption: each of the three things that then happen. */
export const notDecrypted: FluxRule = {
  infos: [stored, refused],
  async lint(scene) {
    for (const used of await scene.usedFiles()) {
      if (!used.subject.signs.metadata) continue;
      await tellDisabled(scene, used);
      const uses: FileUse[] = [];
      for (const use of used.uses)
        if (!use.node.decrypts && !(await decryptsByPatch(use.cluster, use.node))) uses.push(use);
      if (uses.length > 0) await tellFile(scene, used, uses);
    }
  },
};

async function tellFile(
  scene: LintScene,
  { path, subject }: UsedFile,
  uses: readonly FileUse[],
): Promise<void> {
  if ((await subject.parts()).every(({ metadata }) => metadata === null)) return;
  const of = (...roles: readonly string[]) => uses.filter(({ file }) => roles.includes(file.role));
  const generated = of('secret-file', 'secret-env');
  if (generated.length > 0) {
    const by = generated[0]?.file.by?.file ?? 'a kustomization';
    await tell(scene, 'stored', { file: path }, `the Secret that ${by} makes of the file`, generated);
  }
  const applied = of('resource', 'patch');
  if (applied.length === 0) return;
  for (const object of await subject.objects()) {
    if (object.part.metadata === null || isLeftSealed(object)) continue;
    const first = sealedPaths(object)[0];
    const line = first?.line ?? object.manifest.line;
    const place = {
      file: path,
      ...(line === undefined ? {} : { line: line + object.part.lineOffset }),
      ...(first === undefined ? {} : { path: first.path }),
    };
    await tell(scene, outcomeOf(object), place, titleOf(object), applied);
  }
}

/** `decrypt: disabled` on what no operator opens: the ciphertext is then the value. */
async function tellDisabled(scene: LintScene, { path, subject, uses }: UsedFile): Promise<void> {
  if (!uses.some(({ file }) => file.role === 'resource')) return;
  for (const object of await subject.objects()) {
    if (object.part.metadata === null || !isDecryptionDisabled(object)) continue;
    if (outcomeOf(object) !== 'stored') continue;
    const first = sealedPaths(object)[0];
    scene.tell(stored, {
      place: {
        file: path,
        ...(first?.line === undefined ? {} : { line: first.line + object.part.lineOffset }),
        ...(first === undefined ? {} : { path: first.path }),
      },
      level: 'warning',
      message: `${titleOf(object)} is encrypted, and its annotation kustomize.toolkit.fluxcd.io/decrypt: disabled keeps Flux from decrypting it: Flux says Ready, and the ciphertext is stored as the value`,
      fix: 'Take the annotation out, unless something in the cluster decrypts the object.',
    });
  }
}

async function tell(
  scene: LintScene,
  outcome: Outcome,
  place: Place,
  subject: string,
  uses: readonly FileUse[],
): Promise<void> {
  if (outcome === 'harmless') return;
  const nodes = uses.map(({ node }) => node);
  const says = {
    stored: 'says Ready, and the ciphertext is stored as the value',
    refused: 'fails: the Secret "is SOPS encrypted, configuring decryption is required"',
    'no-field': 'fails: ".sops: field not declared in schema"',
  }[outcome];
  scene.tell(outcome === 'stored' ? stored : refused, {
    place,
    message: `${subject} is encrypted, and ${kustomizationsText(nodes)} ${nodes.length > 1 ? 'have' : 'has'} no decryption: Flux ${says}`,
    fix: await decryptionFix(nodes[0]),
  });
}

/** Where decryption belongs: the Kustomization's own manifest, or for the entry a patch that bootstrap leaves alone. */
export async function decryptionFix(node: LintNode | undefined): Promise<string> {
  if (node === undefined) return 'Give its Kustomization spec.decryption.';
  const place = await node.place();
  const field = 'decryption: {provider: sops, secretRef: {name: sops-age}}';
  if (place.file?.endsWith('gotk-sync.yaml') ?? false) {
    const folder = place.file?.replace(/gotk-sync\.yaml$/, '') ?? '';
    const patch = additionPatch(
      'Kustomization',
      node.kustomization.name,
      '/spec/decryption',
      usualDecryption,
    );
    return `Add to patches of ${folder}kustomization.yaml: ${patch}`;
  }
  const where = place.file === undefined ? '' : ` in ${place.file}`;
  return `Add to the spec of Kustomization ${node.key}${where}: ${field}.`;
}
