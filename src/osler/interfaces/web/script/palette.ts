// Ctrl-K: any patient or command from anywhere, by the keyboard alone. The list is drawn by the server (GET /palette?q=);
// nothing typed gives recent and today's patients, ">" gives commands.
import { Combobox } from "./combobox.ts";
import { typing } from "./keys.ts";

class Palette extends Combobox {
  protected readonly wait = 40;

  private get dialog(): HTMLDialogElement {
    return this.querySelector("dialog") as HTMLDialogElement;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.onShortcut);
    document.addEventListener("click", this.onOpener);
    this.dialog.addEventListener("close", () => this.forget());
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.onShortcut);
    document.removeEventListener("click", this.onOpener);
  }

  open(text = ""): void {
    if (!this.dialog.open) this.dialog.showModal();
    this.input.value = text;
    this.input.select();
    void this.ask(true);
  }

  protected address(text: string): string {
    const address = new URL(this.dataset.href ?? "/palette", location.origin);
    address.searchParams.set("q", text);
    const patient = document.querySelector<HTMLElement>("[data-patient]")?.dataset.patient;
    if (patient) address.searchParams.set("patient", patient);
    return address.toString();
  }

  protected shown(): void {
    const count = this.options().length;
    const said = this.querySelector("[data-count]");
    if (said) said.textContent = count === 1 ? "1 result" : `${count} results`;
  }

  protected choose(option: HTMLElement): void {
    const link = option.closest("a") ?? option.querySelector("a");
    this.dialog.close();
    if (link?.hash === "#keys") document.dispatchEvent(new CustomEvent("osler:help"));
    else if (link?.href) location.assign(link.href);
  }

  private onShortcut = (event: KeyboardEvent): void => {
    const wanted = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (!wanted && !(event.key === "/" && !typing(event))) return;
    event.preventDefault();
    if (wanted && this.dialog.open) this.dialog.close();
    else this.open();
  };

  private onOpener = (event: Event): void => {
    const opener = (event.target as Element).closest("[data-palette]");
    const mouse = event as MouseEvent;
    if (!opener || mouse.ctrlKey || mouse.metaKey || mouse.shiftKey) return;
    event.preventDefault();
    this.open();
  };
}

customElements.define("osler-palette", Palette);
