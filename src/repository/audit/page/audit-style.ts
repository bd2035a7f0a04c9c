/** What the page of an audit has beyond the common style: cards, the table, its signs. */
export const auditStyle = `
.cards { display: flex; flex-wrap: wrap; gap: .7rem; list-style: none; margin: 1.2rem 0 0; padding: 0; }
.cards li { padding: .7rem 1.1rem; min-width: 9rem; flex: 0 1 auto; border-left-width: 4px; }
.cards b { display: block; font-size: 1.7rem; line-height: 1.15; font-variant-numeric: tabular-nums; }
.cards span { color: var(--soft); font-size: .87rem; }
.cards .good { border-left-color: var(--good); } .cards .good b { color: var(--good); }
.cards .warn { border-left-color: var(--warn); } .cards .warn b { color: var(--warn); }
.cards .bad { border-left-color: var(--bad); } .cards .bad b { color: var(--bad); }
.watch ul { list-style: none; margin: 0; padding: .3rem 0; }
.watch li { padding: .5rem 1rem .5rem 1.1rem; border-left: 4px solid var(--line); margin: .3rem 0; }
.watch li.warn { border-left-color: var(--warn); } .watch li.bad { border-left-color: var(--bad); }
.fine { color: var(--good); }
.filter { display: flex; flex-wrap: wrap; gap: .5rem 1.2rem; align-items: center; margin: .4rem 0 .8rem; }
.filter[hidden] { display: none; }
.filter input[type=search], .filter select {
  font: inherit; color: inherit; background: var(--sheet); border: 1px solid var(--line); border-radius: 6px; padding: .25rem .5rem;
}
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; list-style: none; margin: 0 0 .6rem; padding: 0; color: var(--soft); font-size: .85rem; }
.legend i { font-style: normal; }
.frame { overflow: auto; max-height: 85vh; }
.matrix { font-size: .9rem; border-collapse: separate; border-spacing: 0; min-width: 100%; }
.matrix thead th { position: sticky; top: 0; z-index: 2; background: var(--sheet); border-bottom: 2px solid var(--line); vertical-align: bottom; }
.matrix thead th:first-child, .matrix tbody th { position: sticky; left: 0; background: var(--sheet); }
.matrix thead th:first-child { z-index: 3; }
.matrix tbody th { z-index: 1; font-weight: 400; white-space: nowrap; border-right: 1px solid var(--line); }
.matrix td { text-align: center; padding: .2rem .3rem; border-bottom: 1px solid var(--faint); }
.matrix tbody th { border-bottom: 1px solid var(--faint); padding: .2rem 1rem .2rem 1.4rem; }
.matrix .folder th { background: var(--faint); color: var(--soft); padding: .35rem .8rem; border-right: 0; }
.matrix small { color: var(--soft); font-weight: 400; }
.who { min-width: 2.2rem; padding: .6rem .3rem; text-align: center; }
.who span { writing-mode: vertical-rl; transform: rotate(180deg); display: inline-block; max-height: 14rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.who small { display: block; font-variant-numeric: tabular-nums; }
.who.held span { color: var(--good); } .who.stale span, .who.former span { color: var(--bad); }
.who.former span { text-decoration: line-through; text-decoration-thickness: 1px; }
col.on { background: var(--accent-ground); }
.matrix tbody tr:hover td, .matrix tbody tr:not(.folder):hover th { background: var(--accent-ground); }
.matrix tr.here-yes th { box-shadow: inset 4px 0 var(--good); }
.matrix tr.here-broken th { box-shadow: inset 4px 0 var(--bad); }
.matrix tr.here-ask th { box-shadow: inset 4px 0 var(--line); }
.matrix td.opens, .matrix td.since, .matrix th.opens, .matrix th.since { text-align: center; color: var(--soft); white-space: nowrap; padding: .2rem .8rem; font-variant-numeric: tabular-nums; }
.matrix .here-yes td.opens { color: var(--good); } .matrix .here-broken td.opens { color: var(--bad); }
td:is(.y, .p, .x, .m, .h, .f, .o) { font-size: 0; }
:is(td, i):is(.y, .p, .x, .m, .h, .f, .o)::before {
  content: ""; display: inline-block; width: 11px; height: 11px; border-radius: 50%; vertical-align: middle; border: 2px solid transparent;
}
:is(td, i).y::before { background: var(--good); }
:is(td, i).p::before { border-color: var(--good); background: linear-gradient(90deg, var(--good) 50%, transparent 50%); }
:is(td, i).x::before { background: var(--warn); border-radius: 2px; transform: rotate(45deg) scale(.9); }
:is(td, i).m::before { border: 2px dashed var(--warn); }
:is(td, i).h::before { border: 3px double var(--bad); background: var(--bad); }
:is(td, i).f::before { background: var(--bad); border-radius: 2px; }
:is(td, i).o::before { border: 2px solid var(--bad); border-radius: 2px; }
.recipients { width: 100%; }
.recipients td, .recipients th { border-bottom: 1px solid var(--faint); }
.recipients .key { overflow-wrap: anywhere; max-width: 32rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.person { padding: .7rem 1.1rem; margin: 0 0 .7rem; }
.person .key { overflow-wrap: anywhere; max-width: none; margin: 0 0 .3rem; }
.person h3 { margin: 0 0 .2rem; } .person ul { margin: .2rem 0; padding-left: 1.2rem; }
details > summary { cursor: pointer; }
footer { margin-top: 3rem; font-size: .85rem; }
@media (max-width: 560px) {
  .cards li { min-width: 0; flex: 1 1 40%; padding: .5rem .8rem; }
  .matrix tbody th { white-space: normal; overflow-wrap: anywhere; max-width: 45vw; padding: .2rem .5rem; }
  .recipients, .recipients tbody, .recipients tr, .recipients th, .recipients td { display: block; text-align: left; border-bottom: 0; padding: .1rem .6rem; }
  .recipients thead { display: none; } .recipients tr { border-bottom: 1px solid var(--line); padding: .4rem 0; }
  .recipients .number::after { content: " files"; }
}
@media print { .frame { overflow: visible; max-height: none; } .matrix th { position: static !important; } .matrix { font-size: 8pt; } }
`;
