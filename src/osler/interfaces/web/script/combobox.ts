// The combobox pattern of WAI-ARIA over fragments that the server draws: the focus stays in the input, arrows move the
// choice, and an Enter typed before the answer has come waits for it.
import { fetchFragment, show } from "./html.ts";

function identity(option: HTMLElement | undefined): string {
  return option?.getAttribute("href") ?? option?.dataset.code ?? "";
}

export abstract class Combobox extends HTMLElement {
  protected abstract readonly wait: number;
  protected chosen: HTMLElement | null = null;
  private timer = 0;
  private asking: AbortController | null = null;
  private answer: Promise<void> = Promise.resolve();
  private asked: string | null = null;
  private moved = "";

  protected get input(): HTMLInputElement {
    return this.querySelector("input[role=combobox]") as HTMLInputElement;
  }

  protected get list(): HTMLElement {
    return this.querySelector("[role=listbox]") as HTMLElement;
  }

  /** Where to ask for this text; null: nothing to ask. */
  protected abstract address(text: string): string | null;
  /** The choice was made. */
  protected abstract choose(option: HTMLElement): void;
  /** New options are in the list. */
  protected abstract shown(): void;

  connectedCallback(): void {
    this.addEventListener("input", this.onInput);
    this.addEventListener("keydown", this.onKey);
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", this.onClick);
  }

  /** Ask now for what the input holds, unless that was the last question. */
  protected ask(again = false): Promise<void> {
    window.clearTimeout(this.timer);
    const text = this.input.value.trim();
    if (text === this.asked && !again) return this.answer;
    this.asked = text;
    this.asking?.abort();
    const address = this.address(text);
    if (address === null) {
      this.list.replaceChildren();
      this.pick(null);
      this.shown();
      return (this.answer = Promise.resolve());
    }
    this.asking = new AbortController();
    return (this.answer = this.fill(address, this.asking.signal));
  }

  protected forget(): void {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    this.asked = null;
    this.moved = "";
  }

  /** A choice moved to by hand stays chosen when a later answer still has it. */
  private kept(): HTMLElement | undefined {
    return this.moved ? this.options().find((option) => identity(option) === this.moved) : undefined;
  }

  protected options(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("[role=option]:not([aria-disabled])")];
  }

  protected pick(option: HTMLElement | null): void {
    this.chosen?.setAttribute("aria-selected", "false");
    this.chosen = option;
    if (!option) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  private async fill(address: string, signal: AbortSignal): Promise<void> {
    try {
      const response = await fetchFragment(address, { signal });
      if (response.redirected || response.status === 401) return location.reload();
      const text = await response.text();
      if (signal.aborted) return;
      if (response.ok) show(this.list, text);
      else this.list.textContent = "Search does not answer. Try again in a moment.";
    } catch {
      if (signal.aborted) return;
      this.list.textContent = "The server cannot be reached.";
    }
    this.pick(this.kept() ?? this.options()[0] ?? null);
    this.shown();
  }

  private onInput = (event: Event): void => {
    if (event.target !== this.input) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), this.wait);
  };

  private onKey = (event: KeyboardEvent): void => {
    if (event.target !== this.input || event.isComposing) return;
    const options = this.options();
    const at = this.chosen ? options.indexOf(this.chosen) : -1;
    const last = options.length - 1;
    const moves: Record<string, number> = {
      ArrowDown: at >= last ? 0 : at + 1,
      ArrowUp: at <= 0 ? last : at - 1,
      PageDown: Math.min(at + 5, last),
      PageUp: Math.max(at - 5, 0),
    };
    const to = moves[event.key];
    if (to !== undefined && last >= 0) {
      event.preventDefault();
      this.pick(options[to] ?? null);
      this.moved = identity(options[to]);
    }
    if (event.key === "Enter" && this.takesEnter()) {
      event.preventDefault();
      void this.ask().then(() => (this.chosen ? this.choose(this.chosen) : this.without()));
    }
  };

  /** Enter was pressed and there is nothing to choose. */
  protected without(): void {}

  /** Whether Enter chooses now, instead of doing what Enter does in a form. */
  protected takesEnter(): boolean {
    return true;
  }

  private onClick = (event: Event): void => {
    const option = (event.target as Element).closest<HTMLElement>("[role=option]:not([aria-disabled])");
    if (!option) return;
    event.preventDefault();
    this.choose(option);
  };
}
