"use strict";
// Without a script the page is complete; with it, rows can be filtered.
const field = document.getElementById("filter");
const count = document.getElementById("count");
const bodies = [...document.querySelectorAll("tbody")];
field.parentElement.hidden = false;
field.addEventListener("input", () => {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (text) => words.every((word) => text.toLowerCase().includes(word));
  let shown = 0;
  for (const body of bodies) {
    // A control's rows share its cell: they stay or go together.
    if (body.querySelector("[rowspan]")) {
      body.hidden = !fits(body.textContent);
      continue;
    }
    for (const row of body.rows) {
      row.hidden = !fits(row.textContent);
      shown += row.hidden ? 0 : 1;
    }
  }
  count.textContent = words.length ? shown + " exhibits" : "";
});
