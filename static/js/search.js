// Names under the search box, as one types. Without it the box works the same: Enter searches.

const box = document.querySelector("[data-search]");
const names = document.getElementById("search-known");
const WAIT = 150; // milliseconds after the last key

if (box && names) {
  let timer = 0;
  let asked = null;

  const suggest = async () => {
    asked?.abort();
    const typed = box.value.trim();
    if (typed.length < 2) return;
    asked = new AbortController();
    const address = `${box.form.dataset.names}?${new URLSearchParams({ q: typed })}`;
    try {
      const answer = await fetch(address, { signal: asked.signal });
      if (!answer.ok) return;
      const found = await answer.json();
      names.replaceChildren(...found.map((name) => Object.assign(document.createElement("option"), { value: name })));
    } catch (error) {
      if (error.name !== "AbortError") console.debug("no names", error);
    }
  };

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, WAIT);
  });
  suggest(); // for what was typed before this script came
}
