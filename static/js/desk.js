// The form in which claims are entered, live: what is said beside it, drafts that save themselves, and a
// copy in this browser of what could not be saved. Without this script the same comes by buttons.

const form = document.querySelector("[data-entry]");
const texts = JSON.parse(form?.dataset.texts ?? "{}"); // what the script says, in the language of the page
const COPY = "muster-form-";
const KEPT_FOR = 7 * 86_400_000;
const WEIGH_AFTER = 350;
const SAVE_AFTER = 1500;

const field = (name) => form.elements.namedItem(name);
const value = (name) => field(name)?.value ?? "";
const part = (name) => document.querySelector(`[data-${name}]`);

// What stands in the form, without the buttons.
const standing = () => new URLSearchParams([...new FormData(form)].filter(([, one]) => typeof one === "string"));

// What somebody typed, to be compared: the numbers that the form carries with it are left out.
function typed() {
  const fields = standing();
  for (const name of ["key", "saves", "shown", "figure_read"]) {
    fields.delete(name);
  }
  return fields.toString();
}

// ——— Beside the form

let weighing;
let weighTimer;

function weighSoon() {
  clearTimeout(weighTimer);
  weighTimer = setTimeout(weigh, WEIGH_AFTER);
}

async function weigh() {
  weighing?.abort();
  weighing = new AbortController();
  const { signal } = weighing;
  const sent = standing();
  const effect = form.querySelector('[data-region="effect"]');
  effect.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.dataset.weigh, { method: "POST", body: sent, signal });
    if (answer.ok) {
      place(new DOMParser().parseFromString(await answer.text(), "text/html"), sent);
    } else if (answer.status === 401) {
      sayUnsaved();
    }
  } catch (problem) {
    if (problem.name !== "AbortError") {
      say(texts.silent, true);
    }
  } finally {
    if (!signal.aborted) {
      effect.removeAttribute("aria-busy");
    }
  }
}

// Each part of the answer goes to its place; one that has the focus inside waits for the next answer.
function place(answer, sent) {
  for (const fresh of answer.querySelectorAll("[data-into]")) {
    const region = form.querySelector(`[data-region="${fresh.dataset.into}"]`);
    if (region && !region.contains(document.activeElement) && region.innerHTML !== fresh.innerHTML) {
      region.replaceChildren(...fresh.childNodes);
    }
  }
  fill(JSON.parse(answer.querySelector("[data-fills]")?.dataset.fills ?? "{}"), sent);
}

// Proposals go into fields that stand as they were sent, and never into the one that is being typed in.
function fill(fills, sent) {
  const isStill = (name) => (sent.get(name) ?? "") === value(name);
  if (!isStill("figure")) {
    return;
  }
  for (const [name, proposed] of Object.entries(fills)) {
    const control = field(name);
    if (control && control !== document.activeElement && isStill(name) && control.value !== proposed) {
      control.value = proposed;
      saveSoon();
    }
  }
  follow();
}

// ——— Drafts

let saving = null;
let saveTimer;
let saved;
let isStuck = false;

function saveSoon() {
  clearTimeout(saveTimer);
  saveTimer = setTimeout(save, SAVE_AFTER);
}

function say(words, isAlarm = false) {
  const line = part("saving");
  line.textContent = words;
  line.classList.toggle("is-alarm", isAlarm);
}

function sayUnsaved() {
  const line = part("saving");
  say(`${texts.signed_out} `, true);
  const link = document.createElement("a");
  link.href = form.dataset.login;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = texts.sign_in;
  line.append(link, ".");
}

function save() {
  clearTimeout(saveTimer);
  if (isStuck || typed() === saved) {
    return saving ?? Promise.resolve();
  }
  if (saving === null) {
    saving = send().finally(() => {
      saving = null;
    });
  }
  return saving;
}

async function send() {
  const now = typed();
  try {
    const answer = await fetch(form.dataset.draft, {
      method: "POST",
      body: standing(),
      headers: { Accept: "application/json" },
    });
    if (answer.ok) {
      const { saves, address } = await answer.json();
      field("saves").value = saves;
      saved = now;
      say(texts.saved);
      form.querySelector("[data-discard]").hidden = false;
      history.replaceState(null, "", address);
      if (typed() === now) {
        localStorage.removeItem(COPY + value("key"));
      } else {
        saveSoon();
      }
    } else if (answer.status === 401) {
      sayUnsaved();
    } else {
      isStuck = true;
      sayStuck(await answer.json());
    }
  } catch {
    say(texts.unsaved_kept, true);
  }
}

function sayStuck({ sentence }) {
  say(`${sentence ?? texts.unsaved} `, true);
  const button = document.createElement("button");
  button.type = "submit";
  button.formAction = form.dataset.draft;
  button.name = "do";
  button.value = "save";
  button.className = "quiet";
  button.textContent = texts.show_both;
  part("saving").append(button);
}

// ——— A copy in this browser, until the site has it

