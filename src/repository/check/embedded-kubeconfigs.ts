import { isKubeconfig, kubeconfigCredentials } from '../../manifests/kubeconfig.ts';
import { leavesBelow, type PlacedScalar } from '../../manifests/leaves-below.ts';
import { base64TextsWith } from './base64-texts.ts';
import { readContent } from './content.ts';
import { ciphertextOf } from './sealed-leaves.ts';
import type { Subject } from './subject.ts';

/** A credential of a kubeconfig that stands as text in another file. */
export interface EmbeddedCredential {
  /** Its name in the kubeconfig. */
  readonly name: string;
  /** Of the text that it stands in. */
  readonly line: number | undefined;
  /** Whether it stands in prose, which may only explain. */
  readonly prose: boolean;
}

/** Finds kubeconfigs in the values of a file, in base64 anywhere, and in what is no YAML: the whole, or fenced in prose. */
export async function embeddedCredentials(subject: Subject): Promise<readonly EmbeddedCredential[]> {
  const found: EmbeddedCredential[] = [];
  for (const { text, line, prose } of await textsOf(subject)) {
    for (const { path } of await credentialsIn(text)) found.push({ name: String(path.at(-1)), line, prose });
  }
  return found;
}

interface Text {
  readonly text: string;
  readonly line: number | undefined;
  readonly prose: boolean;
}

async function textsOf(subject: Subject): Promise<readonly Text[]> {
  const encoded = base64TextsWith(subject.text, ['clusters', 'contexts']).map(({ offset, decoded }) => {
    return { text: decoded, line: subject.lineAt(offset), prose: false };
  });
  if (!mayHaveOne(subject.text)) return encoded;
  const content = await subject.content();
  if (content.kind !== 'tree') return [...encoded, ...proseOf(subject)];
  return [
    ...encoded,
    ...content.parts.flatMap(({ data, lineOffset }) =>
      leavesBelow(data).flatMap(({ leaf }) =>
        leaf.kind === 'string' && ciphertextOf(leaf) === null
          ? [
              {
                text: leaf.value,
                line: leaf.line === undefined ? undefined : leaf.line + lineOffset,
                prose: false,
              },
            ]
          : [],
      ),
    ),
  ];
}

function proseOf(subject: Subject): Text[] {
  const fenced = [...subject.text.matchAll(/^[ \t]*(?:```|~~~)[^\n]*\n([\s\S]*?)^[ \t]*(?:```|~~~)/gm)].map(
    (match) => {
      return { text: dedented(match[1] ?? ''), line: subject.lineAt(match.index + 1), prose: true };
    },
  );
  return fenced.length > 0 ? fenced : [{ text: subject.text, line: undefined, prose: false }];
}

function dedented(text: string): string {
  const indent = /^[ \t]*/.exec(text)?.[0] ?? '';
  return text
    .split('\n')
    .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
    .join('\n');
}

function mayHaveOne(text: string): boolean {
  return text.includes('users') && (text.includes('clusters') || text.includes('Config'));
}

async function credentialsIn(text: string): Promise<readonly PlacedScalar[]> {
  if (!mayHaveOne(text)) return [];
  const kind = { format: 'yaml', template: text.includes('{{') } as const;
  const content = await readContent(Buffer.from(text, 'utf8'), kind, false);
  const parts = content.kind === 'tree' ? content.parts : [];
  return parts.flatMap(({ data }) =>
    isKubeconfig(data) ? kubeconfigCredentials(data).filter(({ leaf }) => ciphertextOf(leaf) === null) : [],
  );
}
