// The photos that are chosen: each goes by itself, two at a time, and is done only when the
// server has it whole. What is not there yet waits on this phone.

import { isHuge, shrink } from "./shrink.js";
import { newId } from "./keep.js";
import { Offline, Pauses } from "./server.js";
import { button } from "./state.js";
import { upload } from "./upload.js";
import { count, megabytes, say } from "./words.js";

const AT_ONCE = 2;

const rowOf = (list, token) => list.querySelector(`[data-token="${CSS.escape(token)}"]`);

/** A row as the server has written it. */
function made(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  const row = holder.content.firstElementChild;
  // Parsed apart from the page, what is meant for pages without a script would count.
  row.querySelectorAll("noscript").forEach((part) => part.remove());
  return row;
}

/** The row with the picture from this phone, until ours has come. */
function showAtOnce(row, { row: before, blob }) {
  const image = row.querySelector("img");
  if (!before.querySelector("img")?.naturalWidth) return row; // this browser cannot show it
  const ours = new Image();
  ours.onload = () => {
    URL.revokeObjectURL(image.src);
    image.src = ours.src;
  };
  ours.src = image.src;
  image.src = URL.createObjectURL(blob);
  return row;
}

/** Rows for pictures that came from elsewhere: `{ token: html }`. */
export function addRows(list, pictures, gone) {
  for (const [token, html] of Object.entries(pictures)) {
    if (!gone.includes(token) && !rowOf(list, token)) list.append(made(html));
  }
  list.dispatchEvent(new CustomEvent("pictures"));
}

export class Photos {
  #waiting = []; // { id, name, blob, ready, at, row, kept, state }
  // state: new, waits, sends, later, failed (again by hand), refused (never), film
  #shrinking = Promise.resolve();
  #told = [];
  #now = false; // "send now" was pressed, wifi or not

  constructor(form, draft, server, store) {
    Object.assign(this, { form, draft, server, store });
    this.list = document.getElementById("pictures");
    this.wifi = document.getElementById("wifi");
    this.amount = document.getElementById("amount");
    this.sendNow = button("send_now", () => {
      this.#now = true;
      this.#pump();
    });
    draft.state.keepsPhotos = () => this.#toGo.every(({ kept }) => kept);
    this.#offerWifi();
    this.list.addEventListener("change", () => this.showLeft());
  }

  // ------------------------------------------------------------ wifi

  async #offerWifi() {
    if (!this.wifi) return;
    this.wifi.closest("[hidden]")?.removeAttribute("hidden");
    this.wifi.checked = !!(await this.store?.note("wifi").catch(() => false));
    this.wifi.addEventListener("change", () => {
      this.store?.putNote("wifi", this.wifi.checked).catch(() => {});
      this.#pump();
    });
    navigator.connection?.addEventListener?.("change", () => this.#pump());
    this.#pump();
  }

