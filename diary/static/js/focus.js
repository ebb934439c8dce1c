// Where a picture is cut when it is shown small: a tap on what matters, or the arrow keys.

import { say } from "./words.js";

const STEP = 0.05;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Make the pictures of all rows tappable, those that come later too. */
export function chooseFocus(list, draft) {
  const all = () => list.querySelectorAll("input.focus").forEach((field) => mark(field, draft));
  list.addEventListener("pictures", all);
  all();
}

function mark(field, draft) {
  const place = field.closest(".picture-row").querySelector(".thumb");
  const image = place.querySelector("img");
  if (place.classList.contains("focus-spot")) return;
  place.classList.add("focus-spot");
  const spot = document.createElement("button");
  spot.type = "button";
  spot.className = "mark";
  spot.setAttribute("aria-label", say("focus"));
  const read = () => field.value.split(" ").map(Number);
  const show = () => {
    const [x, y] = onScreen(image, ...read());
    Object.assign(spot.style, { left: `${x}px`, top: `${y}px` });
  };
  const put = (x, y) => {
    const inside = [x, y].map((part) => Math.min(1, Math.max(0, part)).toFixed(2));
    field.value = inside.join(" ");
    show();
    draft.touch();
  };
  image.addEventListener("click", (event) => put(...inPicture(image, event.offsetX, event.offsetY)));
  spot.addEventListener("keydown", (event) => {
    const way = ARROWS[event.key];
    if (!way) return;
    event.preventDefault();
    const [x, y] = read();
    put(x + way[0] * STEP, y + way[1] * STEP);
  });
  place.append(spot);
  // The thumbnail has a size only when it is laid out, and another one when the phone is turned.
  if (globalThis.ResizeObserver) new ResizeObserver(show).observe(image);
  else show();
}

/** How a picture lies in its element: cut at its sides (`cover`) or with room beside it. */
function lie(image) {
  const [width, height] = ["width", "height"].map((side) => Number(image.getAttribute(side)) || 1);
  const across = image.clientWidth / width;
  const down = image.clientHeight / height;
  const covers = getComputedStyle(image).objectFit === "cover";
  const scale = covers ? Math.max(across, down) : Math.min(across, down);
  const left = (image.clientWidth - width * scale) / 2;
  const top = (image.clientHeight - height * scale) / 2;
  return { width: width * scale, height: height * scale, left, top };
}

function inPicture(image, x, y) {
  const { width, height, left, top } = lie(image);
  return [(x - left) / width, (y - top) / height];
}

function onScreen(image, x, y) {
  const { width, height, left, top } = lie(image);
  const inside = (at, size) => Math.min(size, Math.max(0, at));
  return [inside(x * width + left, image.clientWidth) + image.offsetLeft,
    inside(y * height + top, image.clientHeight) + image.offsetTop];
}
