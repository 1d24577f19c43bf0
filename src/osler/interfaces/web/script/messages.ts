// Errors have one place: the message region of the sticky head. Nothing else on the page changes when a request fails.
import { make, show } from "./html.ts";

interface HtmxDetail {
  ctx?: { text?: string; response?: { status: number; headers: Headers } };
}

/** Say something that went wrong; the same words are not said twice at once. */
export function say(title: string, detail = ""): void {
  const region = document.getElementById("messages");
  if (!region || [...region.children].some((one) => one.getAttribute("data-said") === title + detail)) return;
  const close = make("button", { type: "button", class: "button push", "data-close": "" }, "Close");
  const text = make("p", {}, make("b", {}, title), detail ? ` ${detail}` : "");
  region.append(make("div", { class: "message crit", role: "alert", "data-said": title + detail }, text, close));
}

function onRefused(event: Event): void {
  const { text = "", response } = (event as CustomEvent<HtmxDetail>).detail.ctx ?? {};
  if (!response || response.status === 422) return;
  const region = document.getElementById("messages");
  if (region && response.headers.get("Osler-Fragment") === "message") {
    const holder = make("div");
    show(holder, text);
    region.append(...holder.children);
    return;
  }
  say("That did not work.", `Nothing was changed. The server answered ${response.status}.`);
}

// Messages do not pile up: the newest of what was done and the newest of what failed are in view, those before them one click away.
const earlier = make("button", { type: "button", class: "earlier", "aria-expanded": "false" });

function fold(region: HTMLElement): void {
  const all = [...region.querySelectorAll<HTMLElement>(":scope > .message")];
  const done = all.filter((one) => one.matches("osler-toast")), failed = all.filter((one) => !one.matches("osler-toast"));
  const last = new Set([done.at(-1), failed.at(-1)]);
  for (const one of all) one.toggleAttribute("data-earlier", !last.has(one));
  const count = all.filter((one) => !last.has(one)).length;
  earlier.textContent = count === 1 ? "1 earlier message" : `${count} earlier messages`;
  if (!count) region.removeAttribute("data-all");
  earlier.setAttribute("aria-expanded", String(region.hasAttribute("data-all")));
  const close = all.at(-1)?.querySelector("[data-close]");
  if (count && close) {
    if (earlier.nextElementSibling !== close) close.before(earlier);
  } else earlier.remove();
}

const messages = document.getElementById("messages");
if (messages) {
  new MutationObserver(() => fold(messages)).observe(messages, { childList: true });
  earlier.addEventListener("click", () => {
    messages.toggleAttribute("data-all");
    fold(messages);
  });
  fold(messages);
}

document.addEventListener("htmx:response:error", onRefused);

document.addEventListener("htmx:error", (event) => {
  const detail = (event as CustomEvent<{ ctx?: unknown }>).detail;
  if (detail.ctx) say("The server cannot be reached.", "Nothing was changed; try again in a moment.");
});

document.addEventListener("click", (event) => {
  const close = (event.target as Element).closest("[data-close]");
  if (!close?.closest(".message")) return;
  close.closest(".message")?.remove();
});
