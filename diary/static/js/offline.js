// Writing without a network: all stays on this phone, and the writing page takes it over.

import { Draft } from "./draft.js";
import { lookElsewhere } from "./elsewhere.js";
import * as keep from "./keep.js";
import { Photos } from "./photos.js";
import { Offline, Pauses, whoIsIn } from "./server.js";
import { State, button } from "./state.js";
import { take } from "./take.js";
import { count, say } from "./words.js";

const form = document.getElementById("writing");
const state = new State(form);
let early = false;
form.addEventListener("input", () => (early = true), { once: true });

async function start() {
  form.dataset.account = (await keep.note("who").catch(() => "")) ?? "";
  const post = /^\/write\/(\d+)$/.exec(location.pathname)?.[1];
  const kept = await keep.drafts(form.dataset.account).catch(() => []);
  const known = kept.some((draft) => draft.post === post);
  // Of a post this phone knows nothing of, what is written here would replace the words.
  form.dataset.post = known ? post : "";
  const draft = new Draft(form, state, null, keep);
  draft.record.form_key = keep.newId();
  const lost = () => (state.keepsWords = false);
  await take(draft, keep).catch(lost);
  const photos = new Photos(form, draft, null, keep);
  if (draft.taken) await photos.resume(draft.record.id).catch(lost);
  look(draft.record);
  state.offline("network");
  await lookElsewhere(state, draft, "found"); // without it an empty page looks like a loss
  if (draft.record.send) send(draft, true);
  listen(draft, photos);
  if (early) draft.touch();
  form.classList.add("live");
  await goWhenThereIsANetwork(draft);
}

/** In the colour of its place, with how many pictures the page would show. */
function look({ place, fields }) {
  if (place) form.closest(".write").className = place;
  const withUs = fields.filter(([name]) => name === "picture").length;
  const said = document.getElementById("with-us");
  said.hidden = !withUs;
  if (withUs) said.textContent = count("with_us", withUs);
}

function listen(draft, photos) {
  form.addEventListener("input", ({ target }) => target.type !== "file" && draft.touch());
  photos.listen();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(draft, true);
  });
  addEventListener("beforeunload", (event) => {
    if (!state.keeps && (photos.pending || !draft.isWithUs)) event.preventDefault();
  });
}

/** Whether it is to be sent as soon as it can be. */
function send(draft, is) {
  draft.record.send = is;
  draft.touch();
  if (is) state.put("send", say("send_waits"), button("not_yet", () => send(draft, false)));
  else state.clear("send");
}

/** The page of whoever wrote here takes the draft over; a stranger is told nothing of it. */
async function goWhenThereIsANetwork(draft) {
  const pauses = new Pauses();
  for (;;) {
    const found = await whoIsIn().catch((error) => {
      if (!(error instanceof Offline)) throw error;
    });
    if (found?.account && found.account === draft.record.account) break;
    if (found?.account) state.turnedAway(null);
    else if (found) state.turnedAway("/login?next=/write");
    await pauses.next();
  }
  await draft.keep();
  location.replace(draft.post ? `/write/${draft.post}` : "/write");
}

start();
