/** Of <buy-credits>. Everything that a host page may want in its own colours is a variable. */
export const STYLE = `
:host{display:block;font:15px/1.5 system-ui,sans-serif;color-scheme:light dark;
--accent:var(--credits-accent,light-dark(#3b4fd8,#8b9bff));--on:light-dark(#fff,#10131f);--text:var(--credits-text,light-dark(#1a1d29,#e8eaf2));
--surface:var(--credits-surface,light-dark(#fff,#1a1d29));--line:var(--credits-line,light-dark(#d9dce6,#373c4e));--quiet:light-dark(#5b6072,#a3a9bd);
color:var(--text);background:var(--surface);border:1px solid var(--line);border-radius:var(--credits-radius,10px);padding:16px;box-sizing:border-box}
:host([theme=light]){color-scheme:light}:host([theme=dark]){color-scheme:dark}
ul{list-style:none;margin:0;padding:0}li,.what{display:flex;justify-content:space-between}li{align-items:center;padding:10px 0;border-bottom:1px solid var(--line)}
li:last-child{border:0}small{display:block;color:var(--quiet)}p{margin:0 0 10px}
button{font:inherit;cursor:pointer;color:var(--on);background:var(--accent);border:1px solid transparent;border-radius:8px;padding:7px 16px;min-width:92px;font-weight:600}
button:disabled{opacity:.55;cursor:default}button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.plain{background:none;color:var(--text);border-color:var(--line);font-weight:400;margin:0 0 6px;min-width:0}button+.plain{margin-left:8px}
.quiet{color:var(--quiet)}.bad{color:light-dark(#b3261e,#ff9d94)}.good{color:light-dark(#12703a,#6fdc9b);font-weight:600}`;
