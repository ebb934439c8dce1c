// Hands ready words to the phone's own share sheet (SMS, WhatsApp …), where there is one.

for (const button of document.querySelectorAll("[data-share]")) {
  const text = button.closest("article").querySelector(".ready").textContent.trim();
  button.hidden = !navigator.share;
  button.addEventListener("click", () => navigator.share({ text }).catch(() => {})); // closed again
}
