// The tray: state in icon and menu, and everything in it works without the window.

import assert from 'node:assert/strict';
import { cli, open } from '../harness/app.js';
import { Forge } from '../harness/forge.js';
import { addClient, connect, makeVault, synced, unlock } from '../harness/setting.js';
import { story } from '../harness/story.js';
import { until } from '../harness/until.js';

story('tray', 'the tray shows the state and works without the window', {}, async (desktop, picture) => {
  const forge = await Forge.start(desktop, ['--repositories', '230']);
  const app = await open(desktop);
  const pid = await app.pid();
  const menu = (words) =>
    until(`the tray's menu is ${words}`, async () => {
      const shown = (await desktop.tray(pid)).words;
      return words.every((one, at) => (one instanceof RegExp ? one.test(shown[at]) : one === shown[at])) && shown.length === words.length;
    }).catch(async (error) => assert.fail(`${error.message}; it is ${(await desktop.tray(pid)).words}`));

  await menu(['Open Drawbridge', 'Quit Drawbridge']);
  await makeVault(desktop);
  await menu(['No account connected yet', 'Open Drawbridge', 'Lock now', 'Settings…', 'Quit Drawbridge']);
  await addClient(desktop, forge);
  await connect(desktop, forge, pid);
  await synced(desktop);
  const OPEN = [/^1 of 1 up to date, \d\d:\d\d$/, 'Open Drawbridge', 'Quick connect', 'Sync now', 'Lock now', 'Settings…', 'Quit Drawbridge'];
  await menu(OPEN);
  assert.equal(await desktop.trayIcon(pid), 'open');

  const runs = await app.ask('sync_runs', { query: {} });
  await desktop.clickTray(pid, 'Sync now');
  await until('a sync ran', async () => (await app.ask('sync_runs', { query: {} })).total > runs.total);

  await desktop.clickTray(pid, 'Settings…');
  await app.page.find('heading', 'Settings');
  await picture('settings');

  await desktop.clickTray(pid, 'Lock now');
  await menu(['Unlock…', 'Open Drawbridge', 'Quit Drawbridge']);
  assert.equal(await desktop.trayIcon(pid), 'locked');
  await app.page.find('heading', 'The vault is locked');
  await app.closeWindow();
  await until('the window is hidden', async () => (await desktop.windows()).length === 0);
  await desktop.clickTray(pid, 'Unlock…');
  await until('the window is there to unlock', async () => (await desktop.windows()).length === 1);
  await picture('unlock');
  await unlock(desktop);
  await menu(OPEN);

  // The host ends the access: somebody is needed, and the tray says who.
  await forge.control('POST', 'revoke-all', {});
  await cli(desktop, ['sync']).catch(() => {});
  await menu([OPEN[0] && /up to date/, `${forge.login}: sign in again…`, ...OPEN.slice(1)]);
  assert.equal(await desktop.trayIcon(pid), 'attention');
  const before = desktop.visited().length;
  await desktop.clickTray(pid, `${forge.login}: sign in again…`);
  await desktop.follow(await forge.consent(await desktop.nextVisit(before)));
  await menu(OPEN);
  assert.equal(await desktop.trayIcon(pid), 'open');

  await desktop.clickTray(pid, 'Quit Drawbridge');
  await app.ended(pid);
  await app.close();
});

story('no-stay', 'closing ends the app where the person wants that', {}, async (desktop) => {
  const app = await open(desktop);
  const pid = await app.pid();
  await makeVault(desktop);
  await app.page.press('link', /^Settings/);
  await app.page.press('switch', 'Keep working when the window is closed');
  await until('the wish is kept', async () => (await app.ask('settings')).close_to_tray === false);
  await app.closeWindow();
  await app.ended(pid);
  await app.close();
});

story('no-panel', 'without a panel, closing the window ends the app instead of losing it', { panel: false }, async (desktop) => {
  const app = await open(desktop);
  const pid = await app.pid();
  await makeVault(desktop);
  await app.closeWindow();
  await app.ended(pid);
  assert.equal(desktop.keeper(), undefined, 'the vault is free again');
  await app.close();
});
