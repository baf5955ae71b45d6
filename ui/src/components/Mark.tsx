const SHAPES = {
  open: "M1 15V7a7 7 0 0 1 14 0v8h-2.5l-2-5.6V7a2.5 2.5 0 0 0-5 0v2.4l-2 5.6z",
  locked: "M1 15V7a7 7 0 0 1 14 0v8h-2.75V7a4.25 4.25 0 0 0-8.5 0v8zM5 15V7a3 3 0 0 1 6 0v8z",
};

/** The bridge: down, or up and filling its arch. */
export function Mark({ state, className }: { state: "open" | "locked"; className?: string | undefined }) {
  return (
    <svg className={className} viewBox="0 0 16 16" aria-hidden="true">
      <path d={SHAPES[state]} />
    </svg>
  );
}
