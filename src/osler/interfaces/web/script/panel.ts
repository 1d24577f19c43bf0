// The side panel: forms beside the page, never on top of it. It opens when something is put into it, closes when it is
// emptied, and gives the focus back to what opened it.
class Panel extends HTMLElement {
  private opener: HTMLElement | null = null;
  private typed = false;
  private last: HTMLElement | null = null;
  private watcher = new MutationObserver(() => this.follow());

  connectedCallback(): void {
    this.watcher.observe(this, { childList: true });
    this.addEventListener("click", this.onClick);
    this.addEventListener("input", () => (this.typed = true));
    this.addEventListener("keydown", this.onKey);
    this.addEventListener("focusin", (event) => (this.last = event.target as HTMLElement));
    document.addEventListener("click", this.remember, true);
    this.follow();
  }

  disconnectedCallback(): void {
    this.watcher.disconnect();
    document.removeEventListener("click", this.remember, true);
  }

  close(): void {
    this.replaceChildren();
  }

  private follow(): void {
    const open = this.childElementCount > 0;
    const was = this.hasAttribute("data-open");
    this.toggleAttribute("data-open", open);
    this.typed = open && this.querySelector("[aria-invalid=true]") !== null;
    if (open && !was) this.last = null;
    if (open) this.focusFirst();
    else if (was) this.giveBack();
  }

  private focusFirst(): void {
    const wrong = this.querySelector<HTMLElement>("[aria-invalid=true]");
    const first = wrong ?? this.querySelector<HTMLElement>("[data-focus], input:not([type=hidden]), select, textarea");
    (first ?? this.querySelector<HTMLElement>("h2[tabindex]") ?? this).focus();
    if (matchMedia("(max-width: 720px)").matches) this.scrollIntoView({ block: "start" });
  }

  private giveBack(): void {
    const again = this.opener?.id ? document.getElementById(this.opener.id) : null;
    const place = this.opener?.isConnected ? this.opener : again;
    (place ?? document.getElementById("main"))?.focus();
  }

  private remember = (event: Event): void => {
    const link = (event.target as Element).closest<HTMLElement>("[data-panel]");
    if (!link || this.contains(link)) return;
    if (this.keeps(link, event as MouseEvent)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else this.opener = link;
  };

  /** What was typed is not replaced by another form, nor by the same one empty: the focus goes back to it. */
  private keeps(link: HTMLElement, event: MouseEvent): boolean {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return false;
    const form = this.querySelector("form");
    const same = form?.getAttribute("action") === link.getAttribute("href");
    if (!form || !(this.typed || same)) return false;
    if (!same) this.cancel()?.focus();
    else if (this.last?.isConnected) this.last.focus();
    else this.focusFirst();
    return true;
  }

  private cancel(): HTMLElement | null {
    return this.querySelector<HTMLElement>(".form-foot [data-close-panel]");
  }

  private onClick = (event: Event): void => {
    if (!(event.target as Element).closest("[data-close-panel]")) return;
    event.preventDefault();
    this.close();
  };

  private onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    // What was typed is not thrown away by one key: the focus goes to "Cancel", which says what it does.
    if (this.typed) this.cancel()?.focus();
    else this.close();
  };
}

customElements.define("osler-panel", Panel);

// A card that was redrawn keeps the focus where the person was, when the same control is still there.
let focused = "";
document.addEventListener("htmx:before:swap", () => {
  focused = document.activeElement?.id ?? "";
});
document.addEventListener("htmx:after:swap", () => {
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
});
