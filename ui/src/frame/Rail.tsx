/** The way to everything. */
export function Rail() {
  return <nav aria-label="Main" data-region="rail" />;
}
