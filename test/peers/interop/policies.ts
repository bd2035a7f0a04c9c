import type { SelectorKind } from '../../../src/config/selector.ts';
import { testKey } from '../../cli/world.ts';
import type { Random } from '../../formats/yaml/read-random.ts';

/** How a file is encrypted: a selector and what the MAC covers. */
export interface Policy {
  readonly select: { readonly [kind in SelectorKind]?: string };
  readonly macOnlyEncrypted: boolean;
}

const values: Readonly<Record<SelectorKind, readonly string[]>> = {
  unencrypted_suffix: ['_unencrypted', 'e', '_'],
  encrypted_suffix: ['_enc', 'd', 'Data', 'ü'],
  unencrypted_regex: ['^(apiVersion|kind|metadata)$', '(?i)^NAME$', '\\pL{6}', '^[^a-d]', '(?P<x>a)(?:b|c)*'],
  encrypted_regex: [
    '^(data|stringData)$',
    '(?i)pass(word)?$',
    '^\\p{Lu}',
    '.',
    '(?s)^.{3,8}$',
    '[[:digit:]]',
  ],
  unencrypted_comment_regex: ['sops:plain', '^ note', '(?i)\\bkeep\\b'],
  encrypted_comment_regex: ['sops:enc', '^ secret', '[[:upper:]]{2}'],
};

/** Picks a policy; one in four is what sops does by default. */
export function randomPolicy(random: Random): Policy {
  const macOnlyEncrypted = random.chance(0.15);
  if (random.chance(0.25)) return { select: {}, macOnlyEncrypted };
  const kinds = Object.keys(values) as [SelectorKind, ...SelectorKind[]];
  const kind = random.pick(kinds);
  return { select: { [kind]: random.pick(values[kind] as [string, ...string[]]) }, macOnlyEncrypted };
}

/** The policy as a `.sops.yaml`. */
export function configOf({ select, macOnlyEncrypted }: Policy): unknown {
  return {
    creation_rules: [
      {
        age: testKey.recipient,
        ...select,
        ...(macOnlyEncrypted ? { mac_only_encrypted: true } : {}),
      },
    ],
  };
}
