import { alice, bob, type LintCase, ruleOf } from './lint-case.ts';

function rules(...expressions: readonly (string | null)[]): string {
  const items = expressions.map((expression) =>
    expression === null ? `  - age: ${alice}` : `  - path_regex: '${expression}'\n    age: ${alice}`,
  );
  return `creation_rules:\n${items.join('\n')}\n`;
}

/** Cases of the rules about rules that are not used, by code. */
export const ruleCases: Readonly<Record<string, readonly LintCase[]>> = {
  'config.shadowed': [
    { title: 'behind one that takes all', config: rules(null, 'x'), finds: ['error 3'], says: 'every file' },
    { title: 'behind .*', config: rules('.*', 'x'), finds: ['error 4'], says: 'every file' },
    {
      title: 'the same again',
      config: rules('a\\.yaml$', 'b', 'a\\.yaml$'),
      finds: ['error 6'],
      says: 'same path_regex',
    },
    { title: 'a longer beginning', config: rules('^apps/', '^apps/db/.*\\.yaml$'), finds: ['error 4'] },
    {
      title: 'a longer end',
      config: rules('\\.ya?ml$', '\\.sops\\.yaml$'),
      finds: ['error 4'],
      says: 'in front of rule 1',
    },
    {
      title: 'a part of it',
      config: rules('kubernetes/main/.*\\.ya?ml', 'kubernetes/main/talos/.*\\.sops\\.ya?ml'),
      finds: ['error 4'],
    },
    {
      title: 'by what is there',
      config: rules('^[a-z]{1,9}/', '^apps/'),
      files: { 'apps/a.yaml': '' },
      finds: ['warning 4'],
      says: 'rule 1 takes',
    },
    { title: 'the special one first', config: rules('^apps/db/', '^apps/', null), finds: [] },
    {
      title: 'others',
      config: rules('^apps/', '^infra/'),
      files: { 'apps/a': '', 'infra/a': '' },
      finds: [],
    },
    { title: 'a longer extension', config: rules('\\.yaml$', '\\.yaml'), finds: [] },
  ],
  'config.unused-rule': [
    {
      title: 'no file',
      config: rules('^apps/', '^infra/'),
      files: { 'infra/a.yaml': '' },
      finds: ['warning 2'],
    },
    {
      title: 'no file for any rule',
      config: rules('^apps/', '^x/'),
      files: { 'infra/a.yaml': '' },
      finds: ['note 2', 'note 4'],
    },
    { title: 'a file', config: rules('^apps/'), files: { 'apps/a.yaml': '' }, finds: [] },
    {
      title: 'files that nothing encrypts',
      config: rules('\\.yaml$', '\\.yml$'),
      files: { 'kustomization.yaml': '', 'a.yml': '' },
      finds: ['warning 2'],
    },
    { title: 'a repository without files', config: rules('^apps/'), finds: [] },
    { title: 'standard input', config: rules('^/dev/stdin$'), files: { 'a.yaml': '' }, finds: [] },
    {
      title: 'a file that goes by a nearer configuration',
      config: rules('a\\.yaml$'),
      files: { 'sub/.sops.yaml': ruleOf(`age: ${bob}`), 'sub/a.yaml': '', 'b.txt': '' },
      finds: ['note 2'],
    },
  ],
};
