/** Light modules around a QR code (ISO/IEC 18004). */
export const QUIET = 4;

/** The dark modules of a QR code as one path: a bar for each run of them. */
export function runs(rows: readonly string[]): string {
  return rows
    .flatMap((row, y) => [...row.matchAll(/#+/g)].map((run) => `M${run.index + QUIET} ${y + QUIET}h${run[0].length}v1h-${run[0].length}z`))
    .join("");
}
