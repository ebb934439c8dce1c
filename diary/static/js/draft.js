// One draft: kept on this phone at every key, with us every few seconds, and never silently
// over another's text.

import * as fields from "./fields.js";
import { newId } from "./keep.js";
import { addRows } from "./photos.js";
import { Offline, Pauses } from "./server.js";
import { link } from "./state.js";
import { say } from "./words.js";

const EVERY = 2500; // milliseconds between two saves while somebody writes

export class Draft {
  #changes = 0; // how often something was changed,
  #withUs = 0; // and up to which of these changes it is with us
  #trying = null;
  #last = 0; // the number of the last save
  #timer = 0;
  #waits = false;
  #keeping = null;
  #again = false;
  #pauses = new Pauses();
  #born;

  /** `server` is null in the offline page, `store` (keep.js) on a device that several share. */
  constructor(form, state, server, store) {
    Object.assign(this, { form, state, server, store });
    const { account, post } = form.dataset;
    this.record = { id: newId(), account, post, fields: [], gone: [], partial: !server };
    this.page = this.record.id; // what the server knows this page by
    this.record.form_key = form.elements.form_key?.value ?? "";
    this.over = false; // sent, or given up for another text: nothing of it is saved any more
    this.overtaken = null;
    this.born = new Promise((resolve) => (this.#born = resolve));
    if (post) this.#born();
  }

  get post() {
    return this.record.post;
  }

  /** How often something was changed. */
  get changes() {
    return this.#changes;
  }

  get isWithUs() {
    return this.#changes === this.#withUs;
  }

  /** Take over what this phone kept: the words if they are newer, and whose draft it is. */
  resume(record) {
    Object.assign(this.record, record);
    if (!record.dirty && this.server) return; // the page has them from us
    const { body } = this.form.elements;
    const typed = body.value === body.defaultValue ? "" : body.value;
    fields.write(this.form, record.fields, record.partial);
    // Somebody was quicker with the first words than this script.
    if (typed && body.value !== typed) body.value += `\n${typed}`;
    for (const token of record.gone) this.#row(token)?.remove();
    for (const name of ["edition", "form_key"]) {
      if (record[name] && this.form.elements[name]) this.form.elements[name].value = record[name];
    }
    if (this.server) this.record.partial = false;
    if (record.dirty) this.touch();
  }

  #row(token) {
    return this.form.querySelector(`.picture-row[data-token="${CSS.escape(token)}"]`);
  }

  // ------------------------------------------------------------ on this phone

  /** Something was changed. */
  touch() {
    if (this.over) return;
    this.#changes++;
    this.record.dirty = true;
    this.keep();
    if (this.server && !this.#timer) this.#timer = setTimeout(() => this.attempt(), EVERY);
  }

  /** Keep it on this phone; the line says so when it is done, and not before. */
  keep() {
    if (!this.store || this.over) {
      if (!this.over && !this.isWithUs) this.state.nowhere();
      return Promise.resolve();
    }
    this.#again = true;
    this.#keeping ??= this.#keepAll().finally(() => (this.#keeping = null));
    return this.#keeping;
  }

  async #keepAll() {
    const slow = setTimeout(() => this.isWithUs || this.state.nowhere(), 400);
    try {
      while (this.#again && !this.over) {
        this.#again = false;
        await this.store.putDraft(this.snapshot());
      }
      this.state.keepsWords = true;
    } catch {
      this.state.keepsWords = false;
    }
    clearTimeout(slow);
    if (this.over || this.isWithUs) return;
    if (this.state.keeps) this.state.kept();
    else this.state.nowhere();
  }

  /** The draft as this phone keeps it. */
  snapshot() {
    const now = fields.read(this.form);
    const { record } = this;
    record.fields = record.partial || !this.server ? fields.merge(record.fields, now) : now;
    record.edition = this.form.elements.edition?.value ?? record.edition ?? "";
    record.at = Date.now();
    if (this.server) record.place = this.form.closest(".write").className;
    record.dirty = !this.isWithUs;
    return { ...record };
  }

  /** It is sent, as it stood at `mark` changes: nothing of that stays on this phone. What was
   *  typed since does (also if it was sent from elsewhere), and the page at `go` shows it. */
  async leave(go, mark = -1) {
    clearTimeout(this.#timer);
    const isAll = mark === this.#changes;
    this.record.send = false;
    if (!isAll) await this.keep();
    this.over = true;
    if (isAll) await this.store?.dropDraft(this.record.id).catch(() => {});
    if (isAll || this.state.keeps) return location.assign(go);
    this.state.put("refused", say("over"), link(go, "go_there"));
  }

  // ------------------------------------------------------------ with us

  /** Save with us what is not there yet; false if it could not be done now (it is tried again). */
  attempt() {
    if (!this.server || this.overtaken || this.over) return Promise.resolve(false);
    this.#trying ??= this.#attempt().finally(() => (this.#trying = null));
    return this.#trying;
  }

  async #attempt() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    try {
      while (!this.isWithUs && !this.overtaken && !this.over) await this.#push();
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
      this.state.offline(error.message);
      this.#later();
    }
    return this.isWithUs;
  }

