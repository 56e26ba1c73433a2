// Puts an interactive figure in the place of the server's drawing, once the page stands.
//
// Each [data-chart] names the address of its figure, or holds it, as JSON whose colours are names of CSS custom properties:
// var(--ink), or var(--band@0.17) for one seen through. Where anything fails the drawing stays.

const darkness = matchMedia("(prefers-color-scheme: dark)");
const canPoint = matchMedia("(hover: hover) and (pointer: fine)");
// Where one points, the figure is ready before it comes into sight; a phone, which pays more for it, waits
// until it does, and shows the server's drawing meanwhile.
const near = canPoint.matches ? "400px" : "0px";
const framed = window.top !== window.self; // in another page, where no page of ours but this one is shown
const themed = [];
let plotly;

function load(address) {
  plotly ??= new Promise((resolve, reject) => {
    const { head } = document;
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", () => resolve(window.Plotly));
    script.addEventListener("error", () => reject(new Error(`${address} did not load`)));
    head.append(script);
    // Plotly's full bundle, which stands in where the small one is missing, comes with a style element
    // for maps. We draw none, and our Content-Security-Policy would refuse it with a complaint.
    head.appendChild = (node) => (node instanceof HTMLStyleElement ? node : Node.prototype.appendChild.call(head, node));
  });
  return plotly.finally(() => delete document.head.appendChild);
}

// Lets the page answer to its reader between two long steps.
const turn = () => window.scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve));

// The figure that a page holds, else the one under its address.
async function figureOf(element) {
  const held = element.querySelector("[data-chart-figure]");
  if (held) {
    return JSON.parse(held.textContent);
  }
  const answer = await fetch(element.dataset.figure);
  if (!answer.ok) {
    throw new Error(`${element.dataset.figure} answered ${answer.status}`);
  }
  return answer.json();
}

// --- Colours: what the style sheet says, in a spelling that Plotly reads.

const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

function colourReader(element) {
  const styles = getComputedStyle(element);
  const known = new Map();
  return (name, alpha) => {
    const key = `${name}@${alpha}`;
    if (!known.has(key)) {
      const value = styles.getPropertyValue(name).trim();
      known.set(key, name.startsWith("--font") ? value : opaque(value, alpha));
    }
    return known.get(key);
  };
}

