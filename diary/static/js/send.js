// Sending: once, when the photos are there and the words saved; without a network as soon as
// there is one and this page is open.

import { showProblems } from "./draft.js";
import { Offline, PATIENCE, Pauses } from "./server.js";
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
    const isDone = pressed?.value === "done";
    if (this.leaving) return;
    this.leaving = isDone;
    if (!this.draft.overtaken) {
      if (isDone && this.state.isOffline) dispatchEvent(new Event("away"));
      if (unkept()) await this.photos.settled();
      const pauses = new Pauses();
      while (!(await this.draft.attempt())) {
        this.leaving = isDone && this.state.isOffline;
        if (!this.leaving) return this.draft.overtaken || this.state.put("refused", say("needs_network"));
        dispatchEvent(new Event("away")); // whoever is done is done; the next one sees no word
        await pauses.next();
      }
    }
    this.leaving = false;
    const more = this.draft.marks();
    if (pressed?.name) more.push([pressed.name, pressed.value]);
    const hidden = more.map(([name, value]) => Object.assign(
      document.createElement("input"), { type: "hidden", name, value }));
    this.form.append(...hidden);
    this.state.leaves = true;
    this.form.submit();
    // Whoever stops the page from going writes on.
    hidden.forEach((field) => field.remove());
    setTimeout(() => (this.state.leaves = false), PATIENCE);
  }

  // ------------------------------------------------------------ sending

  /** The writer pressed *Send*, now or before this page was closed; a second tap does nothing. */
  async send() {
    this.#stopped = false;
    this.draft.record.send = true;
    this.draft.keep();
    this.button.setAttribute("aria-disabled", "true");
    this.#wait(false);
    if (this.#going) return;
    this.#going = true;
    try {
      await this.#whenThere();
    } finally {
      this.#going = false;
      this.#rest();
    }
  }

  #rest() {
    this.button.textContent = this.label;
    this.button.removeAttribute("aria-disabled");
  }

  #stop(sentence = "", key = "send") {
    this.#stopped = true;
    this.draft.record.send = false;
    this.draft.keep();
    this.#rest();
    this.state.clear("send");
    if (sentence) this.state.put(key, sentence);
  }

  async #whenThere() {
    const pauses = new Pauses();
    while (!(await this.#once())) {
      if (this.draft.overtaken) {
        this.#stop();
        document.getElementById("meanwhile").scrollIntoView({ block: "center" });
      }
      if (this.#stopped) return;
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
    const { draft, photos } = this;
    if (!draft.post) draft.touch();
    // Photos may be chosen and words typed while others are on their way.
    do {
      if (!(await photos.settled())) return this.#stop(say("photo_failed"), "missing") ?? true;
      if (this.#stopped) return true;
      if (!(await draft.attempt())) return draft.over;
    } while (photos.pending || !draft.isWithUs);
    if (this.#stopped) return true;
    const mark = draft.changes;
    const answer = await this.#post();
    if (!answer) return false;
    if (answer.status === 409 && answer.overtaken) draft.showBoth(answer);
    if (answer.go) {
      await draft.leave(answer.go, photos.pending ? -1 : mark);
      return true;
    }
    this.#stop();
    this.#showProblems(answer.problems ?? {});
    return true;
  }

  /** The request itself; what comes too late for it cannot be typed meanwhile. */
  async #post() {
    this.#hold(true);
    try {
      const fields = [...this.draft.message(), ["action", "send"]];
      return await this.server.post(this.form.getAttribute("action"), fields);
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
      this.state.offline(error.message);
      return null;
    } finally {
      this.#hold(false);
    }
  }

  #hold(is) {
    for (const field of this.form.elements) {
      if (field.type === "file") field.disabled = is;
      else field.readOnly = is;
    }
  }

  #showProblems(problems) {
    showProblems(this.form, problems);
    const first = this.form.querySelector(".wrong[data-live]");
    const field = first?.closest(".field, fieldset, .notice")?.querySelector("input, textarea, select");
    if (!first) this.state.put("refused", say("not_saved"));
    (field ?? this.button).focus();
  }
}
