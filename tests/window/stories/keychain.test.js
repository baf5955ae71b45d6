// A first run on a machine with a keychain: one key press, and no passphrase ever.

import assert from 'node:assert/strict';
import { Key } from 'selenium-webdriver';
import { cli, open } from '../harness/app.js';
import { story } from '../harness/story.js';
import { until } from '../harness/until.js';

story('keychain', 'a first run with the keychain; the next start opens the vault by itself', { keychain: true }, async (desktop, picture) => {
  const app = await open(desktop);
  const pid = await app.pid();
  await app.page.find('heading', 'Where should the vault’s key be kept?');
  await app.page.find('button', /^Make the vault/);
  await picture('first-run');
  await app.page.type(Key.ENTER);
  // A recovery code is offered at once, and can wait.
  await app.page.find('heading', 'Your recovery code');
  await app.page.press('button', 'Later');
  await app.page.find('button', /^Connect an account/);
  await picture('empty');
  assert.deepEqual((await cli(desktop, ['vault', 'status'])).slots, ['keychain', 'recovery']);
  await desktop.clickTray(pid, 'Quit Drawbridge');
  await app.ended(pid);
  await app.close();

  const again = await open(desktop);
  await again.page.find('button', /^Connect an account/);
  assert.equal((await cli(desktop, ['vault', 'status'])).state, 'open', 'the keychain opened it');

  // Locked by hand, it stays locked until somebody asks the keychain.
  await again.page.press('button', 'Lock the vault');
  await again.page.press('button', 'Try the keychain again');
  await until('it is open again', async () => (await cli(desktop, ['vault', 'status'])).state === 'open');
  await again.close();
});
