// One story: a test with a desktop of its own, and with pictures and logs left behind if it fails.

import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Desktop, SHOTS } from './desktop.js';

/** Tells a story. `tell` gets the desktop, and `name` is also what its pictures are called. */
export function story(name, title, options, tell) {
  test(title, async () => {
    const desktop = await Desktop.start(options);
    try {
      await tell(desktop, (picture) => desktop.picture(`${name}-${picture}`));
    } catch (error) {
      const kept = join(SHOTS, 'failed', name);
      rmSync(kept, { recursive: true, force: true });
      mkdirSync(kept, { recursive: true });
      cpSync(join(desktop.home, 'logs'), kept, { recursive: true });
      await desktop.picture(`failed/${name}/screen`).catch(() => {});
      error.message += `\n(screen and logs: tests/window/shots/failed/${name})`;
      throw error;
    } finally {
      await desktop.stop();
    }
  });
}
