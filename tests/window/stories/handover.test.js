// A keeper in the background gives the vault to the desktop app, and the command line follows.

import assert from 'node:assert/strict';
import { cli, open } from '../harness/app.js';
import { lives } from '../harness/children.js';
import { makeVault, PASSPHRASE, unlock } from '../harness/setting.js';
import { story } from '../harness/story.js';
import { until } from '../harness/until.js';

story('handover', 'the app takes the vault over from a keeper in the background', {}, async (desktop, picture) => {
  await makeVault(desktop);
  const before = await cli(desktop, ['keeper', 'status']);
  assert.equal(before.host, 'background', 'without the app, the command line keeps a keeper of its own');

  const app = await open(desktop);
  await until('the background keeper has ended', () => !lives(before.pid));
  const pid = await app.pid();
  const after = await cli(desktop, ['keeper', 'status']);
  assert.deepEqual([after.host, after.pid], ['desktop', pid], 'the command line now talks to the app');

  // The passphrase was in the other process, and is nowhere to be taken from.
  await app.page.find('heading', 'The vault is locked');
  await picture('locked');
  await app.page.fill('Passphrase', 'not this one');
  await app.page.press('button', /^Open/);
  await app.page.says(/That is not the passphrase\./);
  await app.page.fill('Passphrase', PASSPHRASE);
  await app.page.press('button', /^Open/);
  await until('the vault is open', async () => (await cli(desktop, ['vault', 'status'])).state === 'open');

  // What the command line does is seen in the window at once.
  await cli(desktop, ['vault', 'lock']);
  await app.page.find('heading', 'The vault is locked');
  await unlock(desktop);
  await until('the unlock page is gone', async () => !(await app.page.has('heading', 'The vault is locked')));
  await picture('unlocked');

  await cli(desktop, ['keeper', 'stop']);
  await app.ended(pid);
  await app.close();
});
