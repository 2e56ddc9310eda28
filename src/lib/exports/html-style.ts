/** The look of an exported notebook. Everything is in the file: it opens from disk with the network off. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#faf9f6;--sheet:#fff;--ink:#1c1b19;--soft:#6b6862;--line:#e7e4dc;--ok:#2c6e49;--wait:#8a5a00;--bad:#b3412e;--note:#3b5b8c}
@media (prefers-color-scheme:dark){:root{--paper:#171614;--sheet:#1f1e1b;--ink:#eceae4;--soft:#a8a49b;--line:#34322d;--ok:#85c39d;--wait:#e0b354;--bad:#e58a76;--note:#9db7e0}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.6 system-ui,sans-serif}
main{max-width:46rem;margin:0 auto;padding:3rem 1.25rem 5rem}
h1{font:600 2rem/1.2 "Source Serif 4",Georgia,serif;margin:.2rem 0}h2{font-size:1rem;margin:0}
.soft{color:var(--soft);font-size:.85rem}.cell{background:var(--sheet);border:1px solid var(--line);border-radius:10px;padding:1rem 1.25rem;margin:1.25rem 0}
.cell>header{display:flex;gap:.6rem;align-items:baseline;flex-wrap:wrap;border-bottom:1px solid var(--line);padding-bottom:.6rem;margin-bottom:.8rem}
.state{font-size:.8rem;font-weight:600}.done{color:var(--ok)}.failed,.missed{color:var(--bad)}.waiting,.waiting-retry,.cannot-tell{color:var(--wait)}.skipped,.pending,.sleeping{color:var(--soft)}.held{color:var(--ok)}
.prose{font:1rem/1.65 "Source Serif 4",Georgia,serif}.prose table,table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}th{font-weight:600;font-size:.85rem;color:var(--soft)}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:.8rem/1.5 ui-monospace,monospace;background:var(--paper);border:1px solid var(--line);border-radius:6px;padding:.75rem;margin:.5rem 0}
details{margin:.6rem 0}summary{cursor:pointer;color:var(--soft);font-size:.85rem}.note{border-left:3px solid var(--note);padding:.1rem .8rem;margin:.5rem 0}
.result{margin:2rem 0 3rem;border-top:1px solid var(--line);padding-top:1rem}.how{margin-top:2rem}
.item{margin:1rem 0;padding-left:1rem;border-left:1px solid var(--line)}.item>summary{font-weight:600}.item>.cell{margin:.75rem 0}ul{padding-left:1.2rem}.address{color:var(--soft);font-size:.85em}.wide{overflow-x:auto}
ins{text-decoration:none;background:color-mix(in srgb,var(--ok) 18%,transparent)}del{background:color-mix(in srgb,var(--bad) 15%,transparent)}
.seal{max-width:46rem;margin:-3rem auto 0;padding:0 1.25rem 4rem}.seal button,.act{font:inherit;padding:.4rem .9rem;border:1px solid var(--line);border-radius:8px;background:var(--sheet);color:var(--ink);cursor:pointer}.good{color:var(--ok)}.bad{color:var(--bad);font-weight:600}
@media print{.seal{display:none}.cell{break-inside:avoid;border-color:#ccc}details:not(.item){display:none}}
`;