function opaque(colour, alpha) {
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = colour;
  pixel.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
  return alpha === undefined ? `rgb(${red}, ${green}, ${blue})` : `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}

const names = /var\((--[\w-]+)(?:@([\d.]+))?\)/g;
const coloured = /^(var\(--[\w@.-]+\)|0 0 2px var\(.*)$/; // a colour, a font, or a shadow of text

function filled(value, read) {
  if (typeof value === "string") {
    return coloured.test(value) ? value.replace(names, (_, name, alpha) => read(name, alpha)) : value;
  }
  if (Array.isArray(value)) {
    return value.map((each) => filled(each, read));
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, read)]));
  }
  return value;
}

// --- One chart.

class Chart {
  constructor(element) {
    this.element = element;
    this.canvas = element.querySelector("[data-chart-canvas]");
    this.drawing = this.canvas.querySelector("svg");
    this.readout = element.querySelector("[data-chart-readout]");
    this.families = new Set();
    this.scale = "linear";
    this.days = null; // [first, last] where a part is shown; null: all
    this.months = 0;
  }

  async start() {
    [this.plotly, this.spec] = await Promise.all([load(this.element.dataset.plotly), figureOf(this.element)]);
    await turn();
    this.live = document.createElement("div");
    this.live.className = "chart-live";
    this.live.setAttribute("role", "img");
    this.live.setAttribute("aria-labelledby", this.drawing.getAttribute("aria-labelledby"));
    this.canvas.append(this.live);
    this.readColours();
    try {
      await this.draw();
    } catch (problem) {
      this.live.remove();
      throw problem;
    }
    this.width = this.canvas.clientWidth;
    this.listen();
    this.legend();
    this.tools();
    this.element.classList.add("chart-ready");
    themed.push(this);
  }

  readColours() {
    const read = colourReader(this.element);
    this.inked = filled(this.spec, read);
    this.paper = read("--paper");
    this.ink = read("--ink");
    return `${this.paper} ${this.ink}`;
  }

  // The colours anew, after whatever may have changed the theme.
  retheme() {
    const before = `${this.paper} ${this.ink}`;
    if (this.readColours() !== before) {
      this.draw();
    }
  }

  draw() {
    const config = { displayModeBar: false, responsive: true, showTips: false, doubleClick: false, ...this.locale() };
    return this.plotly.react(this.live, this.traces(), this.layout(), config);
  }

  // Months as the page writes them; Plotly has only English ones.
  locale() {
    const { language, format } = this.spec.layout.meta;
    return format ? { locale: language, locales: { [language]: { format } } } : {};
  }

  // The traces of the chosen scale and families. A width without room for names has none.
  traces() {
    const { labelsFrom } = this.spec.layout.meta;
    const { l: left, r: right } = this.spec.layout.margin;
    const roomy = this.canvas.clientWidth - left - right >= labelsFrom;
    return this.inked.data.filter(({ meta }) => {
      const wanted = !meta.family || this.families.size === 0 || this.families.has(meta.family);
      const scaled = !meta.scale || meta.scale === this.scale;
      return wanted && scaled && (roomy || meta.part !== "label");
    }).map((trace) => ({ ...trace, visible: true }));
  }

  layout() {
    const { layout } = this.inked;
    const axis = layout.meta.scales[this.scale];
    const full = layout.xaxis.range;
    const part = this.days !== null;
    const height = part && this.scale === "linear" ? this.heightOf(this.days) : null;
    return {
      ...layout,
      dragmode: canPoint.matches ? "zoom" : false,
      xaxis: { ...layout.xaxis, range: [...(this.days ?? full)], nticks: Math.max(3, Math.round(this.canvas.clientWidth / 110)) },
      yaxis: {
        ...layout.yaxis,
        type: this.scale,
        range: height === null ? [...axis.range] : [0, height],
        tickmode: height === null ? "array" : "auto",
        nticks: 6,
        tickvals: axis.ticks,
      },
    };
  }

  // How high the axis has to reach for the days shown; a step that began before them counts.
  heightOf([first, last]) {
    const [from, to] = [first, last].map((day) => String(day).slice(0, 10));
    let highest = 0;
    for (const { x, y, yaxis, mode, meta } of this.traces()) {
      if (!x || (yaxis && yaxis !== "y") || meta.part === "label") {
        continue;
      }
      let held = null;
      x.forEach((day, i) => {
        const inside = day !== null && day >= from && day <= to;
        const carried = mode === "lines" && held !== null && day !== null && day > to && x[i - 1] < from;
        highest = Math.max(highest, inside ? y[i] : 0, carried ? held : 0, inside && held !== null ? held : 0);
        held = mode === "lines" && day !== null ? y[i] : null;
      });
    }
    return highest > 0 ? highest * 1.08 : null;
  }

  listen() {
    this.live.on("plotly_relayout", (change) => {
      if ("xaxis.range[0]" in change) {
        this.show([change["xaxis.range[0]"], change["xaxis.range[1]"]], null);
      }
    });
    this.live.on("plotly_doubleclick", () => this.show(null, 0));
    this.live.on("plotly_hover", ({ points }) => {
      this.live.classList.toggle("chart-pointing", Boolean(points[0]?.customdata?.[0]));
    });
    this.live.on("plotly_unhover", () => this.live.classList.remove("chart-pointing"));
    this.live.on("plotly_click", ({ points, event }) => this.follow(points[0]?.customdata, event));
    new ResizeObserver(() => this.resized()).observe(this.canvas);
  }

  // Names of lines come and go with the width.
  resized() {
    if (this.canvas.clientWidth !== this.width) {
      this.width = this.canvas.clientWidth;
      this.draw();
    }
  }

  // A mouse has read the label before it clicks. A finger reads it first, then follows the link.
  follow(data, event) {
    if (!data?.[0]) {
      return;
    }
    // The figure names pages without a language; links on a page stay in its own.
    const where = (document.documentElement.dataset.prefix ?? "") + data[0];
    if (!canPoint.matches) {
      const link = document.createElement("a");
      link.href = where;
      link.target = framed ? "_blank" : "";
      link.textContent = new DOMParser().parseFromString(data[1].replaceAll("<br>", " "), "text/html").body.textContent;
      this.readout.replaceChildren(link);
    } else if (framed || event?.ctrlKey || event?.metaKey) {
      window.open(where, "_blank", "noopener");
    } else {
      window.location.assign(where);
    }
  }

  show(days, months) {
    this.days = days;
    this.months = months;
    for (const button of this.element.querySelectorAll("[data-months]")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.months) === months));
    }
    return this.draw();
  }

  // The last months of what the chart shows.
  lastMonths(months) {
    const last = new Date(`${this.spec.layout.xaxis.range[1]}T00:00:00Z`);
    const first = new Date(last);
    first.setUTCMonth(first.getUTCMonth() - months);
    return [first, last].map((day) => day.toISOString().slice(0, 10));
  }

  legend() {
    for (const item of this.element.querySelectorAll("[data-family]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "chart-family-name";
      button.setAttribute("aria-pressed", "false");
      button.title = this.element.dataset.alone;
      button.append(...item.firstElementChild.childNodes);
      item.replaceChildren(button);
      button.addEventListener("click", () => this.isolate(item.dataset.family, button));
    }
  }

  // Families that are pressed are shown alone; none pressed is all.
  isolate(family, button) {
    const pressed = !this.families.delete(family);
    if (pressed) {
      this.families.add(family);
    }
    button.setAttribute("aria-pressed", String(pressed));
    return this.draw();
  }

  tools() {
    for (const button of this.element.querySelectorAll("[data-months]")) {
      const months = Number(button.dataset.months);
      button.addEventListener("click", () => this.show(months ? this.lastMonths(months) : null, months));
    }
    const scale = this.element.querySelector("[data-scale]");
    scale?.addEventListener("click", () => {
      this.scale = this.scale === "log" ? "linear" : "log";
      scale.setAttribute("aria-pressed", String(this.scale === "log"));
      const { zeros } = this.spec.layout.meta;
      this.readout.textContent = this.scale === "log" && zeros ? this.element.dataset.zeros : "";
      this.draw();
    });
    for (const button of this.element.querySelectorAll("[data-save]")) {
      button.addEventListener("click", () => this.save(button.dataset.save));
    }
  }

  // The view as a picture, with a title and on paper.
  async save(format) {
    const { title } = this.spec.layout.meta;
    const [width, height] = [this.live.clientWidth, this.live.clientHeight];
    const layout = this.layout();
    const head = 36;
    const picture = {
      data: this.traces(),
      config: this.locale(),
      layout: {
        ...layout,
        width,
        height: height + head,
        margin: { ...layout.margin, t: layout.margin.t + head },
        paper_bgcolor: this.paper,
        plot_bgcolor: this.paper,
        title: { text: title, x: 0, xref: "container", pad: { l: 8 }, y: 1, yanchor: "top", yref: "container", font: { size: 18, color: this.ink } },
      },
    };
    picture.layout.title.pad.t = 12;
    const link = document.createElement("a");
    link.href = await this.plotly.toImage(picture, { format, width, height: height + head, scale: 2 });
    link.download = `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "")}.${format}`;
    link.click();
  }
}

// --- When: the chart is near the screen, and the browser has nothing better to do.

function whenNear(element, act) {
  const watch = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) {
      watch.disconnect();
      act();
    }
  }, { rootMargin: near });
  watch.observe(element);
}

const whenIdle = window.requestIdleCallback ?? ((act) => setTimeout(act, 200));

function watch(root) {
  for (const element of root.querySelectorAll("[data-chart]")) {
    whenNear(element, () => whenIdle(() => {
      new Chart(element).start().catch(() => element.classList.add("chart-still"));
    }, { timeout: 1500 }));
  }
}

watch(document);
// A part of the page was exchanged for one under other choices.
document.addEventListener("muster:replaced", (event) => watch(event.target));

const retheme = () => requestAnimationFrame(() => themed.forEach((chart) => chart.retheme()));
darkness.addEventListener("change", retheme);
document.addEventListener("change", retheme);
new MutationObserver(retheme).observe(document.documentElement, { attributeFilter: ["data-theme", "class"] });
