/** What is seen of <buy-credits> once the packages are there: loaded with the offer. Without it the tag says the same, plainer. */
export const LATER_STYLE = `
details{margin-top:10px;color:var(--quiet)}summary{cursor:pointer;margin-bottom:6px}details .plain{margin:0 6px 6px 0;font-size:13px;padding:3px 10px}
.left{margin:0;color:var(--quiet)}
.low{display:block;margin:0 0 10px;padding:8px 12px;border-radius:8px;color:var(--credits-low,light-dark(#7a4a00,#ffcf85));background:var(--credits-low-surface,light-dark(#fff3dc,#3a2c12))}
label{display:flex;flex-wrap:wrap;gap:4px 10px;align-items:center;margin:10px 0;color:var(--quiet)}
input{font:inherit;flex:1 1 120px;min-width:0;box-sizing:border-box;padding:6px 10px;color:var(--text);background:var(--surface);border:1px solid var(--line);border-radius:8px;text-transform:uppercase}
input:focus-visible{outline:2px solid var(--accent);outline-offset:1px}.bonus{margin:0 0 10px}[hidden]{display:none}
.busy:before{content:"";display:inline-block;width:12px;height:12px;margin-right:8px;border:2px solid var(--line);border-top-color:var(--accent);border-radius:50%}
@keyframes t{to{rotate:1turn}}@media(prefers-reduced-motion:no-preference){.busy:before{animation:t .8s linear infinite}}`;
