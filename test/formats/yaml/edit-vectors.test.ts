import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { yamlFormat } from '../../../src/formats/yaml/yaml-format.ts';
import { textOf } from './edit-fake.ts';
import { SealedYaml } from './edit-sealed.ts';
import { branchesShape, dataWithoutComments, isSealable, leavesOf } from './edit-tree.ts';

const folder = new URL('../../vectors/yaml-layout/', import.meta.url);

describe.each(readdirSync(folder))('%s', (name) => {
  const bytes = readFileSync(new URL(name, folder));
  const document = yamlFormat.parse(bytes);
  const leaves = document.branches.flatMap(leavesOf).filter(isSealable);

  it.each([
    ['all', () => true],
    ['every other', (index: number) => index % 2 === 0],
  ] as const)('comes back with %s of its leaves sealed', (_title, isChosen) => {
    const sealed = new SealedYaml(
      document,
      leaves.filter((_, index) => isChosen(index)),
    );
    expect(branchesShape(sealed.document.data)).toEqual(branchesShape(document.branches));
    expect(sealed.document.data.map((branch) => dataWithoutComments(branch))).toEqual(sealed.expected);
    const opened = yamlFormat.parse(sealed.opened());
    expect(opened.data.map((branch) => dataWithoutComments(branch))).toEqual(
      document.branches.map((branch) => dataWithoutComments(branch)),
    );
    expect(sealed.respelled()).toBe(textOf(bytes));
  });
});
