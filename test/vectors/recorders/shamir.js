/**
 * shamir.json: what the Go package github.com/getsops/sops/v3/shamir v3.13.3 makes of TEST secrets. Secrets and random
 * bytes come from a counter, so that each recording gives the same file.
 */
import { createHash } from 'node:crypto';

/** Secret length in bytes, parts, threshold. */
const splits = [
  [1, 2, 2],
  [32, 2, 2],
  [32, 3, 2],
  [32, 5, 3],
  [32, 7, 7],
  [16, 10, 4],
  [64, 4, 3],
  [3, 255, 2],
  [2, 255, 255],
];

const combines = [
  ['0102', '0304'],
  ['010200', '030405'],
  ['ff00aa01', '00ff5502', '1234567f', 'deadbeff'],
  ['0101', '0201'],
  ['01', '02'],
  ['0102', '030405'],
  ['0102'],
  [],
  ['00000001', '00000002'],
  ['ffffff01', 'ffffff02', 'ffffff03'],
];

/** Secret length in bytes, parts, threshold. */
const refusals = [
  [4, 2, 3],
  [4, 256, 3],
  [4, 3, 1],
  [4, 3, 0],
  [4, 300, 256],
  [0, 3, 2],
];

export function record({ askGo, write }) {
  const split = splits.map(([length, parts, threshold]) => {
    const label = `${length} bytes, ${parts} parts, threshold ${threshold}`;
    const [secret, random] = [
      testBytes(`secret: ${label}`, length),
      testBytes(label, length * (threshold - 1)),
    ];
    return { secret, parts, threshold, random };
  });
  const refused = refusals.map(([length, parts, threshold]) => ({ length, parts, threshold }));
  const answers = askGo('shamir', [
    ...split.map((request) => ({ op: 'split', ...request })),
    ...combines.map((shares) => ({ op: 'combine', shares })),
    ...refused.map(({ length, ...request }) => ({ op: 'split', secret: '00'.repeat(length), ...request })),
  ]);
  const next = () => answers.shift();
  const file = {
    comment:
      'TEST secrets. Recorded from github.com/getsops/sops/v3/shamir v3.13.3, its crypto/rand.Reader replaced by the bytes in random.',
    split: split.map((request) => ({ ...request, shares: sharesOf(next()) })),
    combine: combines.map((parts) => {
      const { secret, error } = next();
      return { parts, secret, error };
    }),
    refused: refused.map((request) => ({ ...request, error: errorOf(next()) })),
  };
  write('shamir.json', `${JSON.stringify(file, null, 1)}\n`);
}

function sharesOf({ shares, error, unread }) {
  if (error !== '' || unread !== 0) throw new Error(`Split: ${error}, ${unread} random bytes were not taken`);
  return shares;
}

function errorOf({ error }) {
  if (error === '') throw new Error('Split took what it should refuse');
  return error;
}

function testBytes(label, length) {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, index) =>
    createHash('sha256').update(`sopskit TEST ${label} ${index}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length).toString('hex');
}
