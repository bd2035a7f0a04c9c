import type { RuleInfo } from '../../../findings/finding.ts';
import { kustomizationsText, type UsedFile } from '../file-use.ts';
import type { LintNode } from '../lint-node.ts';
import type { LintScene } from '../lint-scene.ts';
import type { FluxRule } from '../rule.ts';
import { folderOf } from '../tree-index.ts';

export const sopsOnKindInfo: RuleInfo = {
  code: 'flux.sops-on-kind',
  level: 'error',
  title: 'an encrypted file of a kind that Flux cannot decrypt',
  about:
    'Flux decrypts objects after kustomize, and before it only the files of secretGenerator and of patches[].path. A kustomization, a component, transformers, configurations, patchesStrategicMerge and patchesJson6902 are read by kustomize as they lie, which refuses the sops block (but in the kustomization at the path itself, where the controller drops it) and takes the ciphertext for the values; a List loses its sops block when kustomize takes it apart. Keep secrets in Secrets, and name patches in patches[].path.',
};

/** Encrypted files in roles in which the controller does not decrypt them (decryptor.go, DecryptSources). */
export const sopsOnKind: FluxRule = {
  infos: [sopsOnKindInfo],
  async lint(scene) {
    for (const used of await scene.usedFiles()) {
      if (used.subject.signs.metadata && (await isSealed(used))) await tellFile(scene, used);
    }
    for (const cluster of scene.clusters) {
      for (const node of cluster.nodes) await tellKustomizations(scene, node);
    }
  },
};

async function isSealed({ subject }: UsedFile): Promise<boolean> {
  return (await subject.parts()).some(({ metadata }) => metadata !== null);
}

async function tellFile(scene: LintScene, { path, subject, uses }: UsedFile): Promise<void> {
  const of = (...roles: readonly string[]) => uses.filter(({ file }) => roles.includes(file.role));
  const kustomizes = of('old-patch', 'setting');
  if (kustomizes.length > 0) {
    scene.tell(sopsOnKindInfo, {
      place: { file: path },
      message: `the file is encrypted, and kustomize reads it as it lies: ${kustomizes[0]?.file.by?.file} names it in ${String(kustomizes[0]?.file.by?.path[0])}`,
      fix: 'Name it in patches[].path, whose files Flux decrypts first, or keep the secret in a Secret.',
    });
  }
  if (of('resource').length === 0) return;
  for (const object of await subject.objects()) {
    if (object.part.metadata === null || object.path.length > 0 || !object.kind.endsWith('List')) continue;
    scene.tell(sopsOnKindInfo, {
      place: {
        file: path,
        ...(object.manifest.line === undefined
          ? {}
          : { line: object.manifest.line + object.part.lineOffset }),
      },
      message: `a ${object.kind} is encrypted: kustomize takes it apart, and its objects lose the sops block`,
      fix: 'Write the objects as documents of their own (---), and encrypt them.',
    });
  }
}

async function tellKustomizations(scene: LintScene, node: LintNode): Promise<void> {
  for (const { path } of (await node.reach()).kustomizations) {
    const subject = await node.subject(path);
    const sealed = subject?.signs.metadata === true && (await subject.parts())[0]?.metadata != null;
    if (!sealed) continue;
    scene.tell(sopsOnKindInfo, {
      place: { file: path },
      message:
        folderOf(path) === node.spec.path
          ? `the kustomization itself is encrypted: ${kustomizationsText([node])} does not decrypt it, and takes the ciphertext for its values`
          : `the kustomization itself is encrypted: kustomize refuses the sops block, and ${kustomizationsText([node])} fails`,
      fix: `Take it back in plaintext (sopskit decrypt -i ${path}), and exclude kustomizations in .sops.yaml.`,
    });
  }
}
