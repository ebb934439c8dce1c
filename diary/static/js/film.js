// A film that was chosen: where the browser can play it, a moment of it becomes a picture.

import { draw } from "./shrink.js";
import { button } from "./state.js";

export function offerStill({ row, blob }, use, cannot) {
  const film = document.createElement("video");
  Object.assign(film, { controls: true, muted: true, playsInline: true, preload: "auto" });
  const take = button("film_still", async () => {
    const still = await draw(film);
    if (!still) return;
    URL.revokeObjectURL(film.src);
    use(new File([still], "film.jpg", { type: "image/jpeg" }));
  });
  film.addEventListener("loadeddata", () => {
    row.querySelector("img").replaceWith(film);
    row.querySelector(".away").before(take);
  }, { once: true });
  film.addEventListener("error", cannot, { once: true });
  film.src = URL.createObjectURL(blob);
}
