// The pictures' order, by buttons and by dragging; and taking one away, with a way back.

import { button } from "./state.js";
import { say } from "./words.js";

export class Order {
  constructor(draft, photos) {
    Object.assign(this, { draft, photos, list: photos.list });
    this.list.addEventListener("click", (event) => this.#press(event));
    this.list.addEventListener("pictures", () => this.refresh());
    // "toggle" does not bubble
    const unfold = ({ target }) => target.closest(".picture-row")?.classList.toggle("unfolded", target.open);
    this.list.addEventListener("toggle", unfold, true);
    this.refresh();
  }

  get #rows() {
    return [...this.list.querySelectorAll(":scope > .picture-row:not(.taken-away)")];
  }

  #press(event) {
    const pressed = event.target.closest("button[name=move]");
    const row = pressed?.closest(".picture-row");
    if (!row) return;
    event.preventDefault();
    const way = pressed.value.split(":")[1];
    if (way === "away") return this.#takeAway(row);
    const rows = this.#rows;
    const other = rows[rows.indexOf(row) + (way === "up" ? -1 : 1)];
    if (!other) return;
    if (way === "up") other.before(row);
    else other.after(row);
    this.#moved();
    // The button goes with its row; where it ends, the other one is at hand.
    (pressed.hidden ? row.querySelector("button[name=move]:not([hidden])") : pressed)?.focus();
  }

  #moved() {
    this.refresh();
    this.draft.touch();
  }

  /** Which buttons and numbers each row has now. */
  refresh() {
    const rows = this.#rows;
    rows.forEach((row, at) => {
      this.#hide(row, "up", at === 0);
      this.#hide(row, "down", at === rows.length - 1);
      for (const said of row.querySelectorAll(".unseen")) {
        said.textContent = said.textContent.replace(/\d+/, at + 1);
      }
      const image = row.querySelector("input[name=picture] ~ .thumb img");
      if (image && !row.querySelector("textarea")?.value) {
        image.alt = image.alt.replace(/\d+/, at + 1);
      }
      if (!row.querySelector(".grip")) this.#grip(row);
    });
    this.photos.showLeft();
  }

  #hide(row, way, is) {
    const found = row.querySelector(`button[value$=":${way}"]`);
    if (found) found.hidden = is;
  }

  // ------------------------------------------------------------ taking away

  #takeAway(row) {
    const { record } = this.draft;
    const { token } = row.dataset;
    record.gone.push(token);
    const note = document.createElement("li");
    note.className = "picture-row taken-away";
    note.dataset.gone = token;
    const back = button("undo", () => {
      record.gone = record.gone.filter((other) => other !== token);
      note.replaceWith(row);
      this.#moved();
      row.querySelector("summary, button")?.focus();
    });
    note.append(say("taken_away"), " ", back);
    this.list.querySelector(".taken-away")?.remove();
    row.replaceWith(note);
    back.focus();
    this.#moved();
  }

  // ------------------------------------------------------------ dragging

  /** Keyboards and screen readers have the buttons. */
  #grip(row) {
    const grip = document.createElement("span");
    grip.className = "grip";
    grip.setAttribute("aria-hidden", "true");
    grip.textContent = "⠿";
    grip.addEventListener("pointerdown", (event) => this.#drag(event, row, grip));
    row.append(grip);
  }

  /** The row moves when it is let go: taken out of the page it would lose the finger. */
  #drag(event, row, grip) {
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    row.classList.add("dragged");
    let goal = null;
    const move = ({ clientX, clientY }) => {
      goal?.classList.remove("target");
      goal = document.elementFromPoint(clientX, clientY)?.closest(".picture-row") ?? null;
      if (goal === row || !this.#rows.includes(goal)) goal = null;
      goal?.classList.add("target");
    };
    const end = ({ type }) => {
      grip.removeEventListener("pointermove", move);
      grip.removeEventListener("pointerup", end);
      grip.removeEventListener("pointercancel", end);
      row.classList.remove("dragged");
      goal?.classList.remove("target");
      if (!goal || type !== "pointerup") return;
      const rows = this.#rows;
      if (rows.indexOf(goal) < rows.indexOf(row)) goal.before(row);
      else goal.after(row);
      this.#moved();
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", end);
    grip.addEventListener("pointercancel", end);
  }
}
