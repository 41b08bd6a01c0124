// How the panel looks, by day and by night, on a desk and on a phone.

export const STYLE = `
:host { all: initial; color-scheme: light dark; font: 14px/1.45 system-ui, sans-serif; }
:host([data-theme="light"]) { color-scheme: light; }
:host([data-theme="dark"]) { color-scheme: dark; }
* { box-sizing: border-box; }
.toggle, .panel { position: fixed; z-index: 2147483000; color: light-dark(#1c2024, #eef1f4); }
.toggle { right: 12px; bottom: 12px; }
.panel { inset: auto 0 0 0; height: min(60vh, 520px); display: flex; flex-direction: column; background: light-dark(#fff, #1b1f24); border-top: 1px solid light-dark(#c7ccd2, #444c56); box-shadow: 0 -6px 24px #0003; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; padding: 6px 8px; border-bottom: 1px solid light-dark(#dde1e6, #373e47); }
header .warning { padding: 2px 8px; border-radius: 99px; background: #b26a00; color: #fff; }
header .end { margin-left: auto; display: flex; gap: 6px; }
[role="tablist"] { display: flex; flex-wrap: wrap; gap: 2px; }
button, select, input { min-height: 32px; padding: 0 10px; font: inherit; color: inherit; background: light-dark(#f3f5f7, #2a3038); border: 1px solid light-dark(#c7ccd2, #444c56); border-radius: 6px; }
button { cursor: pointer; }
button[aria-selected="true"], button[aria-pressed="true"] { background: light-dark(#0b6bcb, #6cb4ff); border-color: transparent; color: light-dark(#fff, #10161d); }
:focus-visible { outline: 3px solid light-dark(#0b6bcb, #6cb4ff); outline-offset: 1px; }
[role="tabpanel"] { flex: 1; overflow: auto; padding: 8px 12px; }
h3 { font-size: 15px; margin: 12px 0 4px; }
h4 { font-size: 14px; margin: 8px 0 4px; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); gap: 2px 16px; margin: 0; }
dl div { display: flex; gap: 8px; padding: 2px 0; }
dt { flex: 0 0 130px; color: light-dark(#59636e, #9aa4b0); }
dd { margin: 0; overflow-wrap: anywhere; }
pre { margin: 4px 0; padding: 8px; max-height: 220px; overflow: auto; font: 12px/1.4 ui-monospace, monospace; background: light-dark(#f3f5f7, #12161a); border-radius: 6px; }
summary { cursor: pointer; padding: 3px 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.failed summary { color: light-dark(#b3261e, #ff8a80); }
.actions { display: flex; flex-wrap: wrap; gap: 6px; margin: 0 0 8px; }
.switches { display: grid; gap: 8px; margin: 8px 0; }
.switches label { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; }
.switches input[type="number"] { width: 100px; }
.switches input[type="checkbox"] { width: 20px; min-height: 20px; }
.records { display: flex; flex-wrap: wrap; gap: 4px; max-height: 120px; overflow: auto; margin: 0; padding: 2px; list-style: none; }
article { border: 1px solid light-dark(#dde1e6, #373e47); border-radius: 6px; padding: 4px 10px 8px; margin-bottom: 8px; }
table { border-collapse: collapse; width: 100%; margin: 4px 0; }
caption { text-align: left; color: light-dark(#59636e, #9aa4b0); }
th, td { text-align: left; vertical-align: top; padding: 3px 8px 3px 0; border-bottom: 1px solid light-dark(#e6e9ed, #2f363e); overflow-wrap: anywhere; }
th[scope="row"] { font-weight: 500; }
.empty { color: light-dark(#59636e, #9aa4b0); }
input[type="range"] { width: 100%; padding: 0; }
`;
