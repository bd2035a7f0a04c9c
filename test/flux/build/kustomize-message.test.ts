import { expect, it } from 'vitest';
import { kustomizeWords } from '../../../src/flux/build/kustomize-message.ts';

it.each([
  [
    'an object',
    'namespace transformation produces ID conflict: [{"kind":"Secret","data":{"p":"canary }]"}} {"kind":"Secret"}]',
    'namespace transformation produces ID conflict: …',
  ],
  [
    'settings of a transformer',
    'trouble configuring builtin PatchTransformer with config: `\npatch: \'[canary]\'\n`: unable to parse SM or JSON patch from [patch: "canary\nx]"]',
    'trouble configuring builtin PatchTransformer with config: `…`: unable to parse SM or JSON patch from […]',
  ],
  [
    'literals',
    'loading KV pairs: literal sources [a=canary b]: invalid literal source canary, expected key=value',
    'loading KV pairs: literal sources […]: invalid literal source …, expected key=value',
  ],
  ['a node', 'wrong node kind: node contents:\n{x: canary}\n', 'wrong node kind: node contents: …'],
  ['YAML', "error in object '\napiVersion: v1\nkind: Secret\ndata: {a: canary}\n'", "error in object '\n…"],
  [
    'the stack of a crash',
    'panic: runtime error: nil pointer [recovered]\n\tpanic: again\n\ngoroutine 1 [running]:\nmain.main(0xcanary)\n',
    'panic: runtime error: nil pointer [recovered]',
  ],
])('cuts out %s', (_name, message, words) => {
  expect(kustomizeWords(message)).toBe(words);
});

it.each([
  "accumulating resources from 'a.yaml': open a/a.yaml: no such file or directory",
  'may not add resource with an already registered id: ConfigMap.v1.[noGrp]/a.apps',
  "missing metadata.name in object {{v1 Secret} {{ } map[x:y] map[]}}': must build at directory",
])('leaves its own words: %s', (message) => {
  expect(kustomizeWords(message)).toBe(message);
});
