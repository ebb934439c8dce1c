// What can be done with a post only by a script: the phone's share sheet, copying, printing.

const box = document.querySelector("[data-url]");
const said = document.querySelector("[data-copied]");

async function copy() {
  await navigator.clipboard.writeText(box.dataset.url);
  said.textContent = said.dataset.copied;
}

const deeds = {
  share: navigator.share && (() => navigator.share({ title: box.dataset.title, url: box.dataset.url })),
  copy: navigator.clipboard && copy,
  print: () => window.print(),
};

for (const button of document.querySelectorAll("[data-deed]")) {
  const deed = deeds[button.dataset.deed];
  button.hidden = !deed;
  button.addEventListener("click", async () => {
    try {
      await deed();
    } catch { /* the share sheet was closed, or copying is not allowed: the address stands there */ }
  });
}
