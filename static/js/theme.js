// The reader's choice of light or dark, remembered on this device. Without this script the three
// buttons work all the same, by style sheet alone, until the next page.
// It is small and runs before the first paint, so that no page flashes in the other colours.

const KEY = "muster-theme";
const root = document.documentElement;

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    // Storage can be switched off.
    return null;
  }
}

function show(theme) {
  if (theme === "light" || theme === "dark") {
    root.dataset.theme = theme;
  } else {
    delete root.dataset.theme;
  }
}

function remember(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice then lasts for this page only.
  }
}

show(remembered());

document.addEventListener("DOMContentLoaded", () => {
  const choice = document.querySelector("[data-theme-choice]");
  const chosen = choice.querySelector(`input[value="${root.dataset.theme ?? "auto"}"]`);
  chosen.checked = true;
  choice.addEventListener("change", (event) => {
    show(event.target.value);
    remember(event.target.value);
  });
});
