import type { System } from '../../../system/system.ts';
import { decodeRaw } from '../file/base64.ts';
import type { Stanza } from '../file/stanza.ts';
import type { PluginConnection } from './plugin-connection.ts';
import { pluginFailure } from './plugin-failure.ts';
import { printable } from './printable.ts';

const hint = 'Run the command on a terminal, where the plugin can ask.';

/**
 * Answers what a plugin may ask of the user in either state machine (filippo.io/age/plugin, ClientUI). A question that
 * cannot be asked is answered with `fail`; what is not known, with `unsupported`.
 */
export async function answerRequest(
  system: System,
  connection: PluginConnection,
  stanza: Stanza,
): Promise<void> {
  switch (stanza.type) {
    case 'msg':
      tell(system, connection, stanza);
      connection.send('ok');
      return;
    case 'request-secret':
    case 'request-public':
    case 'confirm':
      return answerQuestion(system, connection, stanza);
    default:
      connection.send('unsupported');
  }
}

function tell(system: System, connection: PluginConnection, stanza: Stanza): void {
  const message = `${connection.name} plugin: ${printable(stanza.body)}`;
  if (system.prompts.available) system.prompts.tell(message);
  else system.warn(message);
}

async function answerQuestion(system: System, connection: PluginConnection, stanza: Stanza): Promise<void> {
  const question = `${connection.name} plugin: ${printable(stanza.body)}`;
  const choices = stanza.type === 'confirm' ? choicesOf(connection, stanza) : [];
  try {
    if (stanza.type === 'request-secret') {
      const secret = await system.prompts.secret(question, hint);
      secret.lend((bytes) => connection.send('ok', [], bytes));
      secret.wipe();
    } else if (stanza.type === 'request-public') {
      connection.send('ok', [], Buffer.from(await system.prompts.text(question, hint)));
    } else {
      connection.send('ok', [(await system.prompts.choose(question, choices, hint)) === 0 ? 'yes' : 'no']);
    }
  } catch (error) {
    if (isInterruption(error)) throw error;
    connection.send('fail');
  }
}

function choicesOf(connection: PluginConnection, stanza: Stanza): string[] {
  const decoded = stanza.args.map((argument) => decodeRaw(argument));
  const choices = decoded.filter((choice) => choice !== null).map(printable);
  if (choices.length !== stanza.args.length || choices.length < 1 || choices.length > 2) {
    throw pluginFailure(connection.name, 'it sent a malformed question');
  }
  // Go takes an empty "no" for none at all: then there is one answer.
  return choices[1] === '' ? choices.slice(0, 1) : choices;
}

function isInterruption(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'interrupted';
}
