"""How the page looks: in light and dark, on paper, and on a narrow screen."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --page: #ffffff; --text: #1b1f24; --faint: #57606a; --line: #d0d7de;
  --band: #f3f5f7; --good: #116329; --bad: #a40e26; --odd: #7a4b00; --link: #0b57d0; --bar: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --page: #14171c; --text: #e6e8eb; --faint: #a5adb8;
  --line: #3a424d; --band: #1d222a; --good: #7ee2a8; --bad: #ffa198; --odd: #f0c36d; --link: #9cc2ff;
  --bar: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 84rem; padding: 1.5rem 1rem 4rem; background: var(--page);
  color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; margin: 0; } h2 { margin: 2.5rem 0 .5rem; font-size: 1.25rem; }
h3 { font-size: 1rem; margin: 0; display: inline; }
p { margin: .4rem 0; } .faint { color: var(--faint); font-weight: normal; }
a { color: var(--link); } a:focus-visible, summary:focus-visible, .scroll:focus-visible {
  outline: 3px solid var(--link); outline-offset: 2px; }
.counts { display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; margin: 1rem 0; list-style: none; }
.counts li { border: 1px solid var(--line); border-radius: .5rem; padding: .4rem .9rem; }
.counts b { font-size: 1.4rem; margin-right: .4rem; }
.scroll { overflow-x: auto; margin: .8rem 0; border: 1px solid var(--line); border-radius: .5rem; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; padding: .5rem .7rem;
  color: var(--faint); }
th, td { text-align: left; vertical-align: top; padding: .4rem .7rem; border-top: 1px solid var(--line); }
thead th, thead td { background: var(--band); white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.text { min-width: 16rem; overflow-wrap: anywhere; }
.good { color: var(--good); } .bad { color: var(--bad); } .odd { color: var(--odd); }
.state { white-space: nowrap; font-weight: 600; }
.bar { display: block; height: .7rem; min-width: 6rem; background: var(--band); border: 1px solid var(--line);
  border-radius: .2rem; } .bar span { display: block; height: 100%; background: var(--bar); }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: .5rem .8rem; }
summary { cursor: pointer; } details[open] > summary { margin-bottom: .6rem; }
dt { font-weight: 600; } dd { margin: 0 0 .4rem; overflow-wrap: anywhere; white-space: pre-wrap; }
pre { overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85rem; }
@media print { details > * { display: block; } .scroll { overflow: visible; } }
"""
