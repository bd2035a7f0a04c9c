import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Format } from '../../formats/format.ts';
import { joinMetadata } from '../../formats/join-metadata.ts';
import { formatNamed } from '../../formats/registry.ts';
import { keySources } from '../../keys/registry.ts';
import { decodeMetadata } from '../../sops/decode-metadata.ts';
import { encodeMetadata } from '../../sops/encode-metadata.ts';
import { checkEncryptable, type EncryptOptions, encryptDocument, sealDocument } from '../../sops/encrypt.ts';
import type { OpenFile } from '../../sops/open-file.ts';
import { editableText, reencrypt } from '../../sops/reencrypt.ts';
import type { EditRequest } from '../commands/edit.ts';
import type { Editing, Source } from '../operations.ts';
import { plainFormat } from './file-format.ts';
import { policyFor } from './policy.ts';
import { placed, type Workbench } from './work-file.ts';

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
      placed(source, () =>
        request.showMasterKeys
          ? sealWithMetadata(open, format, edited, options)
          : reencrypt(open, format.parse(edited), options),
      ),
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
  return sealDocument(plain, metadata, open.dataKey, { ...options, cipher: open.cipher });
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
        return encryptDocument(plain, policy, options);
      }),
    keep: async (edited) => {
      const plain = (await formatNamed('binary')).parse(edited);
      return encryptDocument(plain, { ...policy, selector: null, macOnlyEncrypted: false }, options);
    },
    close: () => undefined,
  };
}
