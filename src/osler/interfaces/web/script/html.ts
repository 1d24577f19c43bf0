// The one place where text becomes markup. The policy takes only what our own server has drawn.
interface Policy {
  createHTML(text: string): string;
}

interface PolicyFactory {
  createPolicy(name: string, rules: Policy): Policy;
}

const factory = (window as unknown as { trustedTypes?: PolicyFactory }).trustedTypes;
const policy: Policy = factory?.createPolicy("osler", { createHTML: (text) => text }) ?? { createHTML: (text) => text };

/** An answer of our own server: its text, or an error that says its status. Redirects away from us are refused. */
export async function fetchFragment(address: string, init: RequestInit = {}): Promise<Response> {
  return fetch(address, {
    credentials: "same-origin",
    mode: "same-origin",
    ...init,
    headers: { "Osler-Request": "fragment", ...init.headers },
  });
}

/** Put markup drawn by our server into an element. */
export function show(element: Element, markup: string): void {
  element.innerHTML = policy.createHTML(markup);
}

/** A new element with text, for the few things a page says by itself. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
