import { expect, it } from 'vitest';
import { alice, bob, fingerprint, lint, ruleOf, secret } from '../config/lint/lint-case.ts';
import { goodConfigurations } from '../config/schema/configurations.ts';
import { SopsFolder, type SopsOutcome } from './config-sops.ts';
import { describePeers } from './peers.ts';

/** A claim that `config lint` makes about sops, and what sops does. */
interface Claim {
  readonly code: string;
  readonly claim: string;
  readonly config: string;
  /** The file that is encrypted. Default: `a.yaml`, a Secret. */
  readonly file?: string;
  readonly proves: (outcome: SopsOutcome) => void;
}

const fails =
  (reason: RegExp): Claim['proves'] =>
  ({ status, stderr }) => {
    expect(stderr).toMatch(reason);
    expect(status).not.toBe(0);
  };
const encryptsFor =
  (...recipients: readonly string[]): Claim['proves'] =>
  (outcome) =>
    expect(outcome).toMatchObject({ status: 0, recipients });
const leavesReadable: Claim['proves'] = ({ status, sealed }) => {
  expect(status).toBe(0);
  expect(sealed).toContain('password: test\n');
};
const age = `age: ${alice}`;

const claims: readonly Claim[] = [
  {
    code: 'config.no-rules',
    claim: 'takes it for missing',
    config: 'stores: {}\n',
    proves: fails(/no creation rules/),
  },
  {
    code: 'config.more-documents',
    claim: 'reads the first document',
    config: `${ruleOf(age)}---\n${ruleOf(`age: ${bob}`)}`,
    proves: encryptsFor(alice),
  },
  {
    code: 'config.unknown-key',
    claim: 'passes over it',
    config: ruleOf('path_regx: nothing', age),
    proves: encryptsFor(alice),
  },
  {
    code: 'config.redefined-anchor',
    claim: 'means the later',
    config: `keys:\n  - &a ${alice}\n  - &a ${bob}\n${ruleOf('age: *a')}`,
    proves: encryptsFor(bob),
  },
  {
    code: 'config.invalid',
    claim: 'refuses it',
    config: ruleOf('key_groups:', `  - ${age}`),
    proves: fails(/unmarshal/),
  },
  {
    code: 'config.invalid-regex',
    claim: 'stops at a path_regex',
    config: ruleOf("path_regex: '*.yaml'", age),
    proves: fails(/missing argument/),
  },
  {
    code: 'config.invalid-regex',
    claim: 'encrypts nothing by a selector, and says nothing',
    config: ruleOf("encrypted_regex: '^(data|stringData'", age),
    proves: leavesReadable,
  },
  {
    code: 'config.regex-space',
    claim: 'takes blanks for text',
    config: ruleOf('encrypted_regex: ^(data | stringData)$', age),
    proves: leavesReadable,
  },
  {
    code: 'config.matches-all',
    claim: 'leaves all readable',
    config: ruleOf("unencrypted_regex: 'kind|'", age),
    proves: leavesReadable,
  },
  {
    code: 'config.glob',
    claim: 'does not see a glob',
    config: ruleOf('path_regex: secrets/*.yaml', age),
    file: 'secrets/db.yaml',
    proves: fails(/no matching creation rules/),
  },
  {
    code: 'config.path-not-relative',
    claim: 'sees relative paths',
    config: ruleOf("path_regex: '^/secrets/'", age),
    file: 'secrets/db.yaml',
    proves: fails(/no matching creation rules/),
  },
  {
    code: 'config.path-not-relative',
    claim: 'sees no slash at the front',
    config: ruleOf("path_regex: '/secrets/'", age),
    file: 'secrets/db.yaml',
    proves: fails(/no matching creation rules/),
  },
  {
    code: 'config.shadowed',
    claim: 'takes the first',
    config: `creation_rules:\n  - path_regex: \\.yaml$\n    age: ${alice}\n  - path_regex: ^secrets/.*\\.yaml$\n    age: ${bob}\n`,
    file: 'secrets/db.yaml',
    proves: encryptsFor(alice),
  },
  {
    code: 'config.several-selectors',
    claim: 'refuses two',
    config: ruleOf(age, 'encrypted_regex: x', 'encrypted_suffix: y'),
    proves: fails(/more than one/),
  },
  {
    code: 'config.readable-secret',
    claim: 'leaves half of a Secret readable',
    config: ruleOf('encrypted_regex: ^data$', age),
    proves: leavesReadable,
  },
  {
    code: 'config.encrypts-metadata',
    claim: 'matches data in metadata',
    config: ruleOf('encrypted_regex: data|stringData', age),
    proves: ({ sealed }) => expect(sealed).toMatch(/metadata:\n +name: ENC\[/),
  },
  {
    code: 'config.recipient',
    claim: 'refuses a placeholder',
    config: ruleOf('age: YOUR_KEY'),
    proves: fails(/unknown recipient/),
  },
  {
    code: 'config.recipient',
    claim: 'refuses a comma that is missing',
    config: ruleOf('age: >-', `  ${alice}`, `  ${bob}`),
    proves: fails(/fail|malformed|invalid/),
  },
  {
    code: 'config.recipient',
    claim: 'takes a comment in a folded text for text',
    config: ruleOf('age: >-', `  ${alice},`, '  # bob', `  ${bob}`),
    proves: fails(/fail|unknown|invalid/),
  },
  {
    code: 'config.recipient',
    claim: 'refuses a comma in an item',
    config: ruleOf('age:', `  - ${alice},`),
    proves: fails(/unknown recipient/),
  },
  {
    code: 'config.ignored-recipients',
    claim: 'passes over those beside groups',
    config: ruleOf(`age: ${bob}`, 'key_groups:', `  - age: [${alice}]`),
    proves: encryptsFor(alice),
  },
  {
    code: 'config.no-recipients',
    claim: 'refuses an empty group',
    config: ruleOf('key_groups:', `  - age: [${alice}]`, '  - pgp: []'),
    proves: fails(/empty key group/),
  },
  {
    code: 'config.no-recipients',
    claim: 'refuses a rule without',
    config: ruleOf('path_regex: a'),
    proves: fails(/empty key group/),
  },
  {
    code: 'config.threshold',
    claim: 'refuses more than there are',
    config: ruleOf('shamir_threshold: 3', 'key_groups:', `  - age: [${alice}]`, `  - age: [${bob}]`),
    proves: fails(/parts cannot be less than threshold/),
  },
  {
    code: 'config.threshold',
    claim: 'refuses 1',
    config: ruleOf('shamir_threshold: 1', 'key_groups:', `  - age: [${alice}]`, `  - age: [${bob}]`),
    proves: fails(/threshold must be at least 2/),
  },
  {
    code: 'config.threshold',
    claim: 'lets one group open the file all the same',
    config: ruleOf('shamir_threshold: 2', age),
    proves: encryptsFor(alice),
  },
];

describePeers('what config lint says of the real sops', ['sops'], ({ sops }) => {
  it.each(claims)('$code: sops $claim', async ({ code, config, file = 'a.yaml', proves }) => {
    expect((await lint({ config, files: { [file]: secret } }, code)).length).toBeGreaterThan(0);
    const folder = new SopsFolder(sops, { '.sops.yaml': config, [file]: secret });
    try {
      proves(folder.encrypt(file));
    } finally {
      folder.remove();
    }
  });

  it.each(goodConfigurations)('sops loads what the schema accepts: like $like', ({ text }) => {
    const folder = new SopsFolder(sops, { '.sops.yaml': text, 'no/rule/for-this': 'x' });
    try {
      // it may find no rule or no key service, but the configuration itself is fine
      expect(folder.encrypt('no/rule/for-this').stderr).not.toMatch(/unmarshal|error parsing/i);
    } finally {
      folder.remove();
    }
  });

  it('a comma at the end of a text is fine', () => {
    const folder = new SopsFolder(sops, { '.sops.yaml': ruleOf(`age: "${alice},"`), 'a.yaml': secret });
    try {
      encryptsFor(alice)(folder.encrypt('a.yaml'));
    } finally {
      folder.remove();
    }
  });

  it('.sops.yml is passed over', () => {
    const folder = new SopsFolder(sops, { '.sops.yml': ruleOf(age), 'a.yaml': secret });
    try {
      fails(/config file not found|\.sops\.yml/)(folder.encrypt('a.yaml'));
    } finally {
      folder.remove();
    }
  });

  it('a fingerprint that is a name is refused', async () => {
    const config = ruleOf('pgp: Nobody-of-a-test');
    expect(await lint({ config }, 'config.recipient')).toHaveLength(1);
    expect(await lint({ config: ruleOf(`pgp: ${fingerprint}`) }, 'config.recipient')).toHaveLength(0);
    const folder = new SopsFolder(sops, { '.sops.yaml': config, 'a.yaml': secret });
    try {
      expect(folder.encrypt('a.yaml').status).not.toBe(0);
    } finally {
      folder.remove();
    }
  });
});
