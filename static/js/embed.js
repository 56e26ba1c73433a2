// A chart in a frame on somebody else's page: the server's drawing stays until a reader points at it.
// Only then are the figure, chart.js and Plotly fetched. Without this script the drawing is all there is.
//
// A plain script that adds plain scripts: in a frame with a sandbox the site is another origin than its
// own, and a module would not load there.

const chart = document.querySelector("[data-chart-later]");
const signs = ["pointerover", "focusin"];

function begin() {
  signs.forEach((sign) => chart.removeEventListener(sign, begin));
  chart.dataset.chart = "";
  document.head.append(Object.assign(document.createElement("script"), { src: chart.dataset.script }));
}

if (chart) {
  signs.forEach((sign) => chart.addEventListener(sign, begin, { passive: true }));
}
