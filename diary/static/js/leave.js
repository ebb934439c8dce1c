// Logging out forgets what this phone keeps: whoever has something here that is not with us yet
// is asked first.

import * as keep from "./keep.js";

const form = document.querySelector("form[data-unsent]");

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const who = await keep.note("who").catch(() => null);
  const waits = who ? await keep.unsent(who).catch(() => []) : [];
  if (waits.length && !confirm(form.dataset.unsent)) return;
  await keep.clear().catch(() => {});
  form.submit();
});
