import { isUtf8 } from 'node:buffer';
import { leavesBelow } from '../../manifests/leaves-below.ts';
import { ciphertextOf } from '../../repository/check/sealed-leaves.ts';
import type { Subject } from '../../repository/check/subject.ts';
import { nodeAt } from '../../tree/node-at.ts';
import type { Path } from '../../tree/path.ts';
import type { LintNode } from './lint-node.ts';
import { mappingAt, textsAt } from './lint-object.ts';

/** One `${NAME}` without a default, as Flux's substitution finds it. */
export interface VariableUse {
  readonly name: string;
  readonly file: string;
  readonly line: number | undefined;
  readonly path: Path;
  /** Whether it stands in a script, where it may be the shell's. */
  readonly inScript: boolean;
  /** Kind and name of the object, where it stands in one. */
  readonly kind: string;
  readonly object: string;
}

/** `$${NAME}` is an escape; what follows the name is a function, of which these give a default. */
const reference = /(\$*)\$\{([A-Za-z_][A-Za-z0-9_]*)(:?[=?-]|[^}])?/g;

/** Lists the variables without a default in what a Kustomization applies, before substitution. Comments do not count. */
export async function variableUses(node: LintNode): Promise<readonly VariableUse[]> {
  const found: VariableUse[] = [];
  const generated = new Set<string>();
  for (const file of (await node.reach()).files) {
    const subject = await node.subject(file.path);
    if (subject === null || generated.has(file.path)) continue;
    if (file.role === 'resource') found.push(...(await usesIn(subject)));
    else if (file.role === 'config-file' || file.role === 'config-env') {
      generated.add(file.path);
      if (!(await isGeneratedVerbatim(node, file.by?.file, file.by?.path)))
        found.push(...usesInText(subject));
    }
  }
  return found;
}

async function usesIn(subject: Subject): Promise<VariableUse[]> {
  const found: VariableUse[] = [];
  for (const { manifest, path: above, kind, name, part } of await subject.objects()) {
    if (isVerbatim(manifest)) continue;
    for (const { leaf, path } of leavesBelow(manifest, above)) {
      // values of a Secret's data are base64; what is sealed is not known
      if (leaf.kind !== 'string' || ciphertextOf(leaf) !== null || !leaf.value.includes('${')) continue;
      for (const variable of namesIn(leaf.value)) {
        const line =
          leaf.line === undefined ? undefined : lineOf(subject, variable, leaf.line + part.lineOffset);
        found.push({
          name: variable,
          file: subject.path,
          line,
          path,
          inScript: isScript(leaf.value, path),
          kind,
          object: name,
        });
      }
    }
  }
  return found;
}

function usesInText(subject: Subject): VariableUse[] {
  // kustomize puts what is no text into binaryData, in base64
  if (!isUtf8(subject.bytes)) return [];
  const text = subject.bytes.toString('utf8');
  return namesIn(text).map((name) => ({
    name,
    file: subject.path,
    line: lineOf(subject, name, 1),
    path: [],
    inScript: isScript(text, [subject.path]),
    kind: 'ConfigMap',
    object: '',
  }));
}

function namesIn(text: string): string[] {
  const names = new Set<string>();
  for (const [, dollars = '', name = '', after = ''] of text.matchAll(reference)) {
    const escaped = dollars.length % 2 === 1;
    const hasDefault = /^:?[=-]/.test(after);
    if (!escaped && !hasDefault) names.add(name);
  }
  return [...names];
}

/** A block's lines follow the one it begins on. */
function lineOf(subject: Subject, name: string, from: number): number {
  const lines = subject.bytes.toString('utf8').split('\n');
  const at = lines.findIndex((line, index) => index >= from - 1 && line.includes(`\${${name}`));
  return at < 0 ? from : at + 1;
}

function isScript(text: string, path: Path): boolean {
  if (/^#!|\n#!/.test(text)) return true;
  const keys = path.filter((step): step is string => typeof step === 'string');
  if (
    keys.some((key) => /^(?:command|args|script|scripts)$/i.test(key) || /\.(?:sh|bash|py|js|pl)$/.test(key))
  )
    return true;
  return /\n/.test(text) && /^\s*(?:if \[|for \w+ in |while |set -e|export \w+=)/m.test(text);
}

const annotation = 'kustomize.toolkit.fluxcd.io/substitute';

function isVerbatim(manifest: Parameters<typeof mappingAt>[0]): boolean {
  const metadata = mappingAt(manifest, 'metadata');
  return ['labels', 'annotations'].some((field) => textsAt(metadata, field).get(annotation) === 'disabled');
}

async function isGeneratedVerbatim(node: LintNode, file?: string, path?: Path): Promise<boolean> {
  const data = (await node.reach()).kustomizations.find((one) => one.path === file)?.data;
  if (data === undefined || path === undefined) return false;
  const generator = nodeAt(data, path.slice(0, 2));
  const options = [
    mappingAt(data, 'generatorOptions'),
    generator?.kind === 'mapping' ? mappingAt(generator, 'options') : null,
  ];
  return options.some((option) =>
    ['labels', 'annotations'].some((field) => textsAt(option, field).get(annotation) === 'disabled'),
  );
}
