import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Audit, AuditedFile, AuditedRecipient } from '../../src/repository/audit/audit.ts';
import { printAudit } from '../../src/repository/audit/print-audit.ts';
import { describePeers } from './peers.ts';
import { type Picture, readPng } from './png.ts';

const fileCount = 1000;
const names = [
  'alice',
  'bob',
  '<b>carol</b>',
  'cluster',
  ...Array.from({ length: 16 }, (_, index) => `member ${index}`),
];
const idOf = (index: number): string => `age1test${String(index).padStart(54, 'q')}`;

/** An audit of a thousand files for twenty recipients, with all that a page can show. No key of it is one. */
function largeAudit(): Audit {
  const files = Array.from({ length: fileCount }, (_, index) => testFile(index));
  const recipients = names.map((name, index): AuditedRecipient => {
    const listed = files.filter(({ groups }) => groups.flat().includes(idOf(index)));
    return {
      ...{ id: idOf(index), source: 'age', name, files: listed.length, alone: listed.length },
      folders: [{ folder: 'apps', files: listed.length }],
      inRules: index !== 1,
      held: index === 0 ? '/home/test/keys.txt' : null,
    };
  });
  return {
    ...{
      version: 1,
      at: '2026-01-02T03:04:05Z',
      root: '/home/test/repository',
      files,
      recipients,
      configurationProblems: [],
      notes: ['a test note'],
    },
    unreadable: [
      { path: 'cut.yaml', reason: 'the file holds encrypted values, but its sops metadata is gone' },
    ],
    sharedDataKeys: [{ files: [pathOf(1), pathOf(2)], evidence: 'opened', hiddenReaders: [] }],
    sharedValues: [{ places: [pathOf(1), pathOf(2)].map((each) => ({ path: each, value: '["password"]' })) }],
    history: {
      ...{ range: 'HEAD', versions: 12, keptAlone: [], plain: [] },
      former: [
        {
          ...{
            id: `age1former${'q'.repeat(52)}`,
            source: 'age',
            name: 'mallory',
            elsewhere: false,
            gone: [],
          },
          files: [
            {
              path: pathOf(3),
              ...{ reads: 'now', alone: true, from: null },
              last: null,
              listed: null,
              values: ['["password"]'],
              basis: 'all',
            },
          ],
        },
      ],
    },
  };
}

function pathOf(index: number): string {
  if (index === 7) return `apps/app-0/<script>document.title='broken'</script>.yaml`;
  return `apps/app-${Math.floor(index / 20)}/secret-${index}.yaml`;
}

function testFile(index: number): AuditedFile {
  const members = names.flatMap((_, member) => ((member * 7 + index) % 4 === 1 ? [] : [idOf(member)]));
  const group = index % 50 === 0 ? members.slice(0, 1) : members;
  return {
    ...{ path: pathOf(index), groups: [group], needed: 1, keysToLose: group.length, alone: group },
    opens: group.includes(idOf(0)) ? 'yes' : 'no',
    rule: { extra: group.includes(idOf(1)) ? [idOf(1)] : [], missing: [] },
    dataKey: { since: '2025-06-07T08:09:10Z', source: 'git', commit: '0'.repeat(40), atLeast: false },
  };
}

