import { describe, expect, it } from 'vitest';
import { type Invocation, readCommandLine } from '../../src/cli/command-line.ts';
import { splitWords } from '../../src/cli/shell-words.ts';
import type { ErrorCode } from '../../src/errors/codes.ts';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import * as fileCases from './command-lines/files.ts';
import * as otherCases from './command-lines/others.ts';

const cases = { ...fileCases, ...otherCases };

async function read(line: string, env: Record<string, string> = {}): Promise<Invocation | ErrorCode> {
  try {
    return await readCommandLine(splitWords(line) ?? [], { get: (name) => env[name], all: () => env });
  } catch (error) {
    if (error instanceof SopskitError) return error.code;
    throw error;
  }
}

/** Reduces an invocation to the form in which the tables write it. */
function brief(invocation: Invocation | ErrorCode): unknown {
  if (typeof invocation === 'string') return invocation;
  if (invocation.kind === 'version') return 'version';
  if (invocation.kind === 'help') return `help ${invocation.topic}`.trim();
  return {
    command: invocation.command.name,
    request: invocation.request,
    remarks: invocation.remarks.length,
  };
}

for (const [title, table] of Object.entries(cases)) {
  describe(title, () => {
    it.each(table.map(([line, expected]) => ({ line, expected })))(
      'sopskit $line',
      async ({ line, expected }) => {
        const actual = brief(await read(line));
        if (typeof expected === 'string') expect(actual).toBe(expected);
        else expect(actual).toMatchObject({ remarks: 0, ...expected });
      },
    );
  });
}

it('covers at least 150 command lines', () => {
  expect(Object.values(cases).flat().length).toBeGreaterThanOrEqual(150);
});

describe('environment variables', () => {
  const requests: readonly [Record<string, string>, string, object][] = [
    [{ SOPS_AGE_RECIPIENTS: 'a,b' }, 'encrypt f', { keys: [{ source: 'age', text: 'a,b' }] }],
    [{ SOPS_PGP_FP: 'x' }, 'encrypt f', { keys: [{ source: 'pgp', text: 'x' }] }],
    [{ SOPS_KMS_ARN: 'x' }, 'encrypt f', { keys: [{ source: 'kms' }] }],
    [{ SOPS_GCP_KMS_IDS: 'x' }, 'encrypt f', { keys: [{ source: 'gcp_kms' }] }],
    [{ SOPS_HUAWEICLOUD_KMS_IDS: 'x' }, 'encrypt f', { keys: [{ source: 'hckms' }] }],
    [{ SOPS_AZURE_KEYVAULT_URLS: 'x' }, 'encrypt f', { keys: [{ source: 'azure_kv' }] }],
    [{ SOPS_VAULT_URIS: 'x' }, 'encrypt f', { keys: [{ source: 'hc_vault' }] }],
    [{ SOPS_AGE_RECIPIENTS: 'a' }, 'encrypt --age b f', { keys: [{ text: 'b' }] }],
    [{ SOPS_AGE_RECIPIENTS: 'a' }, 'encrypt --age= f', { keys: [] }],
    [{ SOPS_AGE_RECIPIENTS: 'a' }, 'rotate f', { add: [] }],
    [{ SOPS_CONFIG: 'c' }, 'decrypt f', { config: 'c' }],
    [{ SOPS_CONFIG: '' }, 'decrypt f', { config: null }],
    [{ SOPS_DECRYPTION_ORDER: 'pgp,age' }, 'decrypt f', { access: { order: ['pgp', 'age'] } }],
    [{ SOPS_ENABLE_LOCAL_KEYSERVICE: 'false' }, 'decrypt f', { access: { local: false } }],
    [{ SOPS_ENABLE_LOCAL_KEYSERVICE: '' }, 'decrypt f', { access: { local: false } }],
    [
      { SOPS_ENABLE_LOCAL_KEYSERVICE: '0' },
      'decrypt --enable-local-keyservice f',
      { access: { local: true } },
    ],
    [
      { SOPS_KEYSERVICE: 'tcp://a:1, tcp://b:2' },
      'decrypt f',
      { access: { services: ['tcp://a:1', 'tcp://b:2'] } },
    ],
    [{ SOPS_KEYSERVICE: 'tcp://a:1' }, 'decrypt --keyservice c f', { access: { services: ['c'] } }],
  ];
  it.each(requests)('%o sopskit %s', async (env, line, request) => {
    expect(brief(await read(line, env))).toMatchObject({ request });
  });

  it('refuses a variable that is no bool', async () => {
    expect(await read('decrypt f', { SOPS_ENABLE_LOCAL_KEYSERVICE: 'maybe' })).toBe('usage.invalid');
  });
});

describe('suggestions', () => {
  const hints: readonly [string, string][] = [
    ['decrypt --ouput x f', '--output'],
    ['decrypt --inplace f', '--in-place'],
    ['encrypt --encryted-regex x f', '--encrypted-regex'],
    ['-de f', '-d -e'],
    ['groups ad', 'add'],
    ['help decyrpt', 'decrypt'],
  ];
  it.each(hints)('sopskit %s → %s', async (line, hint) => {
    const words = splitWords(line) ?? [];
    const failure = readCommandLine(words, { get: () => undefined, all: () => ({}) });
    await expect(failure).rejects.toMatchObject({ hint: expect.stringContaining(hint) });
  });
});
