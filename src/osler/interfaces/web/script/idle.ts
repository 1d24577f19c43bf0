// A screen left alone locks itself. Any tab's activity counts for all; half a minute before, the page says so.
import { make } from "./html.ts";

const SEEN = "osler:seen";
const WARNING = 30;
const after = Number(document.body.dataset.lockAfter ?? "0");

function seen(): number {
  return Number(localStorage.getItem(SEEN) ?? "0");
}

function touch(): void {
  if (Date.now() - seen() > 1000) localStorage.setItem(SEEN, String(Date.now()));
}

function warn(left: number): void {
  const region = document.getElementById("messages");
  let note = document.getElementById("lock-warning");
  if (left > WARNING) return note?.remove();
  if (!note && region) {
    note = make("div", { class: "message", id: "lock-warning", role: "alert" }, make("p"));
    region.append(note);
  }
  const line = note?.querySelector("p");
  if (line && !line.textContent) line.textContent = "This screen is about to lock. Press any key to stay.";
}

function lock(): void {
  document.dispatchEvent(new CustomEvent("osler:leaving"));
  const here = location.pathname + location.search;
  location.replace(`${document.body.dataset.lockHref ?? "/lock"}?next=${encodeURIComponent(here)}`);
}

function look(): void {
  const left = after - (Date.now() - seen()) / 1000;
  warn(left);
  if (left <= 0) lock();
}

if (after > 0) {
  localStorage.setItem(SEEN, String(Date.now()));
  for (const sign of ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"])
    document.addEventListener(sign, touch, { passive: true, capture: true });
  window.setInterval(look, 1000);
}
