/** Style of a page with graphs. */
export const graphPageStyle: string = `
.picture, .words { overflow: auto; padding: .5rem; }
.picture svg { display: block; max-width: none; }
.words table { width: 100%; }
.words tbody tr:nth-child(odd) { background: var(--faint); }
.losses { color: var(--bad); }
.losses ul { color: var(--ink); }
input[type=search] { font: inherit; padding: .2em .5em; border: 1px solid var(--line); border-radius: 6px; background: var(--sheet); color: var(--ink); }
.looking .node, .looking .arrow { opacity: .16; }
.looking .node.seen, .looking .arrow.seen { opacity: 1; }
@media print { .picture svg { max-width: 100%; height: auto; } }
`;

/** Shows what a Kustomization waits for and who waits for it, and finds names. */
export const graphPageScript: string = `
(() => {
  const all = (root, query) => Array.from(root.querySelectorAll(query));
  const keysOf = (arrow) => arrow.dataset.keys.split(' ');
  const show = (svg, keys) => {
    svg.classList.toggle('looking', keys !== null);
    for (const node of all(svg, '.node')) node.classList.toggle('seen', keys !== null && keys.has(node.dataset.key));
    for (const arrow of all(svg, '.arrow')) {
      arrow.classList.toggle('seen', keys !== null && keysOf(arrow).some((key) => keys.has(key)) && keysOf(arrow).filter((key) => keys.has(key)).length > 1);
    }
  };
  for (const svg of all(document, 'svg.flux-graph')) {
    for (const node of all(svg, '.node')) {
      node.addEventListener('pointerenter', () => {
        const key = node.dataset.key;
        const near = new Set([key]);
        for (const arrow of all(svg, '.arrow')) {
          const [from, ...to] = keysOf(arrow);
          if (from === key) to.forEach((one) => near.add(one));
          else if (to.includes(key)) near.add(from);
        }
        show(svg, near);
      });
      node.addEventListener('pointerleave', () => show(svg, null));
    }
  }
  const find = document.getElementById('find');
  find.addEventListener('input', () => {
    const text = find.value.trim().toLowerCase();
    for (const row of all(document, 'tr[data-row]')) row.hidden = text !== '' && !row.textContent.toLowerCase().includes(text);
    for (const svg of all(document, 'svg.flux-graph')) {
      const found = all(svg, '.node').filter((node) => text !== '' && node.textContent.toLowerCase().includes(text));
      show(svg, text === '' ? null : new Set(found.map((node) => node.dataset.key)));
    }
  });
})();
`;
