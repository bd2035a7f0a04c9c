import { describe, expect, it } from 'vitest';
import { generateIdentity } from '../../../src/index.ts';
import { testKey } from '../../cli/world.ts';
import { checkFolder, codesOf, configuration, findingsOf, sealed, secretText } from './folder.ts';

const { recipient: other } = await generateIdentity();
const file = await sealed(secretText());

async function recipientFinding(config: string) {
  const { report } = await checkFolder({ '.sops.yaml': config, 'a.yaml': file });
  return report.findings.find(({ rule }) => rule.code === 'recipients.differ');
}

describe('recipients.differ', () => {
  it('names who is extra and who is missing, as comments call them', async () => {
    const config = configuration('a', `${other} # flux`);
    const finding = await recipientFinding(config);
    expect(finding?.level).toBe('error');
    expect(finding?.message).toBe(
      `can be read by ${testKey.recipient}, whom rule 1 of .sops.yaml does not name; cannot be read by ${other} (flux), whom rule 1 of .sops.yaml names`,
    );
    expect(finding?.fix).toBe('sopskit rekey a.yaml');
  });

  it('wants updatekeys where somebody is missing only', async () => {
    const finding = await recipientFinding(configuration('a', `${testKey.recipient},${other}`));
    expect(finding?.message).toMatch(/^cannot be read by/);
    expect(finding?.fix).toBe('sopskit updatekeys -y a.yaml');
  });

  it('fires for the same keys in other groups', async () => {
    const groups = `key_groups:\n      - age: [${testKey.recipient}]\n      - age: [${other}]\n`;
    const config = `creation_rules:\n  - encrypted_regex: data\n    ${groups}`;
    expect((await recipientFinding(config))?.message).toMatch(/cannot be read/);
  });

  it('does not fire where they are the same, and where there is no rule or no recipient', async () => {
    expect(await recipientFinding(configuration('a'))).toBeUndefined();
    expect(await recipientFinding(configuration('b', other))).toBeUndefined();
    expect(await recipientFinding('creation_rules:\n  - path_regex: a\n')).toBeUndefined();
  });

  it('goes by the nearest configuration', async () => {
    const files = {
      '.sops.yaml': configuration('.*', other),
      'sub/.sops.yaml': configuration(),
      'sub/a.yaml': file,
    };
    expect(await codesOf(files)).toEqual(['rule.matches-nothing']);
  });
});

describe('rule.*', () => {
  it('rule.matches-nothing fires for rules that no file has', async () => {
    const config = `${configuration('a.yaml')}  - path_regex: nowhere\n    age: ${other}\n  - path_regex: a\n    age: ${other}\n`;
    expect(await findingsOf({ '.sops.yaml': config, 'a.yaml': file })).toEqual([
      'warning rule.matches-nothing .sops.yaml:5',
      'warning rule.matches-nothing .sops.yaml:7',
    ]);
  });

  it('rule.matches-nothing is a note where no rule has a file yet', async () => {
    expect(
      await findingsOf({ '.sops.yaml': configuration(), 'x/kustomization.yaml': 'resources: []\n' }),
    ).toEqual(['note rule.matches-nothing .sops.yaml:2']);
  });

  it('rule.encrypts-metadata fires for an encrypted Secret of a rule without a selector', async () => {
    const config = configuration().replace(/ *encrypted_regex.*\n/, '');
    const secret = await sealed(secretText());
    expect(await findingsOf({ '.sops.yaml': config, 'a.yaml': secret })).toEqual([
      'warning rule.encrypts-metadata .sops.yaml:2',
    ]);
    expect(await codesOf({ '.sops.yaml': configuration(), 'a.yaml': secret })).toEqual([]);
    const values = await sealed('a: canary\n', '.*');
    expect(await codesOf({ '.sops.yaml': config, 'a.yaml': values })).toEqual([]);
  });

  it('rule.covers-nothing fires for a selector that matches no key', async () => {
    const config = configuration('.*').replace('^(data|stringData)$', '^(data | stringData )$');
    expect(await codesOf({ '.sops.yaml': config, 'a.yaml': 'stringData: {a: b}\n' })).toEqual([
      'rule.covers-nothing',
    ]);
  });

  it('fire only where all files are looked at', async () => {
    const contents = { '.sops.yaml': configuration('nowhere'), 'a.yaml': file };
    const { report } = await checkFolder(contents, { paths: ['a.yaml'] });
    expect(report).toMatchObject({ findings: [], files: 1 });
  });

  it('do not fire for rules that are used', async () => {
    expect(await codesOf({ '.sops.yaml': configuration(), 'a.yaml': file })).toEqual([]);
  });
});

describe('config.invalid', () => {
  it.each([
    ['no YAML', 'creation_rules: [\n'],
    ['a bad path_regex', 'creation_rules:\n  - path_regex: "("\n    age: x\n'],
    ['a bad selector', 'creation_rules:\n  - encrypted_regex: "(?!x)"\n'],
    ['two selectors', 'creation_rules:\n  - encrypted_regex: a\n    encrypted_suffix: b\n'],
    [
      'a threshold that does not fit',
      `creation_rules:\n  - shamir_threshold: 1\n    key_groups:\n      - age: [${testKey.recipient}]\n      - pgp: [85D77543B3D624B63CEA9E6DBC17301B491B3F21]\n`,
    ],
    ['a bad recipient', 'creation_rules:\n  - encrypted_regex: data\n    age: age1nobody\n'],
  ])('fires once for %s', async (_, config) => {
    const { report } = await checkFolder({ '.sops.yaml': config, 'a.yaml': file, 'b.yaml': file });
    expect(report.findings.filter(({ rule }) => rule.code === 'config.invalid')).toHaveLength(1);
    expect(report.findings[0]?.place.file).toBe('.sops.yaml');
  });
});
