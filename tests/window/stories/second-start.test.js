// A second start shows the first one's window and hands over its link.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { launch, open } from '../harness/app.js';
import { Forge } from '../harness/forge.js';
import { accounts, addClient, makeVault, quickConnect } from '../harness/setting.js';
import { story } from '../harness/story.js';
import { until } from '../harness/until.js';

story('second-start', 'a second start shows the first window and passes its link on', {}, async (desktop, picture) => {
  const forge = await Forge.start(desktop, ['--repositories', '120']);
  const app = await open(desktop);
  const pid = await app.pid();
  await makeVault(desktop);
  await addClient(desktop, forge);

  await app.closeWindow();
  await until('the window is hidden', async () => (await desktop.windows()).length === 0);
  const [code] = await once(launch(desktop), 'exit');
  assert.equal(code, 0, 'the second start ends quietly');
  await until('the first window is back', async () => (await desktop.windows()).length === 1);
  assert.equal(await app.pid(), pid, 'the first start still has the vault');

  const page = await quickConnect(desktop, forge, pid);
  await app.closeWindow();
  await until('the window is hidden again', async () => (await desktop.windows()).length === 0);
  const [answered] = await once(launch(desktop, [await forge.consent(page)]), 'exit');
  assert.equal(answered, 0);
  const account = await until('the link has arrived', async () => (await accounts(desktop))[0]);
  assert.equal(account.login, forge.login);
  await until('the window shows itself when the sign-in is done', async () => (await desktop.windows()).length === 1);
  await app.page.find('grid', 'Repositories');
  await app.page.find('row', /\//);
  await picture('connected');
  await app.close();
});
