import { createHash } from 'node:crypto';
import { isEmptyLeaf } from '../../cipher/plaintext.ts';
import { parseSealedValue } from '../../cipher/sealed-value.ts';
import type { Edit } from '../../formats/format.ts';
import { keySources } from '../../keys/registry.ts';
import type { Keyring } from '../../sops/keyring.ts';
import type { Metadata } from '../../sops/metadata.ts';
import { openFile } from '../../sops/open-file.ts';
import { editableText } from '../../sops/reencrypt.ts';
import { readSealedFile, type SealedFile } from '../../sops/sealed-file.ts';
import { sealedFormat } from '../../sops/sealed-format.ts';
import { printablePath } from '../../system/path-text.ts';
import type { System } from '../../system/system.ts';
import type { Leaf } from '../../tree/value.ts';
import { walk } from '../../tree/walk.ts';
import { looksSealed } from '../merge/side.ts';

/**
 * What `git diff` shows of an encrypted file: its plaintext, and below it who can open the file, as comments. A file
 * that is not encrypted is shown as it is. Throws `key.unavailable` and others for one that cannot be opened.
 */
export async function plainView(
  name: string,
  bytes: Uint8Array,
  options: { readonly system: System; readonly keyring: Keyring },
): Promise<Uint8Array> {
  if (!looksSealed(bytes)) return bytes;
  const sealed = await readSealedFile(await sealedFormat(null, name, bytes), bytes, keySources);
  const open = await openFile(sealed, { ...options, ignoreMac: true });
  try {
    return withAccess(editableText(open), sealed.metadata);
  } finally {
    open.dataKey.wipe();
  }
}

/**
 * The same without values and without a key: for each, its type and a tag that changes with its ciphertext. The tag is
 * made from what lies in the repository anyway, so that it says nothing of the value.
 */
export async function redactedView(name: string, bytes: Uint8Array): Promise<Uint8Array> {
  if (!looksSealed(bytes)) return bytes;
  const sealed = await readSealedFile(await sealedFormat(null, name, bytes), bytes, keySources);
  const text = sealed.document.edit([...redactions(sealed), { kind: 'metadata', value: null }]);
  return withAccess(text, sealed.metadata);
}

function redactions({ document, rules }: SealedFile): Edit[] {
  const edits: Edit[] = [];
  for (const branch of document.data) {
    walk(branch, ({ leaf, keys, comments }) => {
      const isComment = leaf.kind === 'comment';
      if (isEmptyLeaf(leaf) || !rules.selector.selects(keys, comments, isComment)) return;
      const text = isComment ? leaf.text : leaf.kind === 'string' ? leaf.value : '';
      const type = typeOf(text);
      // somebody wrote it in by hand, or added a document: it is not for a log
      if (type === null) edits.push({ kind: 'seal', leaf, ciphertext: `[${readableType(leaf)} readable!]` });
      else edits.push({ kind: 'reseal', leaf, ciphertext: `[${type} ${tagOf(text)}]` });
    });
  }
  return edits;
}

function typeOf(ciphertext: string): string | null {
  try {
    return parseSealedValue(ciphertext).type;
  } catch {
    return null;
  }
}

/** As sops names the types of sealed values. */
function readableType({ kind }: Leaf): string {
  return { string: 'str', boolean: 'bool' }[kind as string] ?? kind;
}

function tagOf(ciphertext: string): string {
  return createHash('sha256').update(ciphertext).digest('hex').slice(0, 8);
}

/** A change of recipients would otherwise be the one change that a diff does not show. */
function withAccess(text: Uint8Array, { keyGroups, shamirThreshold, selector }: Metadata): Uint8Array {
  const lines = keyGroups.flatMap((group, index) =>
    group
      .map(({ source, id }) => `# sops: ${keyGroups.length > 1 ? `group ${index + 1} ` : ''}${source} ${id}`)
      .sort(),
  );
  if (keyGroups.length > 1) lines.push(`# sops: groups needed: ${shamirThreshold || keyGroups.length}`);
  if (selector !== null) lines.push(`# sops: ${selector.kind} ${selector.value}`);
  const gap = text.length === 0 || text.at(-1) === 0x0a ? '' : '\n';
  return Buffer.concat([text, Buffer.from(`${gap}${lines.map(printablePath).join('\n')}\n`)]);
}
