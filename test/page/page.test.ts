import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { html } from '../../src/page/html.ts';
import { printPage } from '../../src/page/page.ts';

const page = printPage({
  title: '<i>title</i>',
  body: html`<p>body</p>`,
  style: 'p { color: red }',
  script: 'void 0;',
});

const policyOf = (text: string): string =>
  /Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1] ?? 'none';
const between = (text: string, name: string): string =>
  new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(text)?.[1] ?? 'none';
const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

describe('a page', () => {
  it('allows its own style and script, by their digests, and nothing else', () => {
    expect(policyOf(page).split('; ')).toEqual([
      "default-src 'none'",
      `style-src ${hash(between(page, 'style'))}`,
      `script-src ${hash(between(page, 'script'))}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it('has no script where none is given', () => {
    const plain = printPage({ title: 'x', body: html`<p></p>`, style: '', script: '' });
    expect(plain).not.toContain('<script');
    expect(policyOf(plain)).toContain("script-src 'none'");
  });

  it('loads nothing, and escapes its title', () => {
    expect(page).not.toMatch(/\b(?:src|href)=|url\(|@import|https?:/);
    expect(page).toContain('<title>&lt;i&gt;title&lt;/i&gt;</title>');
  });

  it('is for light and dark, and for paper', () => {
    expect(page).toContain('prefers-color-scheme: dark');
    expect(page).toContain('@media print');
  });
});

describe('templates', () => {
  const src = fileURLToPath(new URL('../../src', import.meta.url));
  const files = readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file, 'utf8').includes('html`'));

  // the build keeps a tagged template's text as it is, and the bundle is read as Latin-1
  it.each(files.map((file) => path.relative(src, file)))('of %s have ASCII text only', (file) => {
    const text = readFileSync(path.join(src, file), 'utf8');
    for (const literal of literalsOf(text)) expect(literal).toMatch(/^[\x00-\x7f]*$/);
  });

  it('are found', () => expect(files.length).toBeGreaterThan(5));
});

/** The literal text of all html templates: what stands in them outside `${…}`. */
function literalsOf(source: string): string[] {
  const literals: string[] = [];
  for (let at = source.indexOf('html`'); at >= 0; at = source.indexOf('html`', at + 1)) {
    let text = '';
    let depth = 0;
    for (let next = at + 5; next < source.length && !(depth === 0 && source[next] === '`'); next++) {
      if (source.startsWith('${', next)) depth++;
      if (depth === 0) text += source[next];
      if (depth > 0 && source[next] === '}') depth--;
    }
    literals.push(text);
  }
  return literals;
}
