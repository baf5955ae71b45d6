// What needs the person reaches them while the window is not looked at, once, and leads to the account.

import assert from 'node:assert/strict';
import { cli, open } from '../harness/app.js';
import { Forge } from '../harness/forge.js';
import { addClient, connect, makeVault, synced } from '../harness/setting.js';
import { story } from '../harness/story.js';
import { until } from '../harness/until.js';

story('notices', 'a sign-in that ended is told by the desktop', { notifications: true }, async (desktop, picture) => {
  const forge = await Forge.start(desktop, ['--repositories', '60']);
  const app = await open(desktop);
  const pid = await app.pid();
  await makeVault(desktop);
  await addClient(desktop, forge);
  await connect(desktop, forge, pid);
  await synced(desktop);
  assert.deepEqual(desktop.notifications(), [], 'nothing needs anybody');
  await app.closeWindow();
  await until('the window is hidden', async () => (await desktop.windows()).length === 0);

  await forge.control('POST', 'revoke-all', {});
  await cli(desktop, ['sync']).catch(() => {});
  await until('the desktop is told', () => desktop.notifications().length > 0);
  const [told] = desktop.notifications();
  assert.equal(told.title, `${forge.login} at ${forge.label}`);
  assert.match(told.body, /ended this sign-in\. Sign in again/);
  assert.deepEqual(told.actions.filter((_, at) => at % 2 === 0), ['default', 'show']);
  assert.doesNotMatch(JSON.stringify(told), /gh[pousr]_/, 'no token is in it');
  await until('it is told', async () => (await app.ask('notice_list')).rows.every((notice) => notice.told));
  await cli(desktop, ['sync']).catch(() => {});

  await desktop.clickNotification(told.shown);
  await until('the window is there', async () => (await desktop.windows()).length === 1);
  await app.page.find('heading', new RegExp(`^${forge.login}`));
  await picture('account');

  await cli(desktop, ['vault', 'lock']);
  await until('nothing of a locked vault is left to see', () => desktop.notifications().some((each) => each.closed === told.shown));
  assert.equal(desktop.notifications().filter((each) => each.shown !== undefined).length, 1, 'said once');
  await app.close();
});
