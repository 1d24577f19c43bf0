// Keys of the page: whatever carries data-key is pressed by that key, and "?" lists them. No function keys; single keys can
// be turned off (WCAG 2.1.4), and never act while one types.
const OFF = "osler:single-keys-off";

/** Whether this key press belongs to something one types in, or to the browser. */
export function typing(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  const field = target.closest("input, textarea, select, [contenteditable], dialog[open]");
  return Boolean(field) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
}

function help(): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>("dialog.help");
}

function listKeys(dialog: HTMLDialogElement): void {
  const list = dialog.querySelector("[data-page-keys]");
  if (!list) return;
  list.replaceChildren();
  for (const control of document.querySelectorAll<HTMLElement>("[data-key]")) {
    const key = document.createElement("kbd");
    key.textContent = control.dataset.key ?? "";
    const term = document.createElement("dt");
    const what = document.createElement("dd");
    term.append(key);
    what.textContent = control.getAttribute("aria-label") ?? control.dataset.label ?? control.innerText.trim();
    list.append(term, what);
  }
}

function openHelp(): void {
  const dialog = help();
  if (!dialog || dialog.open) return;
  listKeys(dialog);
  const box = dialog.querySelector<HTMLInputElement>("[data-single-keys]");
  if (box) box.checked = !localStorage.getItem(OFF);
  dialog.showModal();
}

document.addEventListener("osler:help", openHelp);

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || typing(event) || localStorage.getItem(OFF)) return;
  if (event.key === "?") {
    event.preventDefault();
    openHelp();
    return;
  }
  const control = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(event.key)}"]`);
  if (!control) return;
  event.preventDefault();
  control.focus();
  control.click();
});

document.addEventListener("change", (event) => {
  const box = event.target as HTMLInputElement;
  if (!box.matches("[data-single-keys]")) return;
  if (box.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
});

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  if (target.closest("[data-help]")) openHelp();
  if (target.closest("[data-close-dialog]")) target.closest("dialog")?.close();
});