  async #later() {
    if (this.#waits) return;
    this.#waits = true;
    await this.#pauses.next();
    this.#waits = false;
    this.attempt();
  }

  async #push(keepalive = false) {
    const mark = this.#changes;
    await this.#take(await this.server.post("/write/live", this.message(), keepalive), mark);
  }

  /** All that is written, as the server wants it. */
  message() {
    const { post, form_key } = this.record;
    const { edition } = this.form.elements;
    const from = edition ? ["edition", edition.value] : ["form_key", form_key];
    return [...fields.read(this.form), ["post", post], from, ...this.marks()];
  }

  /** Which pictures were taken away, and which page saves, for the how manieth time. A page that
   *  is open again goes on as the same `tab`, so that an answer that got lost does not look like
   *  another's text; of two saves on their way the one with the higher number wins. */
  marks() {
    this.#last = Math.max(Date.now(), this.#last + 1);
    const away = this.record.gone.map((token) => ["gone", token]);
    return [["tab", `${this.page}.${this.#last}`], ...away];
  }

  #take(answer, mark) {
    this.state.offline(null);
    this.#pauses.reset();
    if (answer.status === 409 && answer.overtaken) return this.showBoth(answer);
    if (answer.status === 410 && answer.go) return this.leave(answer.go);
    if (answer.status !== 200 || !answer.edition) {
      const why = say(this.state.keeps ? "not_saved" : "not_saved_shared");
      this.state.put("refused", answer.sentence ?? why);
      throw new Offline("refused");
    }
    this.state.clear("refused");
    if (mark < this.#withUs) return; // a later one was quicker
    this.#withUs = mark;
    this.#adopt(answer);
    if (this.isWithUs) this.state.saved(answer.saved);
    this.keep();
  }

  /** The post has a place with us now: the form and the page's address lead there. */
  #adopt({ post, action, edition, problems, lang, summary }) {
    const { form, record } = this;
    if (!form.elements.edition) {
      form.elements.form_key.name = "edition";
      history.replaceState(null, "", action);
    }
    form.elements.edition.value = edition;
    form.setAttribute("action", action); // its buttons are called so, too
    form.dataset.post = record.post = String(post);
    this.#born();
    for (const name of ["body", "title"]) if (form.elements[name]) form.elements[name].lang = lang;
    const line = document.querySelector("#rest > summary > span");
    if (line && summary) line.textContent = summary;
    showProblems(form, problems ?? {});
  }

  /** The page goes away, perhaps for good. */
  hide() {
    if (!this.server || this.isWithUs || this.overtaken || this.over) return;
    // A body over 64 kB is not let out this way; it is on this phone.
    this.#push(true).catch(() => this.#later());
  }

  /** Somebody saved meanwhile: both texts, and nothing is written over unseen. */
  showBoth({ html, edition, pictures }) {
    this.overtaken = edition;
    addRows(this.form.querySelector("#pictures"), pictures, this.record.gone);
    const place = document.getElementById("meanwhile");
    place.innerHTML = html;
    place.querySelector("[data-take-theirs]")?.addEventListener("click", () => this.#giveUp());
    place.querySelector("[data-keep-mine]")?.addEventListener("click", () => {
      this.overtaken = null;
      this.form.elements.edition.value = edition;
      place.replaceChildren();
      this.touch();
      this.attempt();
    });
    place.scrollIntoView({ block: "nearest" });
  }

  /** The other text instead of this one; photos that wait on this phone stay. */
  async #giveUp() {
    this.#withUs = this.#changes;
    this.record.gone = [];
    await this.keep();
    this.state.leaves = true;
    location.replace(this.form.getAttribute("action"));
  }
}

/** What is wrong, beside each field; what is right again loses its words. */
export function showProblems(form, problems) {
  form.querySelectorAll(".wrong[data-live]").forEach((said) => said.remove());
  for (const [name, sentence] of Object.entries(problems)) {
    const found = form.elements[name];
    const control = found instanceof RadioNodeList ? found[0] : found;
    const place = name === "photos" ? document.getElementById("refused")
      : control?.closest(".field, fieldset, .notice");
    const said = document.createElement("p");
    said.className = "wrong";
    said.dataset.live = "";
    said.textContent = sentence;
    place?.append(said);
    place?.closest("details")?.setAttribute("open", "");
  }
}