describePeers('the page of an audit in a real browser', ['chromium'], ({ chromium }) => {
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'sopskit-page-'));
    file = path.join(folder, 'audit.html');
    writeFileSync(file, await printAudit(largeAudit(), 'html'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs the browser without a window; returns the document it made, and what its console said. */
  function browse(...flags: readonly string[]): { document: string; console: string[] } {
    const quiet = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--hide-scrollbars',
    ];
    const own = [
      `--user-data-dir=${path.join(folder, 'profile')}`,
      '--enable-logging=stderr',
      '--window-size=1400,1400',
    ];
    const { status, stdout, stderr } = spawnSync(
      chromium,
      [...quiet, ...own, ...flags, pathToFileURL(file).href],
      {
        maxBuffer: 1 << 27,
        timeout: 120_000,
      },
    );
    expect(status).toBe(0);
    const said = stderr
      .toString()
      .split('\n')
      .filter((line) => line.includes(':CONSOLE'));
    return { document: stdout.toString(), console: said };
  }

  function photograph(name: string, ...flags: readonly string[]): Picture {
    const picture = path.join(folder, name);
    const { console } = browse(`--screenshot=${picture}`, ...flags);
    expect(console).toEqual([]);
    expect(existsSync(picture)).toBe(true);
    return readPng(readFileSync(picture));
  }

  it('makes a document with a row for each file, and nothing is refused or loaded', () => {
    const { document, console } = browse('--dump-dom');
    expect(console).toEqual([]);
    expect(document.match(/<tr class="here-/g)).toHaveLength(fileCount);
    expect(document).toContain('&lt;b&gt;carol&lt;/b&gt;');
    expect(document).toContain('<title>Who can decrypt what: repository</title>');
  });

  it('runs its script under its own policy', () => {
    const { document } = browse('--dump-dom');
    expect(document).toContain(`${fileCount} files</output>`);
    expect(document).toMatch(/<form class="filter screen" id="filter">/);
  });

  it('filters the rows', () => {
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, before.replace('value="one">', 'value="one" checked>'));
    const { document } = browse('--dump-dom');
    writeFileSync(file, before);
    expect(document).toContain(`>${fileCount / 50} of ${fileCount} files</output>`);
    expect(document.match(/<tr class="here-\w+(?: \w+)*" hidden/g)).toHaveLength(fileCount - fileCount / 50);
    expect(document.match(/<tbody hidden/g)?.length).toBeGreaterThan(10);
  });

  it('lets a foreign script, style or picture in its text do nothing', async () => {
    const before = readFileSync(file, 'utf8');
    const foreign =
      '<script>document.title="broken"</script><style>body{display:none}</style><img src="https://example.invalid/x.png">';
    writeFileSync(file, before.replace('<main>', `<main>${foreign}`));
    const { document, console } = browse('--dump-dom');
    writeFileSync(file, before);
    expect(document).toContain('<title>Who can decrypt what: repository</title>');
    expect(console.filter((line) => line.includes('Content Security Policy')).length).toBeGreaterThanOrEqual(
      3,
    );
  });

  it('is drawn in light', () => {
    const picture = photograph('light.png');
    expect(picture).toMatchObject({ width: 1400, height: 1400 });
    expect(picture.colours().size).toBeGreaterThan(50);
    expect(picture.brightness({ x: 0, y: 0, width: 1400, height: 20 })).toBeGreaterThan(230);
    expect(picture.count(isGreen)).toBeGreaterThan(2000);
    expect(picture.count(isAmber)).toBeGreaterThan(300);
    expect(picture.count(isRed)).toBeGreaterThan(300);
    expect(picture.brightness({ x: 40, y: 30, width: 500, height: 40 })).toBeLessThan(240); // the headline
  });

  it('is drawn in dark', () => {
    const picture = photograph('dark.png', '--blink-settings=preferredColorScheme=0');
    expect(picture.brightness({ x: 0, y: 0, width: 1400, height: 20 })).toBeLessThan(40);
    expect(picture.colours().size).toBeGreaterThan(50);
    expect(picture.count(isGreen)).toBeGreaterThan(2000);
  });

  it('is readable without its script', () => {
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, before.replace(/<script>[\s\S]*?<\/script>/, ''));
    const { document, console } = browse('--dump-dom');
    const picture = photograph('plain.png');
    writeFileSync(file, before);
    expect(console).toEqual([]);
    expect(document.match(/<tr class="here-/g)).toHaveLength(fileCount);
    expect(document).toMatch(/<form class="filter screen" id="filter" hidden/);
    expect(picture.count(isGreen)).toBeGreaterThan(2000);
  });

  it('prints', () => {
    const paper = path.join(folder, 'audit.pdf');
    browse(`--print-to-pdf=${paper}`, '--no-pdf-header-footer');
    const pdf = readFileSync(paper);
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    // a thousand rows do not fit on one sheet: the frame that scrolls on a screen must not cut them off
    expect((pdf.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length).toBeGreaterThan(10);
  });
});

const isGreen = (red: number, green: number, blue: number): boolean => green > red + 40 && green > blue + 25;
const isAmber = (red: number, green: number, blue: number): boolean => red > green + 30 && green > blue + 30;
const isRed = (red: number, green: number, blue: number): boolean => red > green + 90 && red > blue + 80;
