// What was just done, with the time left to take it back. It stays until that time is over: no fading, no hurry.
const KEY = "u";

/** The key takes back the newest only, and says so; once that is gone, it is the one before. */
function giveKeyToNewest(): void {
  const undos = [...document.querySelectorAll<HTMLElement>("osler-toast .undo")];
  for (const undo of undos) {
    const newest = undo === undos.at(-1);
    if (newest) undo.setAttribute("aria-keyshortcuts", KEY);
    else undo.removeAttribute("aria-keyshortcuts");
    if (newest) undo.dataset.key = KEY;
    else delete undo.dataset.key;
    const hint = undo.querySelector("kbd");
    if (hint) hint.hidden = !newest;
  }
}

class Toast extends HTMLElement {
  private timer = 0;
  private end = 0;
  private came: HTMLElement | null = null;

  connectedCallback(): void {
    this.addEventListener("focusin", this.remember);
    giveKeyToNewest();
    const seconds = Number(this.dataset.seconds ?? "0");
    if (!seconds) return;
    this.end = performance.now() + seconds * 1000;
    this.timer = window.setInterval(() => this.tick(), 250);
    this.tick();
  }

  disconnectedCallback(): void {
    window.clearInterval(this.timer);
    giveKeyToNewest();
    window.setTimeout(() => this.giveBack(), 60);
  }

  /** Where the person was before coming here. */
  private remember = (event: FocusEvent): void => {
    const from = event.relatedTarget as HTMLElement | null;
    if (from && !this.contains(from)) this.came = from;
  };

  /** Undone or closed, the focus goes back there: to the same control where the card was drawn anew, else to the page. */
  private giveBack(): void {
    if (document.activeElement && document.activeElement !== document.body) return;
    const again = this.came?.id ? document.getElementById(this.came.id) : null;
    const place = this.came?.isConnected ? this.came : again;
    (place ?? document.getElementById("main"))?.focus();
  }

  private tick(): void {
    const left = Math.ceil((this.end - performance.now()) / 1000);
    if (left <= 0) {
      this.remove();
      return;
    }
    const shown = this.querySelector("[data-left]");
    const text = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (shown && shown.textContent !== text) shown.textContent = text;
  }
}

customElements.define("osler-toast", Toast);
