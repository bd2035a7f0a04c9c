import type { Format, FormatName } from '../../formats/format.ts';
import { joinMetadata } from '../../formats/join-metadata.ts';
import { layoutField } from '../../sops/layout-field.ts';
import type { Mapping } from '../../tree/value.ts';
import type { Settings } from '../settings.ts';
import type { Workbench } from './workbench.ts';

/**
 * Prints an encrypted file in another format (`--output-type`), or with another indentation (`--indent`), as sops
 * prints it. Without either, the bytes stay as they are. The layout record belongs to one text and is left out.
 */
export async function convertSealed(
  bench: Workbench,
  request: Settings & { readonly outputType: FormatName | null },
  input: Format,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const output = await bench.outputFormat(request.outputType, input);
  if (output === input && request.indent === null) return bytes;
  const document = input.parseSealed(bytes);
  const metadata = withoutLayout(document.metadata);
  const style = await bench.style(request, output);
  return output.emitSealed(joinMetadata(document.data, metadata, output.metadataShape), style);
}

function withoutLayout(metadata: Mapping | null): Mapping {
  const entries = (metadata?.entries ?? []).filter(
    (member) => member.kind === 'comment' || member.key !== layoutField,
  );
  return { kind: 'mapping', entries };
}
