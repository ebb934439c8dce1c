// Logging out forgets what this phone keeps: whoever has something here that is not with us yet
// is asked first.

import * as keep from "./keep.js";

const forms = document.querySelectorAll("form[data-unsent]");
let waits = false;

/** Looked up beforehand, so that logging out itself waits for nothing. */
async function look() {
  waits = (await keep.unsent().catch(() => [])).length > 0;
}

if (forms.length) {
  look();
  document.addEventListener("visibilitychange", look);
}
for (const form of forms) {
  form.addEventListener("submit", (event) => {
    if (waits && !confirm(form.dataset.unsent)) event.preventDefault();
    // The server tells the browser to clear all as well, which only encrypted pages obey.
    else keep.clear().catch(() => {});
  });
}
