/** The hooks that git runs before a commit: one that the user makes, and one that `git merge` makes by itself. */
export const hookNames = ['pre-commit', 'pre-merge-commit'] as const;

export type HookName = (typeof hookNames)[number];
