import { ciphertextProblem } from '../../../repository/check/ciphertext-problem.ts';
import { ciphertextOf } from '../../../repository/check/sealed-leaves.ts';
import { nodeAt } from '../../../tree/node-at.ts';
import { kustomizationsText } from '../file-use.ts';
import type { LintNode } from '../lint-node.ts';
import type { LintScene } from '../lint-scene.ts';
import { itemsAt } from '../named-files.ts';
import type { Naming, ReachedKustomization } from '../reach.ts';
import type { FluxRule } from '../rule.ts';
import { cutOffInfo } from './cut-off.ts';
import { sopsOnKindInfo } from './sops-on-kind.ts';

/** What a secretGenerator says itself: ciphertext as a literal, and names that hide the format of a file. */
export const generatedSecrets: FluxRule = {
  infos: [],
  async lint(scene) {
    for (const { nodes } of scene.clusters) {
      for (const node of nodes) {
        const { kustomizations, files } = await node.reach();
        for (const one of kustomizations) lintLiterals(scene, node, one);
        for (const { path, role, by } of files)
          if (role === 'secret-file' && by !== null && node.decrypts) await lintName(scene, node, [path, by]);
      }
    }
  },
};

function lintLiterals(scene: LintScene, node: LintNode, { path: file, data }: ReachedKustomization): void {
  for (const list of ['secretGenerator', 'configMapGenerator'] as const) {
    for (const { value: generator, path } of itemsAt(data, [list])) {
      if (generator.kind !== 'mapping') continue;
      for (const { value, path: at } of itemsAt(generator, ['literals'])) {
        if (value.kind !== 'string') continue;
        const text = ciphertextOf({ ...value, value: value.value.replace(/^[^=]*=/, '') });
        if (text === null || ciphertextProblem(text) !== null) continue;
        scene.tell(cutOffInfo, {
          place: { file, ...(value.line === undefined ? {} : { line: value.line }), path: [...path, ...at] },
          message: `the literal is ciphertext, which nothing opens: ${kustomizationsText([node])} would store it as it is`,
          fix: 'Put the value into an encrypted file, and name that in files or envs of a secretGenerator.',
        });
      }
    }
  }
}

/** Names after which Flux takes a file for something else than one value (decryptor.go, formatForPath). */
const structured = /\.(?:ya?ml|json|env|ini|dockerconfigjson)$/;

async function lintName(
  scene: LintScene,
  node: LintNode,
  [path, by]: readonly [path: string, by: Naming],
): Promise<void> {
  const subject = await node.subject(path);
  if (subject === null || !subject.signs.metadata || !/^sops:/m.test(subject.bytes.toString('utf8'))) return;
  const kustomization = (await node.reach()).kustomizations.find((one) => one.path === by.file);
  const named = kustomization === undefined ? null : nodeAt(kustomization.data, by.path);
  if (named?.kind !== 'string') return;
  const [left = '', right] = named.value.split('=');
  const key = right === undefined ? (left.split('/').at(-1) ?? left) : left;
  if (structured.test(key)) return;
  scene.tell(sopsOnKindInfo, {
    place: { file: by.file, ...(by.line === undefined ? {} : { line: by.line }), path: by.path },
    message: `${path} is encrypted YAML, and the generator names it ${key}: Flux goes by that name, takes it for one whole value, and ${kustomizationsText([node])} fails`,
    fix: `Give it a name that ends in .yaml: ${key.replace(/\.[^.]*$/, '')}.yaml=${right ?? left}, or encrypt the file as one value (sopskit encrypt --input-type binary).`,
  });
}
