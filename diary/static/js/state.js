// The one line that says where the words are, and the paper strip for what the writer must know.

import { clock, say } from "./words.js";

const ORDER = ["login", "send", "missing", "refused", "found", "offline", "elsewhere"];
// The strip shows the first of these.

export class State {
  #strips = new Map();

  constructor(form) {
    this.shared = "shared" in form.dataset;
    this.keepsWords = !this.shared; // whether this phone has kept all that was typed
    this.keepsPhotos = () => true;
    this.line = document.getElementById("state");
    this.strip = document.getElementById("strip");
  }

  /** Whether nothing is lost if the page is closed now. */
  get keeps() {
    return this.keepsWords && this.keepsPhotos();
  }

  /** Not said aloud: it changes steadily between two places. */
  #say(text) {
    if (this.line.textContent.trim() === text) return;
    this.line.setAttribute("aria-live", "off");
    this.line.textContent = text;
  }

  /** On this phone alone. */
  kept() {
    this.#say(say("saved_phone", { time: clock() }));
  }

  /** With us, at the server's time. */
  saved(time) {
    this.#say(say("saved_us", { time }));
  }

  /** Nowhere yet but in the field. */
  nowhere() {
    this.#say(say("saving"));
  }

  /** Nothing reaches us just now; `why` is that of an Offline, or null when all is well. */
  offline(why) {
    const shared = this.keeps ? "" : "_shared";
    if (why === "network") this.put("offline", say(`offline${shared}`));
    else if (why === "busy") this.put("offline", say(`not_saved${shared}`));
    else if (!why) this.clear("offline");
  }

  /** Nobody is logged in (then `login` leads on), or somebody else is. */
  turnedAway(login) {
    if (!login) return this.put("login", say("other_account"));
    const door = link(login, "log_in");
    // What is kept nowhere else stays in this page.
    if (!this.keeps) door.target = "_blank";
    this.put("login", say("logged_out"), door);
  }

  get isOffline() {
    return this.#strips.has("offline") || navigator.onLine === false;
  }

  /** A text (or what gives one) in the strip, perhaps with a link or a button; `clear` takes it
   *  away again. */
  put(key, text, action) {
    this.#strips.set(key, [text, action]);
    this.#show();
  }

  clear(key) {
    if (this.#strips.delete(key)) this.#show();
  }

  #show() {
    const key = ORDER.find((name) => this.#strips.has(name));
    const [said, action] = this.#strips.get(key) ?? [""];
    const text = typeof said === "function" ? said() : said;
    if (this.strip.textContent === text + (action ? ` ${action.textContent}` : "")) return;
    this.strip.hidden = !key;
    this.strip.replaceChildren(text, ...(action ? [" ", action] : []));
  }
}

/** A link with words. */
export const link = (href, key) =>
  Object.assign(document.createElement("a"), { href, textContent: say(key) });

/** A small button with words. */
export function button(key, press, kind = "plain") {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `button ${kind}`;
  made.textContent = say(key);
  made.addEventListener("click", press);
  return made;
}
