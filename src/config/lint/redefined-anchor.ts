import type { LintRule } from './lint-rule.ts';

export const redefinedAnchor: LintRule = {
  info: {
    code: 'config.redefined-anchor',
    level: 'warning',
    title: 'an anchor that is defined twice',
    about:
      'An alias refers to the definition above it. Where two people have the same anchor, the rules mean the later one, and the earlier one is locked out.',
  },
  check: ({ redefinedAnchors }) =>
    redefinedAnchors.map(({ name, place }) => ({
      place,
      message: `the anchor &${name} is defined a second time; *${name} means this one from here on`,
      fix: 'Give one of them another name, and look at the rules that use it.',
    })),
};
