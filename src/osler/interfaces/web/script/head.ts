// The height of the sticky head, for everything that stands below it: the rail, the panel, and where focus may come to rest.
const head = document.querySelector<HTMLElement>(".head");

if (head) {
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--head-height", `${head.offsetHeight}px`);
  }).observe(head);
}
