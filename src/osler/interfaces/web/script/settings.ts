// Theme and density: a cookie, so that the server draws the next page in them from the first byte.
const YEAR = 31536000;

document.addEventListener("change", (event) => {
  const input = event.target as HTMLInputElement;
  const setting = input.dataset.setting;
  if (!setting) return;
  if (input.value === "auto" || input.value === "regular") delete document.documentElement.dataset[setting];
  else document.documentElement.dataset[setting] = input.value;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `osler_${setting}=${input.value}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
});

// A menu closes like every menu: Escape, or a click elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]"))
    if (!menu.contains(event.target as Node)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = document.querySelector<HTMLDetailsElement>("details.menu[open]");
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary")?.focus();
});
