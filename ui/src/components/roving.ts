/** Where the arrow keys lead in a group of choices; pure, so that every group moves the same way. */

/** The next index that can be chosen, going round at the ends; the same one if there is no other. */
export function step(current: number, by: 1 | -1, usable: readonly boolean[]): number {
  const count = usable.length;
  for (let tried = 1; tried <= count; tried += 1) {
    const index = (((current + by * tried) % count) + count) % count;
    if (usable[index]) return index;
  }
  return current;
}

/** Which way a key leads: onwards, back, or nowhere. Right leads back where text runs from right to left. */
export function direction(key: string, rightToLeft: boolean): 1 | -1 | undefined {
  switch (key) {
    case "ArrowDown":
      return 1;
    case "ArrowUp":
      return -1;
    case "ArrowRight":
      return rightToLeft ? -1 : 1;
    case "ArrowLeft":
      return rightToLeft ? 1 : -1;
    default:
      return undefined;
  }
}

/** The index that a digit key names: `1` the first. */
export function digit(key: string, count: number): number | undefined {
  if (!/^[1-9]$/.test(key)) return undefined;
  const index = Number(key) - 1;
  return index < count ? index : undefined;
}