function copy() {
  const kept = { at: Date.now(), person: form.dataset.person, action: form.action, fields: standing().toString() };
  try {
    localStorage.setItem(COPY + value("key"), JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing loses nothing else by it.
  }
}

function copies() {
  const found = [];
  try {
    for (const name of Object.keys(localStorage).filter((one) => one.startsWith(COPY))) {
      const kept = JSON.parse(localStorage.getItem(name));
      if (Date.now() - kept.at > KEPT_FOR) {
        localStorage.removeItem(name);
      } else {
        found.push({ name, ...kept });
      }
    }
  } catch {
    return []; // no storage, or none that we wrote
  }
  return found.sort((one, other) => other.at - one.at);
}

// What was typed into this form and never reached the site is offered, and put back only when asked.
function offer() {
  const own = copies().filter((kept) => kept.person === form.dataset.person && kept.action === form.action);
  const kept = own.find((one) => one.name === COPY + value("key")) ?? own[0];
  if (!kept || sameAs(kept.fields)) {
    return;
  }
  const box = part("kept");
  const language = document.documentElement.lang;
  const when = new Date(kept.at).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
  box.textContent = `${texts.never_saved.replace("{when}", when)} `;
  const put = button(texts.put_back, () => restore(kept));
  const forget = button(texts.forget, () => localStorage.removeItem(kept.name));
  box.append(put, forget);
  for (const one of [put, forget]) {
    one.addEventListener("click", () => (box.hidden = true));
  }
  box.hidden = false;
}

function sameAs(fields) {
  const there = new URLSearchParams(fields);
  const here = standing();
  return [...there].every(([name, one]) => ["key", "saves", "figure_read"].includes(name) || here.get(name) === one);
}

function restore(kept) {
  const carried = ["key", "saves", "shown"];
  const fields = new URLSearchParams(kept.fields);
  for (const control of form.elements) {
    if (!control.name || control.type === "submit" || carried.includes(control.name)) {
      continue;
    }
    const given = fields.get(control.name);
    if (control.type === "radio" || control.type === "checkbox") {
      control.checked = given === control.value;
    } else {
      control.value = given ?? "";
    }
  }
  localStorage.removeItem(kept.name);
  changed();
}

function button(words, act) {
  const one = document.createElement("button");
  one.type = "button";
  one.className = "quiet";
  one.textContent = words;
  one.addEventListener("click", act);
  return one;
}

// ——— Keys and handing in

const NEEDED = ["reason", "source", "said_on", "deployment", "measure", "nature", "figure", "as_of", "period_start"];

const isShown = (control) => control.offsetParent !== null;

// A plan or a share may be of no day, and a figure may be stored by hand without its words.
function mayStayEmpty(name) {
  return (
    (name === "as_of" && !["total", "level"].includes(value("nature"))) ||
    (name === "figure" && ["low", "point", "high"].some(value))
  );
}

function firstEmpty() {
  for (const name of NEEDED) {
    const control = field(name);
    const first = control instanceof RadioNodeList ? control[0] : control;
    if (first && isShown(first) && value(name).trim() === "" && !mayStayEmpty(name)) {
      return control instanceof RadioNodeList ? [...control].find(isShown) : first;
    }
  }
  return null;
}

// Enter hands in what is whole; where something is still to be written, it goes on to that.
function onEnter(event) {
  const here = event.target;
  if (event.key !== "Enter" || event.isComposing || !here.matches("input:not([type=checkbox])")) {
    return;
  }
  event.preventDefault();
  const empty = firstEmpty();
  if (empty !== null) {
    empty.focus();
  } else if (form.querySelector("[data-warned]") && value("overridden").trim() === "") {
    field("overridden").focus();
  } else {
    form.requestSubmit(form.querySelector('[value="hand_in"]'));
  }
}

let isLeaving = false;

// A save that is under way is waited for, so that the form carries the number of the newest.
function onSubmit(event) {
  if (isLeaving) {
    event.preventDefault();
    return;
  }
  const by = event.submitter;
  clearTimeout(saveTimer);
  clearTimeout(weighTimer);
  if (saving !== null) {
    event.preventDefault();
    saving.finally(() => form.requestSubmit(by));
    return;
  }
  isLeaving = true;
  if (by?.hasAttribute("data-discard")) {
    localStorage.removeItem(COPY + value("key"));
  } else {
    copy();
  }
}

// The place of a name that is chosen from those near it is the field, without a way round by the site.
function onClick(event) {
  const near = event.target.closest("[name=source_instead]");
  if (near) {
    event.preventDefault();
    field("source").value = near.value;
    field("source").focus();
    changed();
  }
}

function follow() {
  field("place").classList.toggle("is-filled", value("place").trim() !== "");
}

function changed() {
  follow();
  copy();
  weighSoon();
  saveSoon();
}

function begin() {
  form.classList.add("is-live");
  follow();
  saved = typed();
  offer();
  form.addEventListener("input", changed);
  form.addEventListener("keydown", onEnter);
  form.addEventListener("submit", onSubmit);
  form.addEventListener("click", onClick);
  form.querySelector("[data-save]").addEventListener("click", (event) => {
    if (!isStuck) {
      event.preventDefault();
      saved = undefined;
      save();
    }
  });
  // Whoever comes back to a page that the browser kept may hand it in once more.
  window.addEventListener("pageshow", () => (isLeaving = false));
  // Also who comes back, perhaps from signing in again: what could not be saved is saved now.
  document.addEventListener("visibilitychange", () => {
    if (!isLeaving) {
      save();
    }
  });
  if (value("source") || value("url")) {
    weigh();
  }
}

if (form) {
  begin();
} else {
  const handedIn = part("handed-in")?.dataset.handedIn;
  if (handedIn) {
    localStorage.removeItem(COPY + handedIn);
  }
}
