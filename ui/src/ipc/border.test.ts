import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import config from "../../vite.config";

const source = fileURLToPath(new URL("..", import.meta.url));
const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .map((path) => ({ path: relative(source, path).replaceAll("\\", "/"), text: readFileSync(path, "utf8") }));
const code = files.filter(({ path }) => /\.tsx?$/.test(path) && !path.includes(".test."));
const imports = (text: string) => [...text.matchAll(/(?:from|import\()\s*["']([^"']+)["']/g)].map((match) => match[1] ?? "");

describe("the border to the shell", () => {
  it("is known by one file, beside the generated bindings", () => {
    const knowing = code.filter(({ text }) => imports(text).some((name) => name.startsWith("@tauri-apps"))).map(({ path }) => path);
    expect(knowing).toEqual(["ipc/bindings.ts"]);
    const values = code.filter(({ text }) => /import (?!type)[^;]*from "[^"]*\/bindings"/.test(text)).map(({ path }) => path);
    expect(values).toEqual(["ipc/tauri.ts"]);
  });

  it("is chosen when the app is built: no page can reach the fake, and the app's build takes the real one", () => {
    const reaching = code.filter(({ path, text }) => !/^(ipc\/fake|testing)\//.test(path) && imports(text).some((name) => /\/fake(\/|$)/.test(name)));
    expect(reaching).toEqual([]);
    const resolve = (mode: string) => {
      const { resolve: made } = config({ command: "build", mode }) as { resolve: { alias: Record<string, string> } };
      return made.alias["#platform"];
    };
    expect(resolve("production")).toMatch(/ipc\/tauri\.ts$/);
    expect(resolve("fake")).toMatch(/ipc\/fake\/index\.ts$/);
  });
});

describe("rooms", () => {
  it("let components know no data, no page and no border", () => {
    const knowing = code.filter(
      ({ path, text }) => path.startsWith("components/") && imports(text).some((name) => /\/(ipc|data|pages|frame|actions)\//.test(name)),
    );
    expect(knowing.map(({ path }) => path)).toEqual([]);
  });
  it("have no files that only pass on other files", () => {
    expect(code.filter(({ text }) => /^export (\*|\{[^}]*\}) from/m.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe("styles", () => {
  const styles = files.filter(({ path }) => path.endsWith(".module.css"));
  it("take every colour from the tokens", () => {
    const raw = styles.filter(({ text }) => /#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(/i.test(text.replace(/\/\*[\s\S]*?\*\//g, "")));
    expect(raw.map(({ path }) => path)).toEqual([]);
  });
  it("use only tokens that exist", () => {
    const tokens = new Set([...(files.find(({ path }) => path === "styles/tokens.css")?.text ?? "").matchAll(/--([\w-]+):/g)].map((match) => match[1]));
    const own = /^(available|anchor|transform|columns)-/;
    const unknown = styles.flatMap(({ path, text }) =>
      [...text.matchAll(/var\(--([\w-]+)/g)].map((match) => match[1] ?? "").filter((name) => !tokens.has(name) && !own.test(name)).map((name) => `${path}: --${name}`),
    );
    expect(unknown).toEqual([]);
  });
  it("work from right to left: nothing is said of left and right", () => {
    const sided = styles.filter(({ text }) => /\b(margin|padding|border)-(left|right)\b|^\s*(left|right):|text-align: (left|right)/m.test(text));
    expect(sided.map(({ path }) => path)).toEqual([]);
  });
});
