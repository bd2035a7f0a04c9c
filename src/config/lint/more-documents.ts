import type { LintRule } from './lint-rule.ts';

export const moreDocuments: LintRule = {
  info: {
    code: 'config.more-documents',
    level: 'error',
    title: 'a configuration of several YAML documents',
    about: 'sops reads the first document of .sops.yaml only; rules behind a line --- are never used.',
  },
  check: ({ documents }) =>
    documents < 2
      ? []
      : [
          {
            message: `the file has ${documents} YAML documents, and sops reads the first only`,
            fix: 'Put all rules into one document: remove the lines ---.',
          },
        ],
};
