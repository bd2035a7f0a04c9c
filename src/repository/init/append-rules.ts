import type { System } from '../../system/system.ts';
import { configText, type RuleWish, ruleTree } from './config-text.ts';
import type { ExistingConfig } from './existing-config.ts';

/** Returns the configuration with rules at its end, where they take no file away from another; every other line stays. */
export async function withRules(
  system: System,
  { file, configuration }: ExistingConfig,
  wishes: readonly RuleWish[],
): Promise<Uint8Array> {
  let bytes = system.files.read(file) ?? new Uint8Array(0);
  if (isBlank(bytes)) return Buffer.concat([bytes, Buffer.from(configText(wishes), 'utf8')]);
  let isFirst = (configuration.config.creationRules ?? []).length === 0;
  for (const wish of wishes) {
    bytes = named(bytes, await appended(bytes, isFirst, wish), wish);
    isFirst = false;
  }
  return bytes;
}

async function appended(bytes: Uint8Array, isFirst: boolean, wish: RuleWish): Promise<Uint8Array> {
  const { yamlFormat } = await import('../../formats/yaml/yaml-format.ts');
  const document = yamlFormat.parse(bytes);
  const rule = ruleTree(wish);
  if (isFirst) {
    const value = { kind: 'sequence' as const, items: [rule] };
    return document.edit([{ kind: 'put', branch: 0, path: ['creation_rules'], value }], { indent: 2 });
  }
  // an index behind the last item appends, comments among them counted
  return document.edit([{ kind: 'put', branch: 0, path: ['creation_rules', 1_000_000], value: rule }], {
    indent: 2,
  });
}

/** Puts the names behind the recipients of the new rule; a comment in the tree would get a line of its own. */
function named(before: Uint8Array, after: Uint8Array, { recipients }: RuleWish): Uint8Array {
  const old = Buffer.from(before).toString('utf8');
  let text = Buffer.from(after).toString('utf8');
  let start = 0;
  while (start < old.length && old[start] === text[start]) start += 1;
  for (const { recipient, name } of recipients) {
    const at = text.indexOf(`- ${recipient}\n`, start);
    const end = at + `- ${recipient}`.length;
    if (name !== null && at >= 0) text = `${text.slice(0, end)} # ${name}${text.slice(end)}`;
  }
  return Buffer.from(text, 'utf8');
}

function isBlank(bytes: Uint8Array): boolean {
  return Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .every((line) => /^\s*(?:#|$)/.test(line));
}
