/** What a browser has and jsdom has not, as far as the pages use it. */
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

const ROWS_SEEN = 20;
const ROW_HEIGHT = 32;

class NoResizeObserver implements ResizeObserver {
  observe = () => undefined;
  unobserve = () => undefined;
  disconnect = () => undefined;
}
vi.stubGlobal("ResizeObserver", NoResizeObserver);
vi.stubGlobal("matchMedia", (media: string) => ({
  // A wide window of a person with no particular wishes.
  matches: media.includes("min-width"),
  media,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}));
vi.stubGlobal("scrollTo", () => undefined);
configure({ asyncUtilTimeout: 5000 });
Object.assign(Element.prototype, { scrollIntoView: () => undefined, scrollTo: scrollTo });
// Nothing is laid out in jsdom; the list needs a height to know which rows are seen.
Object.defineProperty(HTMLElement.prototype, "offsetHeight", { configurable: true, get: () => ROWS_SEEN * ROW_HEIGHT });
Object.defineProperty(HTMLElement.prototype, "offsetWidth", { configurable: true, get: () => 800 });
Object.defineProperty(Element.prototype, "clientHeight", { configurable: true, get: () => ROWS_SEEN * ROW_HEIGHT });

function scrollTo(this: Element, options?: ScrollToOptions | number) {
  if (typeof options !== "object") return;
  this.scrollTop = options.top ?? this.scrollTop;
  // A browser says so later, too.
  setTimeout(() => this.dispatchEvent(new Event("scroll")));
}

afterEach(() => {
  cleanup();
  localStorage.clear();
});
