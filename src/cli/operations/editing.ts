import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Format } from '../../formats/format.ts';
import { joinMetadata } from '../../formats/join-metadata.ts';
import { formatNamed } from '../../formats/registry.ts';
import { keySources } from '../../keys/registry.ts';
import { decodeMetadata } from '../../sops/decode-metadata.ts';
import { encodeMetadata } from '../../sops/encode-metadata.ts';
import { checkEncryptable, type EncryptOptions, encryptDocument, sealDocument } from '../../sops/encrypt.ts';
import type { Metadata } from '../../sops/metadata.ts';
import type { OpenFile } from '../../sops/open-file.ts';
import { editableText, reencrypt } from '../../sops/reencrypt.ts';
import type { EditRequest } from '../commands/edit.ts';
import type { Editing, Source } from '../operations.ts';
import { refuseBreakable } from './breakable.ts';
import { convertSealed } from './convert-sealed.ts';
import { plainFormat } from './file-format.ts';
import { policyFor } from './policy.ts';
import { placed, type Workbench } from './workbench.ts';

/** Opens an encrypted file for the editor. */
export async function editExisting(bench: Workbench, request: EditRequest, source: Source): Promise<Editing> {
  const open = await bench.open(request, source);
  const { format } = open.sealed.document;
  const options: EncryptOptions = {
    system: bench.system,
    keyring: bench.keyring(request.access),
    style: await bench.style(request, format),
    allowPlaintext: true,
  };
  return {
    text: request.showMasterKeys ? textWithMetadata(open, options) : editableText(open),
    seal: (edited) =>
      placed(source, async () => {
        const sealed = request.showMasterKeys
          ? await sealWithMetadata(open, format, edited, options)
          : await reencrypt(open, format.parse(edited), options);
        return convertSealed(bench, { ...request, indent: null }, format, sealed);
      }),
    keep: (edited) => sealBytes(open, edited, options),
    close: () => open.dataKey.wipe(),
  };
}

async function sealBytes(open: OpenFile, edited: Uint8Array, options: EncryptOptions): Promise<Uint8Array> {
  const plain = (await formatNamed('binary')).parse(edited);
  const metadata = { ...open.sealed.metadata, selector: null, macOnlyEncrypted: false };
  return sealDocument(plain, metadata, open.dataKey, options);
}

/** `--show-master-keys`: the decrypted values with the sops block beside them, to change keys by hand. */
function textWithMetadata(open: OpenFile, { style }: EncryptOptions): Uint8Array {
  const { document, metadata } = open.sealed;
  const block = encodeMetadata({ ...metadata, layout: null });
  return document.format.emitSealed(
    joinMetadata(open.branches, block, document.format.metadataShape),
    style ?? {},
  );
}

async function sealWithMetadata(
  open: OpenFile,
  format: Format,
  edited: Uint8Array,
  options: EncryptOptions,
): Promise<Uint8Array> {
  const document = format.parseSealed(edited);
  if (document.metadata === null)
    throw new SopskitError('sops.metadata', 'the sops block is gone', { hint: 'Put it back.' });
  const metadata = decodeMetadata(document.metadata, keySources);
  const plain = format.parse(
    format.name === 'binary'
      ? format.emit(document.data, {})
      : document.edit([{ kind: 'metadata', value: null }]),
  );
  const keys = await wrappedKeys(open, metadata, options);
  return sealDocument(plain, { ...metadata, ...keys }, open.dataKey, { ...options, cipher: open.cipher });
}

/** Where the keys were changed by hand, the data key is wrapped for what stands there now: no line is taken on trust. */
async function wrappedKeys(open: OpenFile, edited: Metadata, { keyring }: EncryptOptions) {
  const { keyGroups, shamirThreshold } = edited;
  const before = open.sealed.metadata;
  if (keysText(before) === keysText(edited)) return { keyGroups, shamirThreshold };
  const wrapped = await keyring.wrap(open.dataKey, keyGroups, shamirThreshold);
  return { keyGroups: wrapped.keyGroups, shamirThreshold: wrapped.threshold };
}

function keysText({ keyGroups, shamirThreshold }: Metadata): string {
  return JSON.stringify([
    shamirThreshold,
    keyGroups.map((group) => group.map(({ source, id, enc }) => [source, id, enc])),
  ]);
}

/** Offers the example of the format for a file that does not exist yet. */
export async function editNew(bench: Workbench, request: EditRequest, name: string): Promise<Editing> {
  const format = await plainFormat(request.inputType, name);
  const configuration = await bench.configuration(request);
  const policy = await policyFor(bench.system, configuration, name, request, format.name === 'binary');
  const style = await bench.style(request, format);
  const options: EncryptOptions = {
    system: bench.system,
    keyring: bench.keyring(request.access),
    style,
    allowPlaintext: true,
  };
  return {
    text: format.emit(format.example(), style),
    seal: (edited) =>
      placed({ path: name, name }, () => {
        const plain = format.parse(edited);
        checkEncryptable(plain);
        refuseBreakable(name, plain, request.anyKind);
        return encryptDocument(plain, policy, options).then((bytes) =>
          convertSealed(bench, { ...request, indent: null }, format, bytes),
        );
      }),
    keep: async (edited) => {
      const plain = (await formatNamed('binary')).parse(edited);
      return encryptDocument(plain, { ...policy, selector: null, macOnlyEncrypted: false }, options);
    },
    close: () => undefined,
  };
}
