// The page's script, once the page is seen: until then what a reader looks at has the line to itself.
// Everything is there without it; it adds what answers to a hand.

addEventListener("load", () => {
  requestAnimationFrame(() => setTimeout(() => {
    const script = document.createElement("script");
    script.type = "module";
    script.src = document.body.dataset.script;
    document.head.append(script);
  }));
});
