"use strict";
const box = document.getElementById("filter");
if (box) {
  box.parentElement.hidden = false;
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of document.querySelectorAll("[data-text]")) {
      const text = item.dataset.text;
      item.hidden = !words.every((word) => text.includes(word));
    }
    // What a cause blocks is shown where something in it is asked for.
    for (const fold of document.querySelectorAll("details.fold")) {
      fold.open = words.length > 0 && fold.querySelector("[data-text]:not([hidden])") !== null;
    }
  });
}
// A link to a check opens it, and what it is folded in.
const reveal = () => {
  let item = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (const begin = item; item; item = item.parentElement) {
    if (item.tagName === "DETAILS") item.open = true;
    if (item === document.body) begin.scrollIntoView();
  }
};
addEventListener("hashchange", reveal);
reveal();
for (const command of document.querySelectorAll(".command")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "copy";
  button.addEventListener("click", async () => {
    const code = command.querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "selected";
    }
    setTimeout(() => { button.textContent = "copy"; }, 2000);
  });
  command.append(button);
}
