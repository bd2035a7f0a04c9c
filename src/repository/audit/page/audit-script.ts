/** Filters the rows of the table and marks the column under the pointer. Everything can be read without it. */
export const auditScript = `
(() => {
  const form = document.getElementById('filter');
  const table = document.getElementById('matrix');
  if (!form || !table) return;
  const words = document.getElementById('words');
  const who = document.getElementById('who');
  const count = document.getElementById('count');
  const boxes = [...form.querySelectorAll('input[type=checkbox]')];
  const bodies = [...table.tBodies].map((body) => {
    const [head, ...rows] = body.rows;
    const folder = head.querySelector('.path').textContent.toLowerCase().replace(/^\\.\\//, '');
    return { body, rows: rows.map((row) => ({ row, text: folder + row.cells[0].textContent.toLowerCase() })) };
  });
  const all = bodies.reduce((sum, { rows }) => sum + rows.length, 0);
  const apply = () => {
    const wanted = words.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const traits = boxes.filter((box) => box.checked).map((box) => box.value);
    const column = Number(who.value);
    let shown = 0;
    for (const { body, rows } of bodies) {
      let any = false;
      for (const { row, text } of rows) {
        const fits = wanted.every((word) => text.includes(word)) &&
          traits.every((trait) => row.classList.contains(trait)) &&
          (column === 0 || row.cells[column].textContent !== '');
        row.hidden = !fits;
        if (fits) { any = true; shown++; }
      }
      body.hidden = !any;
    }
    count.textContent = shown === all ? all + ' files' : shown + ' of ' + all + ' files';
  };
  form.hidden = false;
  form.addEventListener('input', apply);
  form.addEventListener('submit', (event) => event.preventDefault());
  const columns = [...table.querySelectorAll('col')];
  let marked = null;
  table.addEventListener('mouseover', (event) => {
    const cell = event.target.closest('td, thead th');
    const next = cell && cell.cellIndex > 0 ? columns[cell.cellIndex] : null;
    if (next === marked) return;
    if (marked) marked.classList.remove('on');
    if (next) next.classList.add('on');
    marked = next;
  });
  apply();
})();
`;
