/**
 * Markdown of anybody as a tree of parts, with bounds on what it may cost.
 *
 * HTML in it becomes the text that it holds: nothing here makes an element. Not here: how parts are shown.
 */
import MarkdownIt, { type Token } from "markdown-it";

export type Part = { token: Token; parts: readonly Part[] };

/** What stands between two marks of the text, with nothing inside that is too much to show at once. */
export type Stretch = { parts: readonly Part[] } | { asWritten: string };

/** A longer text is not read as Markdown; this much takes a moment, whatever is in it. */
export const LONGEST = 256 * 1024;
/** How many parts are shown at once. */
const AT_ONCE = 3000;
/** A table or list with more parts than this is shown as it is written. */
const MOST_OF_ONE = 12_000;
/** An address that is longer is none. */
const LONGEST_ADDRESS = 4096;

// Its own limit of a hundred levels keeps the tree from being deep.
const reader = new MarkdownIt({ html: true, linkify: true, maxNesting: 100 });
reader.linkify.set({ fuzzyEmail: false });
// An item of a list that is to be done, or was, begins with a mark.
reader.core.ruler.push("tasks", ({ tokens }) => {
  tokens.forEach((token, at) => {
    const item = tokens[at - 2];
    const words = token.type === "inline" && item?.type === "list_item_open" ? token.children?.[0] : undefined;
    const task = words?.type === "text" ? /^\[([ xX])\]\s+/.exec(words.content) : null;
    if (!item || !words || !task) return;
    item.meta = { task: true };
    words.content = `${task[1] === " " ? "\u2610" : "\u2611"} ${words.content.slice(task[0].length)}`;
  });
});

/** The text in stretches to be shown one after the other; none if it is too long to be read. */
export function stretches(text: string): Stretch[] | undefined {
  if (text.length > LONGEST) return undefined;
  const lines = text.split("\n");
  const all: Stretch[] = [];
  let current: Part[] = [];
  let room = AT_ONCE;
  const end = () => {
    if (current.length > 0) all.push({ parts: current });
    [current, room] = [[], AT_ONCE];
  };
  for (const part of tree(reader.parse(text, {}))) {
    const size = sizeOf(part);
    if (size > MOST_OF_ONE) {
      end();
      const [from, to] = part.token.map ?? [0, 0];
      all.push({ asWritten: lines.slice(from, to).join("\n") });
      continue;
    }
    if (size > room) end();
    current.push(part);
    room -= size;
  }
  end();
  return all;
}

function tree(tokens: readonly Token[]): Part[] {
  const top: Part[] = [];
  const open: Part[][] = [top];
  for (const token of tokens) {
    const here = open.at(-1) ?? top;
    if (token.nesting === 1) {
      const parts: Part[] = [];
      here.push({ token, parts });
      open.push(parts);
    } else if (token.nesting === -1) {
      if (open.length > 1) open.pop();
    } else {
      here.push({ token, parts: token.children === null ? [] : tree(token.children) });
    }
  }
  return top;
}

function sizeOf(part: Part): number {
  return part.parts.reduce((sum, each) => sum + sizeOf(each), 1);
}

/** What an address in the text leads to, seen from a page; none for anything but pages on the web. */
export function addressOf(written: string, page: string): string | undefined {
  try {
    const base = new URL(page);
    // A place in the text itself; from the root, which is the repository's; or beside the page's own last name.
    const inside = written.startsWith("#") || written === "" ? page : `${page.replace(/[?#].*$/, "").replace(/\/+$/, "")}/`;
    const address = new URL(/^\/(?![/\\])/.test(written) ? `.${written}` : written, inside);
    const web = (url: URL) => url.protocol === "https:" || url.protocol === "http:";
    return web(base) && web(address) && address.href.length <= LONGEST_ADDRESS ? address.href : undefined;
  } catch {
    return undefined;
  }
}

/** Elements whose content is no text for people. */
const SILENT = new Set(["script", "style", "template", "iframe", "object", "svg", "math", "textarea", "select", "noscript"]);
/** Elements that run on in a line. */
const INLINE = new Set(["a", "abbr", "b", "bdi", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "picture", "q", "s", "samp", "small", "source", "span", "strong", "sub", "sup", "tt", "u", "var"]);
const LONGEST_TAG = 4096;
const LETTERS: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0", "#39": "'", copy: "©", middot: "·", bull: "•" };

/**
 * The text that HTML holds: what its elements say, and the words for its pictures. Walks once over it, whatever it
 * is; what comes of it is text and is shown as text.
 */
export function textOf(html: string): string {
  const small = html.toLowerCase();
  let text = "";
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf("<", at);
    if (open < 0) break;
    text += html.slice(at, open);
    if (html.startsWith("<!--", open)) {
      const end = html.indexOf("-->", open + 4);
      at = end < 0 ? html.length : end + 3;
      continue;
    }
    const name = /^<\/?([a-z][a-z0-9]*)|^<[!?]/i.exec(html.slice(open, open + 40));
    if (!name) {
      text += "<";
      at = open + 1;
      continue;
    }
    const close = html.indexOf(">", open);
    if (close < 0) return tidy(text);
    const tag = html.slice(open, Math.min(close, open + LONGEST_TAG));
    const kind = name[1]?.toLowerCase();
    at = close + 1;
    if (kind === undefined) continue;
    if (SILENT.has(kind) && !tag.startsWith("</")) {
      const end = small.indexOf(`</${kind}`, at);
      at = end < 0 ? html.length : end;
    } else if (kind === "img") {
      text += /\salt\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(tag)?.slice(1).join("") ?? "";
    } else if (kind === "td" || kind === "th") {
      text += " ";
    } else if (!INLINE.has(kind)) {
      text += "\n";
    }
  }
  return tidy(text + html.slice(at));
}

function tidy(text: string): string {
  const read = text.replace(/&(#39|[a-z]{2,6});/g, (written, name: string) => LETTERS[name] ?? written);
  return read
    .split("\n")
    .map((line) => line.replace(/[ \t]+/g, " ").trim())
    .filter((line) => line !== "")
    .join("\n");
}
