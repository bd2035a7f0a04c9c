import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formats } from './plain-files.js';
import { ruleOf } from './runner.js';

/** Each command makes an encrypted file for a combination; all but `encrypt` change one that sops has encrypted. */
export const commands = {
  encrypt,
  set(sops, it) {
    const { set } = formats[it.format];
    return sops.change(it.format, encrypt(sops, it), (file) => ['set', file, ...set]);
  },
  unset(sops, it) {
    const { unset } = formats[it.format];
    return sops.change(it.format, encrypt(sops, it), (file) => ['unset', file, ...unset]);
  },
  rotate(sops, it) {
    return sops.change(it.format, encrypt(sops, it), (file) => ['rotate', '-i', file]);
  },
  updatekeys(sops, it) {
    const [first, ...rest] = it.kind.groups;
    const more = { ...first, age: [...(first.age ?? []), it.kind.other] };
    const sealed = encrypt(sops, it);
    const config = sops.config(ruleOf([more, ...rest], it.kind.threshold));
    return sops.change(it.format, sealed, (file) => ['--config', config, 'updatekeys', '-y', file]);
  },
  'groups-add'(sops, it) {
    const { other, groups, threshold } = it.kind;
    const needed = threshold > 0 ? threshold : groups.length + 1;
    const flags = ['--age', other, '--shamir-secret-sharing-threshold', String(needed)];
    return sops.change(it.format, encrypt(sops, it), (file) => [
      'groups',
      'add',
      '-i',
      '--file',
      file,
      ...flags,
    ]);
  },
  'groups-delete'(sops, it) {
    const { other, groups, threshold } = it.kind;
    // sops knows no threshold below 2: where there was one group, two are left
    const more = [...groups, { age: [other] }, { age: [other] }].slice(
      0,
      groups.length === 1 ? 3 : groups.length + 1,
    );
    const sealed = encrypt(sops, { ...it, kind: { groups: more, threshold: threshold || 2 } });
    const last = String(more.length - 1);
    return sops.change(it.format, sealed, (file) => ['groups', 'delete', '-i', '--file', file, last]);
  },
  edit(sops, it) {
    const editor = join(sops.folder, 'editor');
    writeFileSync(editor, '#!/bin/sh\nsed -i s/made-up/edited/ "$1"\n');
    chmodSync(editor, 0o755);
    return sops.change(it.format, encrypt(sops, it), (file) => ['edit', file], { EDITOR: editor });
  },
};

/** Nothing can be set in a binary file. */
export function commandsOf(format) {
  return Object.keys(commands).filter((name) => format !== 'binary' || (name !== 'set' && name !== 'unset'));
}

function encrypt(sops, { format, selector, select, kind: { groups, threshold } }) {
  const { bytes, documents } = formats[format];
  const isMany = documents !== undefined && selector?.[0] === 'mac-only-encrypted';
  return sops.encrypt(format, isMany ? documents : bytes, ruleOf(groups, threshold, select));
}
