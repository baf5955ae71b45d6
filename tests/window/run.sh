#!/usr/bin/env bash
# The real-window stories: a private desktop each, the built app, the practice forge.
# Usage: tests/window/run.sh [FOLDER-WITH-BINARIES [STORY…]]
# Pictures go to tests/window/shots, logs of failed stories to tests/window/shots/failed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
binaries=${1:-${CARGO_TARGET_DIR:-$top/target}/debug}
shift || true

for program in Xvfb dbus-daemon openbox gnome-keyring-daemon WebKitWebDriver gio import xdotool xdg-mime /usr/bin/python3 node npm; do
  command -v "$program" >/dev/null || { echo "The window stories need \`$program\`; cargo xtask setup --test installs it." >&2; exit 1; }
done
for binary in drawbridge-desktop drawbridge practice-forge; do
  [ -x "$binaries/$binary" ] || { echo "$binaries/$binary is missing: cargo build --workspace" >&2; exit 1; }
done
if ! cmp -s "$here/package-lock.json" "$here/node_modules/.installed-lock"; then
  (cd "$here" && npm ci --no-fund --no-audit --loglevel=error)
  cp "$here/package-lock.json" "$here/node_modules/.installed-lock"
fi

rm -rf "$here/shots"
mkdir -p "$here/shots"
stories=()
for story in "${@:-}"; do
  if [ -n "$story" ]; then stories+=("$here/stories/$story.test.js"); fi
done
if [ ${#stories[@]} -eq 0 ]; then stories=("$here"/stories/*.test.js); fi
export DRAWBRIDGE_BINARIES
DRAWBRIDGE_BINARIES=$(cd "$binaries" && pwd)
# One at a time: each story is a whole desktop.
exec node --test --test-concurrency=1 --test-timeout=900000 --test-reporter="$here/harness/reporter.js" "${stories[@]}"
