import type { Node } from '../tree/value.ts';

/** Whether two nodes hold the same data, comments included, wherever they stand (sops.go, equals). */
export function equalValues(a: Node, b: Node): boolean {
  switch (a.kind) {
    case 'mapping':
      return b.kind === 'mapping' && sameMembers(a.entries, b.entries);
    case 'sequence':
      return (
        b.kind === 'sequence' &&
        a.items.length === b.items.length &&
        a.items.every((item, i) => same(item, b.items[i]))
      );
    case 'bytes':
      return b.kind === 'bytes' && Buffer.compare(a.value, b.value) === 0;
    case 'null':
      return b.kind === 'null';
    case 'odd':
      return b.kind === 'odd' && a.type === b.type && a.text === b.text;
    case 'comment':
      return b.kind === 'comment' && a.text === b.text;
    default:
      return a.kind === b.kind && Object.is(a.value, b.value);
  }
}

type Member = Extract<Node, { kind: 'mapping' }>['entries'][number];

function sameMembers(a: readonly Member[], b: readonly Member[]): boolean {
  return a.length === b.length && a.every((member, i) => sameMember(member, b[i]));
}

function sameMember(a: Member, b: Member | undefined): boolean {
  if (b === undefined) return false;
  if (a.kind === 'comment' || b.kind === 'comment') return a.kind === b.kind && same(a, b as Node);
  return keyText(a.key) === keyText(b.key) && equalValues(a.value, b.value);
}

function keyText(key: string | { readonly type: string; readonly text: string }): string {
  return typeof key === 'string' ? `string ${key}` : `${key.type} ${key.text}`;
}

function same(a: Node | Member, b: Node | Member | undefined): boolean {
  return b !== undefined && a.kind !== 'entry' && b.kind !== 'entry' && equalValues(a, b);
}
