// Boxes drawn on a picture by finger, pen or mouse. What is sent stands in the list's fields.

const LEAST = 1;
const form = document.getElementById("blur");
const board = form.querySelector("svg");
const list = form.querySelector(".boxes");
const rows = form.querySelector("template").content;
let from = null;

board.classList.add("drawn-on");
board.addEventListener("pointerdown", (event) => {
  if (!event.isPrimary || event.button) return;
  event.preventDefault();
  board.setPointerCapture(event.pointerId);
  from = at(event);
});
board.addEventListener("pointermove", (event) => {
  if (from) draw(between(from, at(event)));
});
board.addEventListener("pointerup", (event) => {
  if (!from) return;
  const box = between(from, at(event));
  from = null;
  if (box[2] >= LEAST && box[3] >= LEAST) keep(box);
  draw();
});
board.addEventListener("pointercancel", () => {
  from = null;
  draw();
});
list.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  event.preventDefault();
  const row = button.closest("li");
  const next = row.nextElementSibling || row.previousElementSibling;
  row.remove();
  draw();
  (next || form).querySelector("button, summary").focus();
});

/** Where a pointer is, in hundredths of the picture's sides. */
function at(event) {
  const place = board.getBoundingClientRect();
  return [(event.clientX - place.left) / place.width, (event.clientY - place.top) / place.height]
    .map((share) => 100 * Math.min(1, Math.max(0, share)));
}

function between([x, y], [toX, toY]) {
  return [Math.min(x, toX), Math.min(y, toY), Math.abs(x - toX), Math.abs(y - toY)];
}

function keep(box) {
  const row = rows.cloneNode(true);
  const said = box.map((side) => side.toFixed(1)).join(" ");
  row.querySelector("input").value = said;
  row.querySelector("span").textContent = said;
  list.append(row);
}

/** Show the boxes of the list, and the one being drawn. */
function draw(more) {
  const kept = [...list.querySelectorAll("input")].map((field) => field.value.split(" "));
  board.replaceChildren(...[...kept, ...(more ? [more] : [])].map(([x, y, width, height]) => {
    const rect = document.createElementNS(board.namespaceURI, "rect");
    Object.entries({ x, y, width, height }).forEach(([name, value]) => rect.setAttribute(name, value));
    return rect;
  }));
}

draw();
