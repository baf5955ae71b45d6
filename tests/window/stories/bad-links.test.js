// Links that nobody waits for: forged, foreign, replayed, late. None of them changes anything.

import assert from 'node:assert/strict';
import { cli, open } from '../harness/app.js';
import { Forge } from '../harness/forge.js';
import { accounts, addClient, linksAreOurs, makeVault, quickConnect, synced } from '../harness/setting.js';
import { story } from '../harness/story.js';
import { until } from '../harness/until.js';

story('bad-links', 'a forged, replayed or late link changes nothing', {}, async (desktop, picture) => {
  const forge = await Forge.start(desktop, ['--repositories', '120']);
  const app = await open(desktop);
  const pid = await app.pid();
  await makeVault(desktop);
  await addClient(desktop, forge);
  await linksAreOurs(desktop);
  const page = await quickConnect(desktop, forge, pid);
  const answer = await forge.consent(page);
  await app.closeWindow();
  await until('the window is hidden', async () => (await desktop.windows()).length === 0);

  const state = new URL(page).searchParams.get('state');
  const forged = [
    'dev.drawbridge.desktop:/oauth/callback?code=stolen&state=made-up-by-somebody-else-0123456789abcdef',
    'dev.drawbridge.desktop:/oauth/callback?code=stolen',
    `dev.drawbridge.desktop:/oauth/callback?code=stolen&state=${state}&state=twice`,
    `dev.drawbridge.desktop:/vault/lock?state=${state}`,
    `dev.drawbridge.desktop://elsewhere/callback?code=stolen&state=${state}`,
    `dev.drawbridge.desktop:/oauth/callback?code=stolen&state=${state}#fragment`,
  ];
  for (const link of forged) await ignored(desktop, link);
  assert.equal((await accounts(desktop)).length, 0, 'no forged link connects anything');
  assert.equal((await desktop.windows()).length, 0, 'nor does it bring up the window');
  assert.equal(await exchanges(forge), 0, 'nor is any code from it sent anywhere');

  await desktop.follow(answer);
  await until('the true answer is still taken', async () => (await accounts(desktop)).length === 1);
  await synced(desktop);
  const before = await snapshot(desktop, forge);
  await ignored(desktop, answer);
  assert.deepEqual(await snapshot(desktop, forge), before, 'the same link a second time changes nothing');

  // Late: the sign-in it answers has ended before it came.
  const late = await forge.consent(await quickConnect(desktop, forge, pid));
  const [waiting] = (await app.ask('sign_in_list')).filter((one) => one.state === 'waiting');
  await app.ask('sign_in_cancel', { id: waiting.id });
  const quiet = await snapshot(desktop, forge);
  await ignored(desktop, late);
  assert.deepEqual(await snapshot(desktop, forge), quiet, 'a link for a sign-in that has ended changes nothing');
  assert.equal((await cli(desktop, ['vault', 'status'])).state, 'open');
  await picture('after');
  assert.ok(!desktop.logs('app').includes('stolen') && !desktop.logs('app').includes(state), 'no link is in the log');
  await app.close();
});

/** Opens a link and waits until the app has said in its log that it ignored it. */
async function ignored(desktop, link) {
  const count = () => desktop.logs('app').split('was ignored').length;
  const before = count();
  await desktop.follow(link);
  await until(`a link is noted and ignored`, () => count() > before);
}

/** How often a code was exchanged at the forge. */
async function exchanges(forge) {
  const log = await forge.control('GET', 'log');
  return log.filter((line) => JSON.stringify(line).includes('/login/oauth/access_token')).length;
}

/** Everything a link could have changed. */
async function snapshot(desktop, forge) {
  const [account] = await accounts(desktop);
  const { working_tokens: tokens } = await forge.control('GET', 'state');
  return { account, tokens, exchanges: await exchanges(forge) };
}
