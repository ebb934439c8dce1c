// Sending: once, when the photos are there and the words saved; without a network as soon as
// there is one and this page is open.

import { showProblems } from "./draft.js";
import { Offline, Pauses } from "./server.js";
import { button } from "./state.js";
import { say } from "./words.js";

export class Sending {
  #pressed = null;
  #going = false;
  #stopped = false;

  constructor(form, state, server, draft, photos) {
    Object.assign(this, { form, state, server, draft, photos });
    this.button = document.getElementById("send");
    this.label = this.button.textContent;
    // Buttons may stand outside of the form; older phones do not tell which was pressed.
    addEventListener("click", (event) => (this.#pressed = event.target.closest?.("button")), true);
    form.addEventListener("submit", (event) => this.#submit(event));
  }

  #submit(event) {
    const pressed = event.submitter ?? this.#pressed;
    event.preventDefault();
    if (pressed === this.button) this.send();
    else this.#leaveBy(pressed);
  }

  // ------------------------------------------------------------ other buttons

  /** Any other button sends the plain form, after all that is being saved. */
  async #leaveBy(pressed) {
    const unkept = () => !this.state.keeps && this.photos.pending;
    if (!this.draft.overtaken) {
      if (unkept()) await this.photos.settled();
      if (!(await this.draft.attempt())) return;
    }
    const { id, gone } = this.draft.record;
    const more = [["tab", id], ...gone.map((token) => ["gone", token])];
    if (pressed?.name) more.push([pressed.name, pressed.value]);
    const hidden = more.map(([name, value]) => Object.assign(
      document.createElement("input"), { type: "hidden", name, value }));
    this.form.append(...hidden);
    this.state.leaves = true;
    this.form.submit();
    // Whoever stops the page from going writes on.
    hidden.forEach((field) => field.remove());
  }

  // ------------------------------------------------------------ sending

  /** The writer pressed *Send*, now or before this page was closed; a second tap does nothing. */
  async send() {
    if (this.#going) return;
    this.#going = true;
    this.#stopped = false;
    this.draft.record.send = true;
    this.draft.keep();
    this.button.setAttribute("aria-disabled", "true");
    try {
      await this.#whenThere();
    } finally {
      this.#going = false;
      this.button.textContent = this.label;
      this.button.removeAttribute("aria-disabled");
    }
  }

  #stop(sentence = "") {
    this.#stopped = true;
    this.draft.record.send = false;
    this.draft.keep();
    if (sentence) this.state.put("send", sentence);
    else this.state.clear("send");
  }

  async #whenThere() {
    const pauses = new Pauses();
    this.#wait(false);
    if (this.photos.pending && !(await this.photos.settled())) return this.#stop(say("photo_failed"));
    for (;;) {
      if (this.#stopped) return;
      if (this.draft.overtaken) return this.#stop();
      if (await this.#once()) return;
      this.#wait(true);
      await pauses.next();
    }
  }

  /** Say what it waits for, and offer to let it be. */
  #wait(again) {
    const { pending } = this.photos;
    this.button.textContent = say(pending ? "sending_photos" : "sending_post");
    if (!pending && !again) return;
    const says = () => say(this.state.isOffline || !pending ? "send_waits" : "sending_photos");
    this.state.put("send", says, button("not_yet", () => this.#stop()));
  }

  /** One try; whether it is over, well or not. */
  async #once() {
    const { draft } = this;
    if (!draft.post) draft.touch();
    if (!(await draft.attempt())) return draft.over;
    if (this.#stopped) return true;
    let answer;
    try {
      const fields = [...draft.message(), ["action", "send"]];
      answer = await this.server.post(this.form.getAttribute("action"), fields);
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
      return false;
    }
    if (answer.status === 409 && answer.overtaken) draft.showBoth(answer);
    const go = answer.go ?? answer.url;
    if (go) {
      await draft.forget();
      location.assign(go);
      return true;
    }
    this.#stop();
    this.#showProblems(answer.problems ?? {});
    return true;
  }

  #showProblems(problems) {
    showProblems(this.form, problems);
    const first = this.form.querySelector(".wrong[data-live]");
    const field = first?.closest(".field, fieldset, .notice")?.querySelector("input, textarea, select");
    if (!first) this.state.put("refused", say("not_saved"));
    (field ?? this.button).focus();
  }
}
