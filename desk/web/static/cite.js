// "Copy citation": what stands above the button, as text and as HTML. Without this file it is
// selected and copied by hand.
"use strict";
const offer = (place) => place.querySelectorAll("button.copy").forEach((button) => (button.hidden = false));
offer(document);
document.addEventListener("shown", (event) => offer(event.detail));
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button.copy");
  if (!button) return;
  const cited = document.getElementById(button.dataset.copies);
  const status = document.getElementById("status");
  const parts = { "text/plain": cited.textContent.trim(), "text/html": cited.innerHTML.trim() };
  try {
    const blobs = Object.entries(parts).map(([type, text]) => [type, new Blob([text], { type })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
    status.textContent = button.dataset.done;
  } catch {
    getSelection().selectAllChildren(cited);
    status.textContent = button.dataset.failed;
  }
  setTimeout(() => (status.textContent = ""), 20000);
});
