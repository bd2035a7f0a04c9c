import { testKey } from '../cli/world.ts';

/** What must never show where it does not belong. Test values: they protect nothing. */
export const canaries = {
  value: 'CANARY-value-7f3a',
  list: 'CANARY-list-91bc',
  comment: 'CANARY-comment-55d0',
  block: 'CANARY-block-02ee',
  number: '918273645546372819',
  identity: testKey.identity.slice(20),
} as const;

/** One plain text per format, with a canary in every place that is encrypted. */
export const samples = {
  yaml: [
    `# ${canaries.comment}`,
    'db:',
    `    password: ${canaries.value} # ${canaries.comment}`,
    '    list:',
    '        - one',
    `        - ${canaries.list}`,
    `        - {flow: "${canaries.list}", b: [x, 'y']}`,
    `number: ${canaries.number}`,
    'yes: true',
    'half: 0.5',
    'nothing: null',
    'plain_unencrypted: readable',
    'block: |',
    `    ${canaries.block}`,
    '    second line',
    'folded: >-',
    `    ${canaries.block}`,
    '    more',
    '---',
    `second: "${canaries.value}"`,
    '',
  ].join('\n'),
  json: `${JSON.stringify(
    {
      db: {
        password: canaries.value,
        list: ['one', canaries.list, { deep: [canaries.list, null, true, 0.5] }],
      },
      plain_unencrypted: 'readable',
      empty: '',
    },
    null,
    2,
  ).replace('"empty"', `"number": ${canaries.number},\n  "empty"`)}\n`,
  env: `PASSWORD=${canaries.value}\n#${canaries.comment}\nLIST=${canaries.list}\n\nNUMBER=${canaries.number}\nplain_unencrypted=readable\nBLOCK=${canaries.block}\\nsecond\n`,
  ini: `top = ${canaries.value}\n\n; ${canaries.comment}\n[db]\npassword = ${canaries.value}\nnumber=${canaries.number}\nplain_unencrypted = readable\n\n[list]\nlist = "${canaries.list}"\nblock = ${canaries.block}\n`,
  bin: `\u0001${canaries.value}\u00ff${canaries.block}\n`,
} as const;

export type SampleName = keyof typeof samples;
export const sampleNames = Object.keys(samples) as SampleName[];

/** The canaries that a text shows, in clear or in base64. */
export function canariesIn(text: string | Uint8Array): string[] {
  const bytes = Buffer.from(text as string);
  return Object.values(canaries).filter(
    (canary) => bytes.includes(canary) || bytes.includes(Buffer.from(canary).toString('base64').slice(0, -4)),
  );
}
