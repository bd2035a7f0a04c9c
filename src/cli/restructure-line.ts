import { shellWord } from '../repository/check/shell-word.ts';
import type { Flag } from './command.ts';
import type { Values } from './values.ts';

/** Flags that say what is done with the plan, and not what is planned. */
const ofOutput = new Set([
  'apply',
  'yes',
  'write',
  'json',
  'remote',
  'timeout',
  'kubeconfig',
  'context',
  'as',
  'as-group',
]);

/** The command line that plans the same again, to be typed. */
export function typedLine(
  name: string,
  flags: readonly Flag[],
  values: Values,
  args: readonly string[],
): string {
  const typed = flags.flatMap((flag): string[] => {
    if (ofOutput.has(flag.name) || !values.given(flag.name)) return [];
    if (flag.kind === 'bool') return values.bool(flag.name) ? [`--${flag.name}`] : [];
    const texts = flag.kind === 'list' ? values.list(flag.name) : [values.text(flag.name) ?? ''];
    return texts.filter((text) => text !== '').map((text) => `--${flag.name} ${shellWord(text)}`);
  });
  return ['sopskit', name, ...args.map(shellWord), ...typed].join(' ');
}
