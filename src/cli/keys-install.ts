import { yamlFormat } from '../formats/yaml/yaml-format.ts';
import { installKey } from '../operations/cluster-keys/install/install.ts';
import type { CommandContext } from './command.ts';
import type { KeysInstallRequest } from './commands/keys-install.ts';
import { installJson, installText } from './keys-install-text.ts';

/** Runs `keys install` and prints what became of it. Returns the exit status. */
export async function answerKeysInstall(
  request: KeysInstallRequest,
  { system, terminal }: CommandContext,
): Promise<number> {
  const { answer, manifests } = await installKey(system, request);
  if (request.export) {
    for (const line of installText(answer, true)) terminal.tell(line);
    if (terminal.outputIsTerminal === true)
      terminal.tell('warning: what is printed holds the private key in clear (base64 is no encryption)');
    terminal.write(yamlFormat.emit(manifests, { indent: 2 }));
    return 0;
  }
  if (request.json) {
    terminal.write(`${JSON.stringify(installJson(answer), null, 2)}\n`);
    return 0;
  }
  const lines = installText(answer, false);
  terminal.write(`${lines.join('\n')}\n`);
  return 0;
}