  get #mayGo() {
    return !this.wifi?.checked || this.#now || navigator.connection?.type === "wifi";
  }

  // ------------------------------------------------------------ choosing

  /** Take what is chosen in the form, also before this script was there. */
  listen() {
    for (const field of this.form.querySelectorAll("input[type=file]")) {
      const choose = () => {
        this.add([...field.files]);
        field.value = ""; // or the plain form would send them a second time
      };
      field.addEventListener("change", choose);
      choose();
    }
  }

  /** Photos just chosen. */
  add(files) {
    for (const file of files) {
      this.#take({ id: newId(), name: file.name, blob: file, ready: false, at: Date.now() }, true);
    }
    if (files.length) this.draft.touch();
  }

  /** Photos this phone kept when the page was last open. */
  async resume(id) {
    for (const photo of await this.store.photosOf(id)) this.#take({ ...photo, kept: true }, false);
  }

  #take(photo, fresh) {
    const template = document.getElementById("waiting-picture");
    photo.row = template.content.firstElementChild.cloneNode(true);
    photo.pauses = new Pauses();
    this.#waiting.push(photo);
    photo.row.querySelector(".away").addEventListener("click", () => this.#takeAway(photo));
    photo.row.querySelector(".retry").addEventListener("click", () => this.#retry(photo));
    this.list.append(photo.row);
    if (photo.blob.type.startsWith("video/")) return this.#film(photo);
    if (fresh) this.#keep(photo);
    this.#picture(photo);
    this.#say(photo, "new");
    // One after another: a photo of 48 megapixels takes 200 MB while it is open.
    this.#shrinking = this.#shrinking.then(() => this.#prepare(photo));
  }

  #picture({ row, blob, name }) {
    const image = row.querySelector("img");
    image.alt = name;
    image.src = URL.createObjectURL(blob);
    // What this browser cannot show (HEIC), or only with all its memory, has its name instead.
    image.onload = image.onerror = ({ type }) => {
      URL.revokeObjectURL(image.src);
      if (type === "error" || isHuge(image)) image.replaceWith(name.slice(0, 80));
    };
  }

  /** Keep it on this phone; where there is no room, it stays in this page alone. */
  async #keep(photo) {
    const { id, name, blob, ready, at } = photo;
    const kept = { id, draft: this.draft.record.id, name, blob, ready, at };
    if (!this.store || this.draft.over) return;
    try {
      await this.store.putPhotos(this.draft.snapshot(), [kept]);
      photo.kept = true;
    } catch {
      // It is said by the line, and asked about on leaving.
    }
    this.draft.keep();
  }

  async #prepare(photo) {
    if (!photo.ready) {
      const smaller = await shrink(photo.blob);
      if (smaller !== photo.blob) photo.name = `${photo.name.replace(/\.\w+$/, "")}.jpg`;
      Object.assign(photo, { blob: smaller, ready: true });
      if (this.#waiting.includes(photo)) await this.#keep(photo);
    }
    this.#say(photo, "waits");
    this.#pump();
  }

  // ------------------------------------------------------------ sending

  #pump() {
    const sending = this.#waiting.filter((photo) => photo.state === "sends").length;
    const ready = this.#waiting.filter((photo) => photo.state === "waits");
    for (const photo of ready) this.#say(photo, "waits");
    if (this.server && this.#mayGo) ready.slice(0, AT_ONCE - sending).forEach((p) => this.#send(p));
    this.#told = this.#told.filter((tell) => !tell());
  }

  async #send(photo) {
    this.#say(photo, "sends", 0);
    try {
      await this.#hasPost();
      const path = `/write/${this.draft.post}/photos`;
      const answer = await upload(this.server, path, photo, (part) => this.#say(photo, "sends", part));
      if (answer.status === 201) await this.#done(photo, answer);
      else if (answer.hopeless) this.#refuse(photo, answer.sentence);
      else this.#say(photo, "failed", answer.sentence ?? say("failed"));
    } catch (error) {
      if (error instanceof Offline) this.#sendLater(photo, error);
      else this.#say(photo, "failed", say("unreadable"));
    }
    this.#pump();
  }

  /** The first photo makes the post that the others go to. */
  async #hasPost() {
    if (!this.draft.post) this.draft.attempt();
    await this.draft.born;
  }

  async #sendLater(photo, error) {
    this.draft.state.offline(error.message);
    this.#say(photo, "later");
    await photo.pauses.next();
    if (photo.state === "later") this.#retry(photo);
  }

  #retry(photo) {
    this.#say(photo, "waits");
    this.#pump();
  }

  async #done(photo, { token, html }) {
    this.draft.state.offline(null);
    if (!this.#drop(photo)) return; // taken away meanwhile
    this.#comesBack(token);
    // Chosen twice it is one picture, with what was said of it.
    if (rowOf(this.list, token)) photo.row.remove();
    else photo.row.replaceWith(showAtOnce(made(html), photo));
    this.list.dispatchEvent(new CustomEvent("pictures"));
    await this.store?.dropPhoto(photo.id).catch(() => {});
    this.draft.touch(); // for its place among the others
  }

  /** No picture, or none that can be taken in: said beside it, while the others go on. */
  #refuse(photo, sentence) {
    this.#say(photo, "refused", sentence);
    this.#drop(photo);
    this.store?.dropPhoto(photo.id).catch(() => {});
  }

  /** What was taken away may be chosen again. */
  #comesBack(token) {
    const { record } = this.draft;
    record.gone = record.gone.filter((other) => other !== token);
    this.list.querySelector(`[data-gone="${CSS.escape(token)}"]`)?.remove();
  }

  #drop(photo) {
    const at = this.#waiting.indexOf(photo);
    if (at >= 0) this.#waiting.splice(at, 1);
    this.showAmount();
    return at >= 0;
  }

  #takeAway(photo) {
    this.#drop(photo);
    photo.row.remove();
    this.draft.state.clear("missing");
    this.store?.dropPhoto(photo.id).catch(() => {});
    this.#pump();
  }

  /** A film cannot be sent; a moment of it can. */
  async #film(photo) {
    photo.state = "film";
    this.#wrong(photo.row, say("film"));
    const { offerStill } = await import("./film.js");
    const use = (still) => {
      this.#takeAway(photo);
      this.add([still]);
    };
    offerStill(photo, use, () => this.#wrong(photo.row, say("film_unplayable")));
  }

  // ------------------------------------------------------------ saying how it stands

  #say(photo, state, more) {
    photo.state = state;
    const { row } = photo;
    const words = {
      new: () => say("prepares"),
      waits: () => say(this.#mayGo ? "waits" : "waits_wifi"),
      later: () => say("waits"),
      sends: () => (more ? this.#onItsWay(more) : say("waits")),
      failed: () => say("not_sent"),
      refused: () => say("not_sent"),
    };
    row.querySelector(".progress").textContent = words[state]();
    this.#wrong(row, state === "failed" || state === "refused" ? more : "");
    row.querySelector(".retry").hidden = state !== "failed" && state !== "later";
    if (state !== "sends" || !more) this.showAmount();
  }

  /** All sent is not all arrived: that is said by the answer alone. */
  #onItsWay(part) {
    return part < 1 ? say("sending", { percent: Math.floor(part * 100) }) : say("arrives");
  }

  #wrong(row, sentence) {
    const place = row.querySelector(".wrong");
    place.textContent = sentence;
    place.hidden = !sentence;
  }

  get #toGo() {
    return this.#waiting.filter((photo) => photo.state !== "film");
  }

  /** How many go, and what they weigh; and the way to send them without wifi. */
  showAmount() {
    const all = this.#toGo;
    const bytes = all.reduce((sum, { blob }) => sum + blob.size, 0);
    this.amount.hidden = !all.length;
    const text = all.length ? count("amount", all.length, { size: megabytes(bytes) }) : "";
    if (this.amount.textContent !== text) this.amount.textContent = text;
    if (all.length && !this.#mayGo) this.amount.after(this.sendNow);
    else this.sendNow.remove();
  }

  /** How many pictures nobody has answered for yet. */
  showLeft() {
    const place = document.getElementById("left");
    if (!place) return;
    const open = [...this.list.querySelectorAll(".claim-of")];
    const number = open.filter((asked) => !asked.querySelector(":checked")).length;
    place.hidden = !number;
    place.textContent = number ? count("left", number) : "";
  }

  /** Resolves when nothing is on its way: true if all arrived, false if one needs a hand. */
  settled() {
    return new Promise((resolve) => {
      const tell = () => {
        const over = this.#toGo.every(({ state }) => state === "failed");
        if (over) resolve(!this.#toGo.length);
        return over;
      };
      if (!tell()) this.#told.push(tell);
    });
  }

  get pending() {
    return this.#toGo.length > 0;
  }
}
