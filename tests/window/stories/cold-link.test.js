// A link starts the app: the answer to a sign-in that an earlier start began.

import assert from 'node:assert/strict';
import { cli, open } from '../harness/app.js';
import { Forge } from '../harness/forge.js';
import { accounts, addClient, linksAreOurs, makeVault, PASSPHRASE, quickConnect } from '../harness/setting.js';
import { story } from '../harness/story.js';
import { never, until } from '../harness/until.js';

const FEW = ['--repositories', '120'];

story('cold-keychain', 'a link starts the app and is answered at once where the keychain opens the vault', { keychain: true }, async (desktop, picture) => {
  const forge = await Forge.start(desktop, FEW);
  const app = await open(desktop);
  const pid = await app.pid();
  await makeVault(desktop, { keychain: true });
  await addClient(desktop, forge);
  await linksAreOurs(desktop);
  const page = await quickConnect(desktop, forge, pid);
  await desktop.clickTray(pid, 'Quit Drawbridge');
  await app.ended(pid);
  await app.close();

  // Nobody is there; the browser's link brings the app back.
  await desktop.follow(await forge.consent(page));
  const next = await until('the link started the app', () => desktop.keeper());
  assert.notEqual(next, pid);
  const account = await until('the sign-in is completed', async () => (await accounts(desktop))[0]);
  assert.equal(account.login, forge.login);
  assert.equal((await cli(desktop, ['keeper', 'status'])).host, 'desktop');
  await until('its window is there', async () => (await desktop.windows()).length === 1);
  await until('the first sync is done', async () => (await cli(desktop, ['repo', 'list', '--limit', '1'])).total === 120);
  await picture('connected');
});

story('cold-passphrase', 'a link that starts the app waits until the vault is unlocked', {}, async (desktop, picture) => {
  const forge = await Forge.start(desktop, FEW);
  const first = await open(desktop);
  const pid = await first.pid();
  await makeVault(desktop);
  await addClient(desktop, forge);
  const page = await quickConnect(desktop, forge, pid);
  await desktop.clickTray(pid, 'Quit Drawbridge');
  await first.ended(pid);
  await first.close();

  const app = await open(desktop, [await forge.consent(page)]);
  await app.page.find('heading', 'The vault is locked');
  await picture('waiting');
  await never('a locked vault let a sign-in complete', async () => (await forge.control('GET', 'state')).working_tokens > 0);
  await app.page.fill('Passphrase', PASSPHRASE);
  await app.page.press('button', /^Open/);
  const account = await until('the sign-in is completed', async () => (await accounts(desktop))[0]);
  assert.equal(account.login, forge.login);
  await app.page.find('grid', 'Repositories');
  await app.page.find('row', /\//);
  await app.page.says(/\b120\b/);
  await picture('connected');
  await app.close();
});
