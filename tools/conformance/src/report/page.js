"use strict";
const box = document.getElementById("filter");
box.parentElement.hidden = false;
box.addEventListener("input", () => {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const item of document.querySelectorAll("[data-text]")) {
    const text = item.dataset.text;
    item.hidden = !words.every((word) => text.includes(word));
  }
});
