import type { Command } from '../command.ts';
import * as flags from '../flags.ts';

export interface KeyserviceRequest {
  /** As Go's `net.Listen` takes it: `tcp`, `tcp4`, `tcp6` or `unix`. */
  readonly network: string;
  /** `host:port`, or the path of a socket. */
  readonly address: string;
  /** Whether every request is confirmed on the terminal. */
  readonly prompt: boolean;
  readonly verbose: boolean;
}

export const command: Command<KeyserviceRequest> = {
  name: 'keyservice',
  group: 'services',
  summary: 'not in this release: use sops keyservice',
  usage: '',
  about: [
    'Whoever reaches the address can use the keys. Keep it on a socket or the loopback address, or use --prompt.',
  ],
  examples: [{ line: 'sopskit keyservice --net unix --addr /run/user/1000/sops.sock', says: 'on a socket' }],
  flags: [
    {
      name: 'network',
      aliases: ['net'],
      kind: 'text',
      fallback: 'tcp',
      value: 'NETWORK',
      completes: ['tcp', 'unix'],
      help: 'tcp or unix',
    },
    {
      name: 'address',
      aliases: ['addr'],
      kind: 'text',
      fallback: '127.0.0.1:5000',
      value: 'ADDRESS',
      help: 'host:port, or the path of a socket',
    },
    { name: 'prompt', kind: 'bool', help: 'ask before every answer' },
    flags.verbose,
  ],
  completes: 'none',
  parse({ values }) {
    return {
      network: values.text('network') ?? '',
      address: values.text('address') ?? '',
      prompt: values.bool('prompt'),
      verbose: values.bool('verbose'),
    };
  },
  async run(request, context) {
    await (await context.operations()).serveKeys(request);
    return 0;
  },
};
