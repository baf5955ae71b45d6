// The pages as they look, at the size they are drawn for and at the least, in light and dark.

import assert from 'node:assert/strict';
import { Key } from 'selenium-webdriver';
import { cli, open } from '../harness/app.js';
import { Forge } from '../harness/forge.js';
import { accounts, addClient, connect, makeVault, quickConnect, synced } from '../harness/setting.js';
import { story } from '../harness/story.js';
import { until } from '../harness/until.js';

const SIZES = [
  [1180, 760],
  [720, 520],
];
const COLOURS = ['Light', 'Dark'];
/** What a repository offers to those who look for it. */
const OFFERED = [
  ['templates/service/copier.yml', '_angee: {kind: service}\n_message: A service with health checks\nproject_name:\n  help: What is it called?\nlicence:\n  choices: {MIT: mit, GPL: gpl}\n  default: mit\n'],
  ['skills/tides/SKILL.md', '---\nname: tides\ndescription: Reads tide tables.\n---\n'],
  ['.devcontainer/devcontainer.json', '{ "name": "Harbour" }'],
];

story('pages', 'every page fits at 1180×760 and 720×520, light and dark', {}, async (desktop) => {
  const forge = await Forge.start(desktop);
  const app = await open(desktop);
  const { page } = app;
  const pid = await app.pid();
  const [window] = await until('the window is there', async () => {
    const windows = await desktop.windows();
    return windows.length > 0 && windows;
  });

  /** Takes the page's picture in each size and in the colours of now, and checks that it fits. */
  const look = async (name, colours) => {
    for (const [width, height] of SIZES) {
      await desktop.run('xdotool', ['windowsize', window, String(width), String(height)]);
      await until(`the window is ${width} wide`, async () =>
        (await page.run(() => [innerWidth, innerHeight])).join() === [width, height].join());
      await app.painted();
      await desktop.picture(`pages/${name}-${width}-${colours.toLowerCase()}`, window);
      const wider = await page.run(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wider <= 0, `${name} is ${wider} px wider than a window of ${width}`);
    }
    await desktop.run('xdotool', ['windowsize', window, '1180', '760']);
  };

  await page.find('heading', 'Where should the vault’s key be kept?');
  await look('first-run', 'System');
  await makeVault(desktop);
  await page.find('button', /^Connect an account/);
  await look('empty', 'System');
  await addClient(desktop, forge);
  await connect(desktop, forge, pid);
  await synced(desktop);
  const [row] = (await cli(desktop, ['repo', 'list', '--limit', '1'])).rows;
  for (const [path, text] of OFFERED) {
    await forge.control('POST', 'change', { change: 'write', full_name: row.full_name, path, text });
  }
  await cli(desktop, ['source', 'add', row.full_name]);

  for (const colours of COLOURS) {
    await page.press('link', /^Settings/);
    await page.press('radio', colours);
    await page.find('heading', 'Settings');
    await look('settings', colours);
    await page.press('link', 'Security');
    await page.find('heading', /^Ways to open the vault/);
    await look('security', colours);
    await page.press('link', 'Credentials');
    await page.find('heading', /^Credentials/);
    await look('credentials', colours);
    await page.press('link', /^Calendar/);
    await page.find('heading', 'Calendar');
    await look('calendar', colours);

    await page.press('link', /^Repositories/);
    await page.find('row', /\//);
    await look('repositories', colours);
    await page.fill('Search repositories', row.name.slice(0, 4), 'combobox');
    await page.says(/ of 2,500/);
    await look('search', colours);
    await page.fill('Search repositories', 'harbour/gone-away', 'combobox');
    await page.says(/Nothing here is called/);
    await look('no-result', colours);
    await page.press('button', 'Look at the hosts');
    await page.says(/No host that was asked shows/);
    await look('hosts-nothing', colours);
    await page.press('link', /^Repositories/);
    await page.fill('Search repositories', row.name.slice(0, 4), 'combobox');
    await page.says(/ of 2,500/);
    await page.press('button', /^Search the hosts for/);
    await page.says(/Who was asked/);
    await look('hosts', colours);
    await page.press('link', /^Repositories/);
    await page.fill('Search repositories', 'harbour/gone-away', 'combobox');
    await page.says(/Nothing here is called/);
    await page.press('button', 'Why is it missing?');
    await page.says(/OWNER\/NAME/);
    await look('missing', colours);
    await page.press('link', /^Repositories/);
    await page.fill('Search repositories', row.full_name, 'combobox');
    await page.says(/ of 2,500/);
    await page.type(Key.ENTER);
    await page.says(new RegExp(row.clone_url.replace(/[.?]/g, '\\$&')));
    await look('repository', colours);

    await page.press('link', /^Sources/);
    await page.find('row', /service/);
    await look('sources', colours);
    await page.press('row', /service/);
    await page.says(/What is it called/);
    await look('found', colours);
    await page.press('button', 'Close');

    await page.press('link', /^Accounts/);
    await page.says(new RegExp(forge.login));
    await look('accounts', colours);
    await page.press('link', /^Accounts/);
    await page.press('row', new RegExp(forge.login));
    await page.says(/What it may do/);
    await look('account', colours);
    await page.press('link', /^Activity/);
    await page.says(/2,?500/);
    await look('activity', colours);
    await page.press('link', /^Connect an account/);
    await page.find('combobox', /Find a service/);
    await look('connect', colours);

    await quickConnect(desktop, forge, pid);
    const waiting = (await app.ask('sign_in_list')).find((one) => one.state === 'waiting');
    await page.says(/Cancel this sign-in/);
    await look('sign-in', colours);
    await app.ask('sign_in_cancel', { id: waiting.id });

    await page.press('button', 'Lock the vault');
    await page.find('heading', 'The vault is locked');
    await look('unlock', colours);
    await cli(desktop, ['vault', 'unlock', '--passphrase-stdin'], { input: 'nine wet bridges\n' });
    await page.find('navigation', 'Main');
  }
  assert.equal((await accounts(desktop)).length, 1);
  await app.close();
});
