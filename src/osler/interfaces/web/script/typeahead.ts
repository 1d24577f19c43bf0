// A field that finds its code while one types. The text and the code are posted under two names; changing the text by
// hand gives the code up, so that the two can never disagree.
import { Combobox } from "./combobox.ts";

class Typeahead extends Combobox {
  protected readonly wait = 80;

  private get code(): HTMLInputElement {
    return this.querySelector("input[data-code]") as HTMLInputElement;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("input", this.onTyped);
    this.addEventListener("focusout", () => this.fold());
    this.addEventListener("keydown", this.onEscape);
  }

  protected address(text: string): string | null {
    if (text.length < 2 || this.code.value) return null;
    const address = new URL(this.dataset.lookup ?? "", location.origin);
    address.searchParams.set("q", text);
    return address.toString();
  }

  protected shown(): void {
    const open = this.list.childNodes.length > 0 && document.activeElement === this.input;
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
  }

  protected override takesEnter(): boolean {
    return !this.list.hidden;
  }

  /** The words as typed are what is meant: Enter does what it does in a plain field. */
  protected override without(): void {
    const form = this.input.form;
    if (this.list.hidden || !form) return;
    this.fold();
    form.requestSubmit(form.querySelector<HTMLElement>("button[type=submit]"));
  }

  protected choose(option: HTMLElement): void {
    this.input.value = option.dataset.text ?? option.textContent?.trim() ?? "";
    this.code.value = option.dataset.code ?? "";
    const said = this.querySelector<HTMLElement>("[data-chosen]");
    if (said) said.hidden = !this.code.value;
    this.fold();
  }

  private onTyped = (event: Event): void => {
    if (event.target !== this.input) return;
    this.code.value = "";
    const said = this.querySelector<HTMLElement>("[data-chosen]");
    if (said) said.hidden = true;
  };

  private onEscape = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || this.list.hidden) return;
    event.preventDefault();
    event.stopPropagation();
    this.fold();
  };

  private fold(): void {
    this.forget();
    this.list.hidden = true;
    this.pick(null);
    this.input.setAttribute("aria-expanded", "false");
  }
}

customElements.define("osler-typeahead", Typeahead);
