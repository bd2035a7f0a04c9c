import { createHash } from 'node:crypto';
import { html, type Markup, trusted } from './html.ts';
import { pageStyle } from './page-style.ts';

/** A page before it is printed. */
export interface Page {
  readonly title: string;
  readonly body: Markup;
  /** Style sheet of this kind of page, behind the common one. */
  readonly style: string;
  /** Script of this kind of page. The page must be readable without it. */
  readonly script: string;
}

/**
 * Prints one self-contained HTML page: nothing is loaded from anywhere, and its own Content-Security-Policy allows no
 * more than this style sheet and this script. Light and dark, on paper too.
 */
export function printPage({ title, body, style, script }: Page): string {
  const sheet = `${pageStyle}${style}`;
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${digest(sheet)}'`,
    script === '' ? "script-src 'none'" : `script-src 'sha256-${digest(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="sopskit">
<title>${title}</title>
<style>${trusted(sheet)}</style>
</head>
<body>
${body}
${script === '' ? null : html`<script>${trusted(script)}</script>`}
</body>
</html>
`.text;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
