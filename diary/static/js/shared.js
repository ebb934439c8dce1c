// A shared device: counts the last idle minute down, then leaves. It keeps nothing in the browser.

const LAST = 60; // seconds in which it asks "Are you still there?"
const ASK_EVERY = 10;
const THANKS_LAST = 30;

const bar = document.getElementById("sitting");

class Sitting {
  constructor() {
    this.still = document.getElementById("still");
    this.left = document.getElementById("seconds-left");
    this.asked = 0;
    this.over(bar.dataset.seconds);
    this.still.querySelector("button").addEventListener("click", () => this.stay());
    for (const kind of ["keydown", "pointerdown"]) {
      addEventListener(kind, () => this.still.hidden || this.stay());
    }
    // Whoever comes back to the page sees it only if it is still theirs.
    addEventListener("pageshow", (event) => event.persisted && location.reload());
    document.addEventListener("visibilitychange", () => document.hidden || this.ask());
    addEventListener("away", () => this.cover());
    setInterval(() => this.tick(), 1000);
  }

  over(seconds) {
    this.until = Date.now() + 1000 * seconds;
  }

  // What is saved meanwhile is use, too, so the server is asked before anything is said or done.
  async tick() {
    if (this.busy || this.gone) return;
    let left = Math.ceil((this.until - Date.now()) / 1000);
    const asked = Date.now() - this.asked < 1000 * ASK_EVERY;
    if (left <= LAST && (!asked || (left <= 0 && !this.hidden))) {
      await this.ask();
      left = Math.ceil((this.until - Date.now()) / 1000);
    }
    if (left <= 0) return;
    this.still.hidden = left > LAST;
    this.left.textContent = left;
  }

  stay() {
    this.still.hidden = true;
    return this.ask({ method: "POST", body: new FormData(bar.querySelector("form")) });
  }

  async ask(how = {}) {
    if (this.gone || (this.busy && !how.method)) return;
    this.busy = true;
    this.asked = Date.now();
    try {
      const answer = await fetch(bar.dataset.ask, { ...how, headers: { Accept: "application/json" } });
      const { seconds, account } = await answer.json();
      this.over(seconds);
      if (seconds <= 0 || String(account) !== bar.dataset.account || this.hidden) this.leave();
    } catch {
      if (this.until <= Date.now()) this.hide();
    }
    this.busy = false;
  }

  // No network: the words wait behind a notice, and are handed in when it is back.
  hide() {
    this.hidden = true;
    this.cover();
  }

  cover() {
    document.body.classList.add("away");
    document.getElementById("away").hidden = false;
  }

  // What could not be saved comes along, for its writer alone; nobody is there to be asked.
  leave() {
    this.gone = true;
    const form = document.getElementById("writing");
    const unsaved = !dispatchEvent(new Event("beforeunload", { cancelable: true }));
    addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), true);
    if (!form || !unsaved) return location.replace(bar.dataset.away);
    for (const input of form.querySelectorAll("input[type=file]")) input.disabled = true;
    form.submit();
  }
}

if (bar) new Sitting();

const thanked = document.getElementById("thanked");
if (thanked) setTimeout(() => thanked.remove(), 1000 * THANKS_LAST);
