/** The style of a report's page: light, dark, phone and paper. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f4f5f7, #0f1317);
  --surface: light-dark(#fff, #181d23);
  --border: light-dark(#dfe3e8, #2b333c);
  --text: light-dark(#16202b, #e7ecf1);
  --muted: light-dark(#56616d, #9aa7b4);
  --current: light-dark(#1f5fbf, #7fb2ff);
  --holdback: light-dark(#8a6d3b, #d9b77a);
  --load: light-dark(#17703a, #66d18f);
  --good: light-dark(#17703a, #66d18f);
  --bad: light-dark(#b3261e, #ff9d94);
  --warn: light-dark(#8a5300, #f2b84b);
  font: 15px/1.45 system-ui, sans-serif;
  font-variant-numeric: tabular-nums;
}
* { box-sizing: border-box; }
body { max-width: 75rem; margin: 0 auto; padding: 1rem; background: var(--ground); color: var(--text); }
h1 { margin: 0; font-size: 1.5rem; }
h2 { margin: 0 0 .6rem; font-size: 1.1rem; }
h3 { margin: 0; font-size: .9rem; }
p { margin: .3rem 0; }
header p, .muted { color: var(--muted); }
header .warning { color: var(--warn); font-weight: 600; }
section { margin-top: 1rem; padding: 1rem; border: 1px solid var(--border); border-radius: 10px; background: var(--surface); }
.simulated { padding: 0 .6em; border: 1px dashed var(--warn); border-radius: 1em; color: var(--warn); font-size: .78rem; font-weight: 600; vertical-align: middle; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem; }
figure { margin: 0; min-width: 0; }
figcaption { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .9rem; font-size: .85rem; }
.key::before { content: ''; display: inline-block; width: 1em; height: 3px; margin-right: .35em; vertical-align: middle; background: var(--current); }
.key.holdback::before { background: var(--holdback); }
.key.load::before { background: var(--load); }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--muted); font-size: 12px; }
.grid { stroke: var(--border); stroke-width: 1; }
.line { fill: none; stroke: var(--current); stroke-width: 2; stroke-linejoin: round; }
.band { fill: var(--current); opacity: .16; }
.dot { fill: var(--current); }
.line.holdback { stroke: var(--holdback); }
.line.load { stroke: var(--load); }
.band.holdback, .dot.holdback { fill: var(--holdback); }
.band.load, .dot.load { fill: var(--load); }
.dot.good { fill: var(--good); }
.dot.bad { fill: var(--bad); }
.strip { height: 1.6rem; min-width: 12rem; }
.timeline { overflow-x: auto; }
.timeline svg { min-width: 46rem; }
@media (max-width: 40rem) { .plots svg text { font-size: 18px; } }
.good { color: var(--good); }
.bad { color: var(--bad); }
.tag { padding: 0 .5em; border: 1px solid currentcolor; border-radius: 1em; font-size: .8rem; white-space: nowrap; }
.scrolled { overflow-x: auto; }
table { width: 100%; min-width: 36rem; border-collapse: collapse; font-size: .9rem; }
th, td { min-width: 5rem; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--border); text-align: left; vertical-align: top; }
tbody th { font-weight: 600; }
tbody th .muted { font-weight: 400; }
summary { color: var(--current); cursor: pointer; }
details { margin-top: .6rem; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: .2rem 1.5rem; margin: .8rem 0 0; }
dl div { display: flex; gap: .5rem; }
dt { color: var(--muted); }
dd { margin: 0; font-weight: 600; }
@media print { body { background: none; } section { break-inside: avoid; } }
`;
