import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("tokens.css", import.meta.url), "utf8");

/** The colours of a block by name: light and dark. */
function colours(block: string): Map<string, [light: string, dark: string]> {
  const found = block.matchAll(/--([\w-]+):\s*light-dark\((#[0-9a-f]{6})(?:[0-9a-f]{2})?,\s*(#[0-9a-f]{6})(?:[0-9a-f]{2})?\)/g);
  return new Map([...found].map(([, name = "", light = "", dark = ""]) => [name, [light, dark]]));
}

function block(selector: string): string {
  const start = css.indexOf(`${selector} {`);
  return css.slice(start, css.indexOf("\n}", start));
}

const normal = colours(block("\n:root"));
const high = colours(block(':root[data-contrast="more"]'));

/** WCAG 2.2 relative luminance. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function ratio(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const lines = [...css.matchAll(/\* contrast ([\w-]+)\s*\/ ([\w-]+)\s*:\s*([\d. ]+)\(([\d.]+)\)/g)].map(([, front = "", ground = "", measured = "", floor = ""]) => ({
  front,
  ground,
  measured: measured.trim().split(/\s+/).map(Number),
  floor: Number(floor),
}));

describe("contrast", () => {
  it("is written down for all that is read and all that has to be told apart", () => {
    expect(lines.length).toBeGreaterThan(70);
    const written = new Set(lines.map((line) => line.front));
    for (const name of normal.keys()) {
      if (/text$|^muted|^on-|^account-|^focus|^line-strong/.test(name)) expect(written, name).toContain(name);
    }
  });

  it.each(lines)("$front on $ground is what is written, and enough", ({ front, ground, measured, floor }) => {
    const of = (name: string, more: boolean) => (more ? high.get(name) : undefined) ?? normal.get(name) ?? ["", ""];
    const computed = [false, true].flatMap((more) => [0, 1].map((theme) => ratio(of(front, more)[theme] ?? "", of(ground, more)[theme] ?? "")));
    computed.forEach((value, index) => {
      expect(value).toBeCloseTo(measured[index] ?? 0, 1);
      expect(value).toBeGreaterThanOrEqual(floor - 0.005);
    });
  });
});
