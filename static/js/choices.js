// The reader's rules without a reload: the form's address is fetched, and the parts of the page that
// depend on it are replaced. What works without script stays the one way in which numbers are made.

const form = document.querySelector("[data-choices]");
const knownOn = form?.querySelector("[data-known-on]");
const status = form?.querySelector("[data-choices-status]");
const DAY = 86_400_000;
let asking;

function address() {
  const given = [...new FormData(form)].filter(([name, value]) => value !== "" && !isDefault(name, value));
  const query = new URLSearchParams(given).toString();
  return form.getAttribute("action") + (query ? `?${query}` : "");
}

function isDefault(name, value) {
  return (name === "tolerance" && value === "rounding") || (name === "precedence" && value === "graded");
}

const regions = (root) => [...root.querySelectorAll("[data-region]")];

async function show(where) {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  regions(document).forEach((region) => region.classList.add("is-waiting"));
  try {
    const answer = await fetch(where, { signal, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok) {
      status.textContent = page.querySelector("main")?.innerText.trim() ?? answer.statusText;
      return;
    }
    status.textContent = "";
    replace(page);
  } catch (problem) {
    if (problem.name !== "AbortError") {
      window.location.assign(where);
    }
  } finally {
    if (!signal.aborted) {
      regions(document).forEach((region) => region.classList.remove("is-waiting"));
    }
  }
}

// Regions that both pages have are exchanged; a page that lacks one is fetched whole.
function replace(page) {
  const fresh = new Map(regions(page).map((region) => [region.dataset.region, region]));
  const stale = regions(document);
  if (fresh.size !== stale.length || stale.some((region) => !fresh.has(region.dataset.region))) {
    window.location.reload();
    return;
  }
  for (const region of stale) {
    const next = document.adoptNode(fresh.get(region.dataset.region));
    region.replaceWith(next);
    next.dispatchEvent(new CustomEvent("muster:replaced", { bubbles: true }));
  }
  document.title = page.title;
  const canonical = document.querySelector("link[rel=canonical]");
  canonical?.setAttribute("href", page.querySelector("link[rel=canonical]").getAttribute("href"));
}

function ask() {
  const where = address();
  history.pushState(null, "", where);
  show(where);
}

// Whether a field says something else than it did as the page came.
function isOther(field) {
  if (!field.name) {
    return false;
  }
  if (field instanceof HTMLSelectElement) {
    const options = [...field.options];
    return field.value !== (options.find((option) => option.defaultSelected) ?? options[0]).value;
  }
  const isTicked = field.type === "radio" || field.type === "checkbox";
  return isTicked ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

// A slider over the days on which something was said; the date field beside it stays the truth.
function slider() {
  const { first, last } = form.dataset;
  if (!first || first === last) {
    return;
  }
  const [from, to] = [first, last].map((day) => Date.parse(`${day}T00:00:00Z`) / DAY);
  const range = document.createElement("input");
  range.type = "range";
  range.min = from;
  range.max = to;
  range.step = 1;
  range.setAttribute("aria-label", form.dataset.sliderLabel);
  const day = (number) => new Date(number * DAY).toISOString().slice(0, 10);
  const follow = () => {
    const chosen = knownOn.value ? Date.parse(`${knownOn.value}T00:00:00Z`) / DAY : to;
    range.value = Math.min(Math.max(chosen, from), to);
    range.setAttribute("aria-valuetext", knownOn.value || form.dataset.all);
  };
  range.addEventListener("input", () => {
    knownOn.value = Number(range.value) === to ? "" : day(Number(range.value));
    range.setAttribute("aria-valuetext", knownOn.value || form.dataset.all);
  });
  knownOn.addEventListener("change", follow);
  window.addEventListener("popstate", follow);
  form.querySelector("[data-slider]").append(range);
  follow();
}

if (form) {
  slider();
  form.addEventListener("change", (event) => {
    if (event.target.name || event.target.type === "range") {
      ask();
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  window.addEventListener("popstate", () => window.location.reload());
  // What was chosen before this script came counts as well; what a browser filled in as it was before, not.
  if (performance.getEntriesByType("navigation")[0]?.type === "navigate" && [...form.elements].some(isOther)) {
    ask();
  }
}
