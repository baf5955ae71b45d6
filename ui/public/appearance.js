// Sets the colours and the density before anything is painted; a module would come too late.
// The same words are read and written by src/frame/appearance.ts.
(() => {
  const root = document.documentElement;
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem("appearance") ?? "{}");
  } catch {
    // Whatever can't be read is as on the first day.
  }
  if (kept.theme === "light" || kept.theme === "dark") root.dataset.theme = kept.theme;
  if (kept.density === "compact" || kept.density === "comfortable") root.dataset.density = kept.density;
  const contrast = matchMedia("(prefers-contrast: more)");
  const follow = () => {
    if (contrast.matches) root.dataset.contrast = "more";
    else delete root.dataset.contrast;
  };
  follow();
  contrast.addEventListener("change", follow);
})();
