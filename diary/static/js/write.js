// The writing page. Without this script its form works, too; with it nothing typed is lost.

import { Draft } from "./draft.js";
import { lookElsewhere } from "./elsewhere.js";
import { chooseFocus } from "./focus.js";
import * as keep from "./keep.js";
import { Order } from "./order.js";
import { Photos } from "./photos.js";
import { Sending } from "./send.js";
import { Server, whoIsIn } from "./server.js";
import { State } from "./state.js";
import { take } from "./take.js";

const form = document.getElementById("writing");

async function start() {
  form.classList.add("live");
  let early = false; // somebody is quicker than what this phone has to look up
  form.addEventListener("input", () => (early = true), { once: true });
  const state = new State(form);
  const store = state.shared ? null : keep;
  const server = new Server(form, state);
  const draft = new Draft(form, state, server, store);
  if (state.shared) leaveNothing();
  else await take(draft, store).catch(() => (state.keepsWords = false));
  const photos = new Photos(form, draft, server, store);
  if (draft.taken) await photos.resume(draft.record.id).catch(() => (state.keepsWords = false));
  new Order(draft, photos);
  chooseFocus(photos.list, draft);
  const sending = new Sending(form, state, server, draft, photos);
  listen(state, server, draft, photos);
  if (early) draft.touch();
  if (draft.record.send) sending.send();
  if (store) await lookElsewhere(state, draft);
  if (store) navigator.serviceWorker?.register("/worker.js", { type: "module" }).catch(() => {});
}

function listen(state, server, draft, photos) {
  for (const kind of ["input", "change"]) {
    form.addEventListener(kind, ({ target }) => {
      if (target.name === "methods" && target.checked) oneAnswer(target);
      if (target.type !== "file" && target.id !== "wifi") draft.touch();
    });
  }
  photos.listen();
  document.addEventListener("visibilitychange", () => document.hidden && draft.hide());
  addEventListener("pagehide", () => draft.hide());
  addEventListener("online", () => draft.attempt());
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    if (draft.over || state.leaves) location.reload();
    // Somebody else may be logged in by now.
    else whoIsIn().then(({ account }) => account === server.account || location.reload(), () => {});
  });
  addEventListener("beforeunload", (event) => {
    const saved = state.keeps || (draft.isWithUs && !photos.pending);
    if (!saved && !draft.over && !state.leaves) event.preventDefault();
  });
}

/** Nobody both knows and does not know what they did. */
function oneAnswer(ticked) {
  for (const other of form.querySelectorAll("input[name=methods]:checked")) {
    if (!other.value !== !ticked.value) other.checked = false;
  }
}

/** On a device that several share nothing stays in the browser, nor of the time before. */
async function leaveNothing() {
  const workers = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  for (const worker of workers) await worker.unregister();
  for (const name of (await globalThis.caches?.keys()) ?? []) await caches.delete(name);
  await keep.clear().catch(() => {});
}

if (form) start();
