/** What all pages look like: type, colours in light and dark, tables, paper. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --sheet: #ffffff; --ink: #1b1f24; --soft: #59636e; --line: #d9dee4; --faint: #eef1f4;
  --good: #1a7f4b; --warn: #9a5b00; --bad: #c0262d; --accent: #2459b8;
  --good-ground: #e3f4ea; --warn-ground: #fdf0d9; --bad-ground: #fde7e7; --accent-ground: #e6eefb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1317; --sheet: #171c22; --ink: #e4e8ec; --soft: #9aa5b1; --line: #2c343d; --faint: #1f262d;
    --good: #5fce93; --warn: #f0b45a; --bad: #ff8a8a; --accent: #86b1ff;
    --good-ground: #143023; --warn-ground: #38290f; --bad-ground: #3c1a1c; --accent-ground: #192a49;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 2rem clamp(1rem, 3vw, 3rem) 4rem; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Liberation Sans", "DejaVu Sans", sans-serif;
}
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; letter-spacing: -.01em; }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; }
h3 { font-size: .95rem; margin: 1.2rem 0 .3rem; }
p { margin: .3rem 0 .6rem; max-width: 72ch; }
code, .path { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, "DejaVu Sans Mono", monospace; font-size: .87em; }
code { background: var(--faint); border-radius: 4px; padding: .1em .35em; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.sheet { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: .35rem .7rem; vertical-align: top; }
thead th { color: var(--soft); font-weight: 600; font-size: .85rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.tag { display: inline-block; border-radius: 999px; padding: 0 .6em; font-size: .78rem; line-height: 1.6; white-space: nowrap; }
.tag.good { background: var(--good-ground); color: var(--good); }
.tag.warn { background: var(--warn-ground); color: var(--warn); }
.tag.bad { background: var(--bad-ground); color: var(--bad); }
.tag.plain { background: var(--faint); color: var(--soft); }
@media print {
  :root { color-scheme: light; --ground: #fff; --sheet: #fff; --ink: #000; --soft: #444; --line: #bbb; --faint: #f2f2f2;
    --good: #0c5c33; --warn: #7a4700; --bad: #a3151c; --good-ground: #e3f4ea; --warn-ground: #fdf0d9; --bad-ground: #fde7e7; }
  body { padding: 0; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .screen { display: none !important; }
  h2, h3 { break-after: avoid; }
  tr { break-inside: avoid; }
}
@page { size: A4 landscape; margin: 12mm; }
`;
