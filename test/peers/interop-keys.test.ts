import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decrypt, encrypt, generateIdentity, rotate, updateKeys } from '../../src/index.ts';
import { testKey } from '../cli/world.ts';
import { withTestKey } from './interop/compare-file.ts';
import { manifests } from './interop/manifests.ts';
import { SopsProcess } from './interop/sops-process.ts';
import { describePeers } from './peers.ts';

const recipients = { age: [testKey.recipient] };

describePeers('whole manifests, keys and the editor, with the real sops', ['sops'], ({ sops }) => {
  const peer = new SopsProcess(sops);
  afterAll(() => peer.remove());

  describe('manifests', () => {
    it.each(manifests)('%s', async (_, { format, text, select }) => {
      const settings = { ...withTestKey, format };
      const sealed = await encrypt(text, { ...settings, recipients, ...(select ? { select } : {}) });
      expect(await decrypt(sealed, settings)).toBe(text);
      const policy = { select: select ?? {}, macOnlyEncrypted: false };
      const theirs = await peer.encrypt(format, Buffer.from(text), policy);
      expect(theirs.stderr).toBe('');
      const [ofTheirs, ofOurs] = await Promise.all([
        peer.decrypt(format, theirs.stdout),
        peer.decrypt(format, Buffer.from(sealed)),
      ]);
      expect(ofOurs.stdout.toString()).toBe(ofTheirs.stdout.toString());
      expect(await decrypt(theirs.stdout.toString(), settings)).toBe(ofTheirs.stdout.toString());
    });
  });

  it('updatekeys and rotate of sopskit leave a file that sops opens, and the other way round', async () => {
    const other = await generateIdentity();
    const settings = { ...withTestKey, format: 'yaml' } as const;
    const text = '# a comment\npassword: x # behind\n\nlist: [1, two]\n';
    const sealed = await encrypt(text, { ...settings, recipients });
    const shared = await updateKeys(sealed, [{ age: [testKey.recipient, other.recipient] }], settings);
    expect((await peer.decrypt('yaml', Buffer.from(shared))).status).toBe(0);
    const rotated = await rotate(shared, settings);
    const printed = await peer.decrypt('yaml', Buffer.from(rotated));
    expect(printed.stdout.toString()).toContain('password: x');
    const theirs = await peer.change('yaml', Buffer.from(rotated), { kind: 'rotate' });
    expect(theirs.stdout.toString()).not.toContain('sopskit_layout');
    const opened = await decrypt(theirs.stdout.toString(), { ...settings, identities: [other.keyFile] });
    expect(opened).toBe(printed.stdout.toString());
  });

  it('sops updatekeys takes a file of sopskit', async () => {
    const other = await generateIdentity();
    const sealed = await encrypt('a: 0x1F # c\n', { ...withTestKey, format: 'yaml', recipients });
    const file = await peer.file('yaml', Buffer.from(sealed));
    const config = path.join(peer.folder, 'other.yaml');
    writeFileSync(
      config,
      JSON.stringify({ creation_rules: [{ age: `${testKey.recipient},${other.recipient}` }] }),
    );
    expect((await peer.sops(['--config', config, 'updatekeys', '-y', file])).status).toBe(0);
    const printed = await peer.sops(['decrypt', file]);
    const changed = (await peer.run('cat', [file])).stdout.toString();
    expect(changed).toContain(other.recipient);
    const opened = await decrypt(changed, { format: 'yaml', identities: [other.keyFile] });
    // sops keeps unknown fields no more than layouts: what is left is its own print
    expect(opened).toBe(printed.stdout.toString());
  });

  it('sops edit takes a file of sopskit, and its result is opened', async () => {
    const editor = path.join(peer.folder, 'editor');
    writeFileSync(editor, '#!/bin/sh\nprintf "added: 1\\n" >> "$1"\n');
    chmodSync(editor, 0o755);
    const sealed = await encrypt('a: 0x1F # c\nb:\n- x\n', { ...withTestKey, format: 'yaml', recipients });
    const file = await peer.file('yaml', Buffer.from(sealed));
    const edited = await peer.sops(['edit', file], { EDITOR: editor });
    expect(edited.status).toBe(0);
    const text = (await peer.run('cat', [file])).stdout.toString();
    const printed = await peer.sops(['decrypt', file]);
    expect(await decrypt(text, { ...withTestKey, format: 'yaml' })).toBe(printed.stdout.toString());
    expect(printed.stdout.toString()).toMatch(/added: 1\n$/);
  });

  it('groups with a threshold open with enough of them, and not with fewer', async () => {
    const [one, two, three] = await Promise.all([generateIdentity(), generateIdentity(), generateIdentity()]);
    const keyGroups = [one, two, three].map(({ recipient }) => ({ age: [recipient] }));
    const sealed = await encrypt('a: b\n', { format: 'yaml', keyGroups, shamirThreshold: 2 });
    const file = await peer.file('yaml', Buffer.from(sealed));
    const open = (keys: string): Promise<number> =>
      peer.sops(['decrypt', file], { SOPS_AGE_KEY: keys }).then(({ status }) => status);
    expect(await open(`${one.keyFile}\n${three.keyFile}`)).toBe(0);
    expect(await open(two.keyFile)).toBe(128);
  });
});
