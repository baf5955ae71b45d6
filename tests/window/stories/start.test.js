// Starts that can't go well say so in a sentence.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from '../harness/app.js';
import { APP } from '../harness/binaries.js';
import { story } from '../harness/story.js';
import { until } from '../harness/until.js';

story('no-display', 'without a display there is a sentence and no crash', {}, async (desktop) => {
  const { code, stderr } = await desktop.run(APP, [], { env: { DISPLAY: '', WAYLAND_DISPLAY: '' } });
  assert.equal(code, 1);
  assert.match(stderr, /needs a display/);
  assert.doesNotMatch(stderr, /panicked/);
});

story('terminated', 'a session that ends takes the app along in order', {}, async (desktop) => {
  const app = launch(desktop);
  await until('the app has the vault', () => desktop.keeper() === app.pid);
  const ended = once(app, 'exit');
  app.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null], 'it ends by itself, not by the signal');
  assert.equal(desktop.keeper(), undefined, 'the vault is free');
  assert.deepEqual(readdirSync(join(desktop.env.XDG_RUNTIME_DIR, 'drawbridge')), [], 'the socket is gone');
});

story('no-bus', 'a second app that can not see the first says so and ends', { bus: false, panel: false }, async (desktop, picture) => {
  launch(desktop);
  const first = await until('the first app has the vault', () => desktop.keeper());
  await until('its window is there', async () => (await desktop.windows()).length === 1);
  const second = launch(desktop);
  const ended = once(second, 'exit');
  await until('it says why', () => desktop.logs('app').includes('already has this vault open'));
  await until('and shows it', async () => (await desktop.windows()).length === 2);
  await picture('notice');
  const [notice] = (await desktop.windows()).slice(-1);
  await desktop.run('xdotool', ['windowfocus', '--sync', notice, 'key', 'Escape']);
  const [code] = await ended;
  assert.equal(code, 1);
  assert.equal(desktop.keeper(), first, 'the first app still has the vault');
});
