// What was just done, with the time left to take it back. It stays until that time is over: no fading, no hurry.
class Toast extends HTMLElement {
  private timer = 0;
  private end = 0;

  connectedCallback(): void {
    const seconds = Number(this.dataset.seconds ?? "0");
    if (!seconds) return;
    this.end = performance.now() + seconds * 1000;
    this.timer = window.setInterval(() => this.tick(), 250);
    this.tick();
  }

  disconnectedCallback(): void {
    window.clearInterval(this.timer);
  }

  private tick(): void {
    const left = Math.ceil((this.end - performance.now()) / 1000);
    if (left <= 0) {
      if (this.contains(document.activeElement)) document.getElementById("main")?.focus();
      this.remove();
      return;
    }
    const shown = this.querySelector("[data-left]");
    const text = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (shown && shown.textContent !== text) shown.textContent = text;
  }
}

customElements.define("osler-toast", Toast);
