// The main job: from a fresh machine to a searched list, then locked, hidden and quit.

import assert from 'node:assert/strict';
import { Key } from 'selenium-webdriver';
import { cli, open } from '../harness/app.js';
import { Forge } from '../harness/forge.js';
import { linksAreOurs, PASSPHRASE } from '../harness/setting.js';
import { story } from '../harness/story.js';
import { until } from '../harness/until.js';

story('main-job', 'a fresh machine: vault, connect by link, 2,500 repositories, search, lock, tray, quit', {}, async (desktop, picture) => {
  const forge = await Forge.start(desktop);
  const app = await open(desktop);
  const { page } = app;
  const pid = await app.pid();

  // Nobody made a vault here, and no keychain answers.
  await page.find('heading', 'Where should the vault’s key be kept?');
  await picture('01-first-run');
  await page.press('button', /^Choose a passphrase/);
  await page.fill('Passphrase', PASSPHRASE);
  await page.fill('The same once more', PASSPHRASE);
  await page.press('button', /^Make the vault/);
  await page.find('heading', 'Your recovery code');
  await picture('recovery-code');
  await page.press('button', 'Later');

  // An empty list offers the one thing to do.
  await page.press('button', /^Connect an account/);
  await page.find('heading', 'Connect an account');
  await page.fill(/Find a service/, forge.host, 'combobox');
  // An address alone does not say what speaks there: the person does.
  await page.press('option', /^GH ?GitHub-compatible server|^GitHub-compatible server/);
  await page.says(/No client is set up/);
  await picture('02-picker');
  await page.press('button', /^Set up a client…/);
  await page.fill('Client id', forge.clientId);
  await page.fill(/^Client secret/, forge.clientSecret);
  await picture('03-client');
  await linksAreOurs(desktop);
  const visits = desktop.visited().length;
  await page.press('button', /^Save and continue/);

  // The browser opens by itself; the person approves, and the browser follows the link back.
  const consent = await desktop.nextVisit(visits);
  await page.says(/Waiting for you to approve|Approve/);
  await picture('04-waiting');
  assert.ok(!(await page.source()).includes(forge.clientSecret), 'the client’s secret does not come back');
  await desktop.follow(await forge.consent(consent));

  await page.find('grid', 'Repositories');
  await page.says(/2,500/, 90_000);
  await until('the sync is over', async () => (await cli(desktop, ['repo', 'list', '--limit', '1'])).total === 2500);
  await page.find('row', /\//);
  await picture('05-repositories');

  // Search as one types; the count is the keeper's.
  const [, , some] = (await cli(desktop, ['repo', 'list', '--limit', '3'])).rows;
  const found = await cli(desktop, ['repo', 'search', some.name]);
  await page.fill('Search repositories', some.name, 'combobox');
  await page.says(new RegExp(`${found.total.toLocaleString('en')} of 2,500`));
  const [first] = await shownRows(page);
  assert.ok(first.includes(found.rows[0].full_name), `${found.rows[0].full_name} is the best match, and ${first} is shown first`);
  await picture('06-search');

  // Enter opens the row's page; everything that is known stands there.
  await page.type(Key.ENTER);
  await page.find('heading', new RegExp(found.rows[0].name));
  await page.says(new RegExp(escaped(found.rows[0].clone_url)));
  // What its authors say of it comes from the forge, by a part of the program that was not there before.
  await page.says(new RegExp(`README\\s+Read today[\\s\\S]*\\n\\s*${escaped(found.rows[0].name)}\\n`));
  await picture('07-repository');
  const more = desktop.visited().length;
  await page.press('button', /^Open in browser|in the browser|^Open/);
  assert.ok((await desktop.nextVisit(more)).endsWith(found.rows[0].full_name), 'its page opens in the browser');

  // Locked: nothing of what was on the screen is in the document any more.
  await page.press('button', 'Lock the vault');
  await page.find('heading', 'The vault is locked');
  await picture('08-locked');
  const locked = await page.source();
  for (const word of [found.rows[0].name, found.rows[0].owner, forge.login]) {
    assert.ok(!locked.includes(word), `${word} is still in the locked window’s document`);
  }
  assert.equal((await cli(desktop, ['vault', 'status'])).state, 'locked');
  await page.fill('Passphrase', PASSPHRASE);
  await page.type(Key.ENTER);
  await page.find('grid', 'Repositories');
  await page.says(/2,500/);

  // Closing leaves it in the tray; the tray brings it back, and quits.
  await app.closeWindow();
  await until('the window is hidden', async () => (await desktop.windows()).length === 0);
  assert.equal(await app.pid(), pid, 'it goes on working');
  await picture('09-hidden');
  await desktop.clickTray(pid, 'Open Drawbridge');
  await until('the window is back', async () => (await desktop.windows()).length === 1);
  await page.find('grid', 'Repositories');
  await picture('10-back');
  await desktop.clickTray(pid, 'Quit Drawbridge');
  await app.ended(pid);
  assert.equal(desktop.keeper(), undefined, 'nobody holds the vault any more');
  await app.close();
});

/** The texts of the list's rows, top to bottom. */
function shownRows(page) {
  return page.run(() =>
    [...document.querySelectorAll('[role=grid] [role=row][data-index]')]
      .sort((one, other) => Number(one.dataset.index) - Number(other.dataset.index))
      .map((row) => row.innerText.replace(/\s+/g, ' ').replace('/ ', '/')),
  );
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
