// A note never loses a keystroke: every change goes to this browser at once and to the server a few seconds later. What the
// server has is removed from the browser. If someone else saved the draft meanwhile, both texts are shown: nothing is
// overwritten in silence.
import { fetchFragment, show } from "./html.ts";

const EVERY = 3000;

interface Kept {
  text: string;
  version: string;
}

class Autosave extends HTMLElement {
  private timer = 0;
  private saving: Promise<void> | null = null;
  private stored = "";

  private get text(): HTMLTextAreaElement {
    return this.querySelector("textarea[name=text]") as HTMLTextAreaElement;
  }

  private get version(): HTMLInputElement {
    return this.querySelector("input[name=version]") as HTMLInputElement;
  }

  private get conflict(): HTMLElement {
    return this.querySelector("[data-conflict]") as HTMLElement;
  }

  private get key(): string {
    return `osler:draft:${this.dataset.draft}`;
  }

  connectedCallback(): void {
    this.stored = this.text.value;
    this.addEventListener("input", this.onInput);
    this.addEventListener("click", this.onMerge);
    this.addEventListener("submit", this.onSubmit);
    this.addEventListener("keydown", this.onKey);
    window.addEventListener("pagehide", this.onLeave);
    window.addEventListener("online", this.onOnline);
    document.addEventListener("osler:leaving", this.onLeave);
    this.restore();
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.timer);
    window.removeEventListener("pagehide", this.onLeave);
    window.removeEventListener("online", this.onOnline);
    document.removeEventListener("osler:leaving", this.onLeave);
  }

  private restore(): void {
    const kept = this.kept();
    if (!kept || kept.text === this.stored) return this.drop();
    if (kept.version !== this.version.value && this.stored) {
      this.say("local", "An unsaved text of yours was kept in this browser; the saved draft has changed since. Both are here.");
      this.text.value = `${this.stored}\n\n${kept.text}`;
    } else {
      this.say("local", "Your unsaved text is back.");
      this.text.value = kept.text;
    }
    this.schedule();
  }

  private kept(): Kept | null {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "null") as Kept | null;
    } catch {
      return null;
    }
  }

  private drop(): void {
    localStorage.removeItem(this.key);
  }

  private onInput = (): void => {
    try {
      localStorage.setItem(this.key, JSON.stringify({ text: this.text.value, version: this.version.value }));
      this.say("unsaved", "Saving…");
    } catch {
      this.say("unsaved", "This browser keeps no copy; saving to the server…");
    }
    this.schedule();
  };

  private schedule(): void {
    window.clearTimeout(this.timer);
    if (this.conflict.childElementCount === 0) this.timer = window.setTimeout(() => void this.save(), EVERY);
  }

  private save(keepalive = false): Promise<void> {
    if (this.saving && !keepalive) return this.saving.then(() => this.save());
    if (this.text.value === this.stored || this.conflict.childElementCount) return Promise.resolve();
    this.saving = this.send(this.text.value, keepalive).finally(() => (this.saving = null));
    return this.saving;
  }

  private async send(text: string, keepalive: boolean): Promise<void> {
    const body = new URLSearchParams({ text, version: this.version.value });
    const title = this.querySelector<HTMLInputElement | HTMLSelectElement>("[name=title]");
    if (title) body.set("title", title.value);
    try {
      const response = await fetchFragment(this.dataset.href ?? "", { method: "POST", body, keepalive });
      if (response.status === 409) return this.disagree(await response.text());
      if (!response.ok) throw new Error(String(response.status));
      const said = (await response.json()) as { version: string; saved: string };
      this.version.value = said.version;
      this.stored = text;
      if (this.text.value === text) {
        this.drop();
        this.say("saved", `saved ${said.saved}`);
      } else this.schedule();
    } catch {
      this.say("local", "Not on the server yet; kept in this browser. Trying again…");
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.save(), EVERY * 2);
    }
  }

  private disagree(markup: string): void {
    show(this.conflict, markup);
    this.say("local", "Two texts to bring together.");
    this.conflict.querySelector<HTMLElement>("button")?.focus();
  }

  private onMerge = (event: Event): void => {
    const button = (event.target as Element).closest<HTMLElement>("[data-merge]");
    const box = button?.closest<HTMLElement>("[data-version]");
    if (!button || !box) return;
    const theirs = box.querySelector("[data-theirs]")?.textContent ?? "";
    if (button.dataset.merge === "both") this.text.value = `${theirs}\n\n${this.text.value}`;
    if (button.dataset.merge === "theirs") this.text.value = theirs;
    this.version.value = box.dataset.version ?? "";
    this.stored = theirs;
    this.conflict.replaceChildren();
    this.text.focus();
    this.onInput();
  };

  private onSubmit = (): void => {
    window.clearTimeout(this.timer);
  };

  private onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.querySelector<HTMLButtonElement>("[data-sign]")?.click();
  };

  private onOnline = (): void => void this.save();

  private onLeave = (): void => {
    if (this.text.value !== this.stored) void this.save(true);
  };

  private say(state: string, text: string): void {
    const place = this.closest("section")?.querySelector<HTMLElement>("[data-saved]");
    if (!place) return;
    place.dataset.state = state;
    const words = place.querySelector("[data-words]") ?? place;
    words.textContent = text;
  }
}

customElements.define("osler-autosave", Autosave);
