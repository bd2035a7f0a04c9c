import { describe, expect, it } from 'vitest';
import { armorMessage, dearmorMessage } from '../../../src/keys/pgp/armor.ts';
import { digitsOf, isFingerprint, isSameKey, longKeyId } from '../../../src/keys/pgp/fingerprint.ts';
import { summarise } from '../../../src/keys/pgp/gpg-failure.ts';
import { readListing } from '../../../src/keys/pgp/gpg-listing.ts';
import { makeLane } from '../../../src/keys/pgp/lane.ts';
import { messageRecipients } from '../../../src/keys/pgp/message-recipients.ts';
import { vectors } from './world.ts';

describe('armor', () => {
  it.each(vectors.messages)('of $name is written as gpg writes it', ({ armored }) => {
    const bytes = dearmorMessage(armored);
    expect(bytes).not.toBeNull();
    expect(armorMessage(bytes ?? new Uint8Array())).toBe(armored);
  });

  it('is read with headers, CRLF and indentation', () => {
    const [message] = vectors.messages;
    const armored = message?.armored ?? '';
    const odd = armored.replace('\n', '\nVersion: GnuPG v1\nComment: x').replaceAll('\n', '\r\n  ');
    expect(dearmorMessage(odd)).toEqual(dearmorMessage(armored));
  });

  it.each([
    '',
    'text',
    '-----BEGIN PGP MESSAGE-----\n\n!!\n-----END PGP MESSAGE-----',
    '-----BEGIN PGP MESSAGE-----',
  ])('is not found in %j', (text) => expect(dearmorMessage(text)).toBeNull());
});

describe('recipients of a message', () => {
  it.each(vectors.messages)('are read: $name', ({ armored, keyIds }) => {
    expect(messageRecipients(armored)).toEqual(keyIds);
  });

  it('are unknown for what is no message, and never an exception for damaged ones', () => {
    expect(messageRecipients('no message')).toBeNull();
    const bytes = dearmorMessage(vectors.messages[0]?.armored ?? '') ?? new Uint8Array();
    for (let length = 1; length < 40; length++)
      expect(messageRecipients(armorMessage(bytes.subarray(0, length)))).toBeNull();
  });
});

describe('fingerprints', () => {
  it('are shortened as sops shortens them', () => {
    expect(longKeyId('6825565EB4D28FD0E612D2D0FA406389A2F28ED0')).toBe('FA406389A2F28ED0');
    expect(longKeyId('7AC2061000F917C70A218370F406BEB191B37804!')).toBe('F406BEB191B37804!');
    expect(longKeyId('91B37804')).toBe('91B37804');
  });

  it('are recognised and compared', () => {
    expect(digitsOf('0xabcdef0123456789!')).toBe('ABCDEF0123456789');
    expect(isFingerprint('0xabcdef0123456789!')).toBe(true);
    for (const text of ['91B37804', 'alice@test.invalid', '', '-rabcdef0123456789'])
      expect(isFingerprint(text)).toBe(false);
    expect(isSameKey('f406beb191b37804!', '7AC2061000F917C70A218370F406BEB191B37804')).toBe(true);
    expect(isSameKey('91B37804', '7AC2061000F917C70A218370F406BEB191B37804')).toBe(false);
    expect(isSameKey('', '7AC2061000F917C70A218370F406BEB191B37804')).toBe(false);
  });
});

describe("gpg's words", () => {
  it('are read from its colon format', () => {
    const listing = [
      'tru::1:1:0:3:1:5',
      'pub:e:2048:1:7B57934DB903E492:1577836800:1590969600::u:::sc::::::23::0:',
      'fpr:::::::::C8DDB036361E2C9093C3FC7B57934DB903E4921D:',
      'sub:u:255:18:EC9697625F08F8A7:1704153600::::::e:::::cv25519::',
      'fpr:::::::::36ED0B2A8C47FD43FA6AF6C7EC9697625F08F8A7:',
      'sec:u:2048:1:FA406389A2F28ED0:1704067200:::u:::scESC:::+:::23::0:',
    ].join('\n');
    expect(readListing(listing)).toEqual([
      {
        fingerprint: 'C8DDB036361E2C9093C3FC7B57934DB903E4921D',
        keyIds: ['7B57934DB903E492', 'EC9697625F08F8A7'],
        validity: 'e',
        encrypts: false,
      },
      { fingerprint: '', keyIds: ['FA406389A2F28ED0'], validity: 'u', encrypts: true },
    ]);
    expect(readListing('')).toEqual([]);
  });

  it('are put into one line, without whom a message is for', () => {
    const stderr =
      'gpg: encrypted with 2048-bit RSA key, ID F406BEB191B37804, created 2024-01-01\n      "somebody <a@test.invalid>"\n' +
      'gpg: decryption failed: No secret key\n\ngpg: decryption failed: No secret key\n';
    expect(summarise(stderr)).toBe('decryption failed: No secret key');
    expect(summarise('')).toBe('it gave no reason');
    expect(summarise('x'.repeat(1000))).toHaveLength(300);
  });
});

describe('a lane', () => {
  it('lets so many run at a time, in order, and wider later', async () => {
    const lane = makeLane(1);
    const log: string[] = [];
    let most = 0;
    let running = 0;
    const task =
      (name: string, fail = false) =>
      async (): Promise<string> => {
        running++;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running--;
        log.push(name);
        if (fail) throw new Error(name);
        return name;
      };
    const failing = lane.run(task('a', true));
    const others = ['b', 'c'].map((name) => lane.run(task(name)));
    await expect(failing).rejects.toThrow('a');
    expect(await Promise.all(others)).toEqual(['b', 'c']);
    expect([log, most]).toEqual([['a', 'b', 'c'], 1]);
    lane.widen(3);
    await Promise.all(['d', 'e', 'f', 'g'].map((name) => lane.run(task(name))));
    expect(most).toBe(3);
  });
});
