"""The style sheet of a printed or saved calendar. It loads nothing else."""

from __future__ import annotations

from hotline.output.data.colours import HUES

_VOLUNTEERS = "\n".join(f".c{number} {{ --hue: {hue}; }}" for number, hue in enumerate(HUES))

CSS = (
    """
:root {
  color-scheme: light dark;
  --ink: #1b1f24; --paper: #fff; --soft: #59636e; --line: #d1d9e0; --weekend: #f6f8fa;
  --chip: 88%; --chip-ink: 20%; --alarm: #b3001b; --alarm-paper: #ffe3e3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e8eaed; --paper: #14171a; --soft: #9aa4ae; --line: #363d45; --weekend: #1b1f24;
    --chip: 24%; --chip-ink: 88%; --alarm: #ff9a9a; --alarm-paper: #4a1218;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.45 system-ui, sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 1.25rem; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
.soft { color: var(--soft); margin: 0 0 1rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: start; color: var(--soft); font-size: .875rem; padding-bottom: .5rem; }
th, td { text-align: start; padding: .25rem .5rem; border-top: 1px solid var(--line); vertical-align: top; }
thead th { border-top: 0; font-size: .875rem; color: var(--soft); }
tr.weekend > * { background: var(--weekend); }
tr.monday > * { border-top: 2px solid var(--soft); }
.days th[scope=row] { white-space: nowrap; width: 1%; font-variant-numeric: tabular-nums; }
.days td { padding-inline: 0; }
.remark { display: block; font-size: .8125rem; font-weight: normal; white-space: normal; }
.bar { display: flex; list-style: none; margin: 0; padding: 0; }
.bar > li { flex: 1 1 0; min-width: 0; border-inline-start: 2px solid var(--ink); padding-inline-start: 2px; }
.bar > li.on { border-inline-start-color: transparent; }
.at { display: block; overflow: hidden; font-size: .75rem; color: var(--soft); font-variant-numeric: tabular-nums; }
.who {
  display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  margin: 1px 0; padding: 0 .35rem; border-radius: 3px; font-size: .8125rem;
  background: hsl(var(--hue) 62% var(--chip)); color: hsl(var(--hue) 60% var(--chip-ink));
  border-inline-start: 4px solid hsl(var(--hue) 60% 50%);
}
.gap {
  display: block; padding: 0 .35rem; border: 2px dashed var(--alarm); border-radius: 3px;
  background: var(--alarm-paper); color: var(--alarm); font-weight: 600; font-size: .8125rem;
  min-width: 1.5rem; overflow: hidden; text-overflow: clip; white-space: nowrap;
}
.closed { color: var(--soft); font-size: .8125rem; }
.bar > li:has(.gap) { min-width: 1.75rem; }
.gaps li { color: var(--alarm); }
.number { text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums; }
.load { width: 50%; }
.load span {
  display: block; height: 1rem; border-radius: 3px;
  background: hsl(var(--hue) 60% 50%); print-color-adjust: exact;
}
@media (max-width: 44rem) {
  .days tr, .days th, .days td { display: block; border: 0; width: auto; }
  .days thead { display: none; }
  .days tr.weekend > * { background: none; }
  .remark { display: inline; margin-inline-start: .5rem; white-space: nowrap; }
  .days tr { border-top: 1px solid var(--line); padding: .35rem 0; }
  .bar { display: block; }
  .bar > li { display: flex; flex-wrap: wrap; gap: 0 .35rem; border: 0; }
  .at { font-size: .875rem; min-width: 6.5rem; }
  .at .hidden { position: static; width: auto; height: auto; clip-path: none; }
  .at .hidden.words { display: none; }
}
@media print {
  :root {
    --ink: #000; --paper: #fff; --soft: #444; --line: #bbb; --weekend: #f2f2f2;
    --chip: 90%; --chip-ink: 15%; --alarm: #a00; --alarm-paper: #fff;
  }
  main { max-width: none; padding: 0; }
  tr, li { break-inside: avoid; }
  thead { display: table-header-group; }
  .who { print-color-adjust: exact; }
}
"""
    + _VOLUNTEERS
)
