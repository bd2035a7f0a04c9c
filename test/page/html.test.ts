import { describe, expect, it } from 'vitest';
import { html, trusted } from '../../src/page/html.ts';

describe('html', () => {
  it.each([
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    [`" onmouseover='x' \`y\``, '&quot; onmouseover=&#39;x&#39; &#96;y&#96;'],
    ['&lt;', '&amp;lt;'],
    ['a\nb\u0000c', 'a\\nb\\u0000c'],
    ['no UTF-8: \udc80', 'no UTF-8: \\x80'],
  ])('escapes %j', (text, escaped) => {
    expect(html`<p title="${text}">${text}</p>`.text).toBe(`<p title="${escaped}">${escaped}</p>`);
  });

  it('takes markup as it is, lists in their order, and null for nothing', () => {
    const items = ['<a>', 'b'].map((item) => html`<li>${item}</li>`);
    expect(html`<ul>${items}</ul>${null}${3}${trusted('<hr>')}`.text).toBe(
      '<ul><li>&lt;a&gt;</li><li>b</li></ul>3<hr>',
    );
  });
});
