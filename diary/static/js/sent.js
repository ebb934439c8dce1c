// What was typed on this phone after the post had been sent: shown, and made a new draft if wanted.

import { OF_PICTURE } from "./fields.js";
import * as keep from "./keep.js";

const place = document.getElementById("typed-since");

async function start() {
  const { account, post } = place.dataset;
  const draft = (await keep.unsent(account).catch(() => [])).find((one) => one.post === post);
  if (!draft) return;
  place.hidden = false;
  place.querySelector("textarea").value = new Map(draft.fields).get("body") ?? "";
  place.querySelector("[data-anew]").addEventListener("click", async () => {
    // The pictures that are with us belong to what was sent.
    const fields = draft.fields.filter(([name]) => name !== "picture" && !OF_PICTURE.test(name));
    const anew = { post: "", edition: "", form_key: keep.newId(), gone: [], at: Date.now() };
    await keep.putDraft({ ...draft, ...anew, fields, dirty: true, send: false });
    location.assign("/write");
  });
  place.querySelector("[data-drop]").addEventListener("click", async () => {
    await keep.dropDraft(draft.id);
    place.hidden = true;
  });
}

if (place) start();
