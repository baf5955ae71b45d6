// Six accounts on four forges, which reach 100,000 repositories: listed, searched and scrolled in the
// real window.

import assert from 'node:assert/strict';
import { Key } from 'selenium-webdriver';
import { cli, open } from '../harness/app.js';
import { Forge } from '../harness/forge.js';
import { accounts, makeVault } from '../harness/setting.js';
import { story } from '../harness/story.js';
import { until } from '../harness/until.js';

/** Which forges, how many repositories each, what a token needs there, and whose accounts are connected. */
const FORGES = [
  { dialect: 'github', repositories: 60_000, scopes: ['repo', 'read:org', 'user:email'], people: 2 },
  { dialect: 'gitlab', repositories: 25_000, scopes: ['read_user', 'read_api', 'read_repository'], people: 2 },
  { dialect: 'forgejo', repositories: 10_000, scopes: ['read:user', 'read:repository'], people: 1 },
  { dialect: 'bitbucket-dc', repositories: 5_000, scopes: ['REPO_READ'], people: 1 },
];
/** A whole first listing takes its time in a build for tests. */
const LONG = 540_000;
/** How far is scrolled between two pictures that the window draws, in pixels. */
const STRIDES = [40, 400, 4_000, 40_000];

story('hundred-thousand', 'six accounts on four forges, and 100,000 repositories in one list', {}, async (desktop) => {
  const app = await open(desktop);
  const { page } = app;
  await makeVault(desktop);
  let number = 1;
  for (const { dialect, repositories, scopes, people } of FORGES) {
    const options = ['--dialect', dialect, '--seed', String(number), '--repositories', String(repositories), '--no-log'];
    const forge = await Forge.start(desktop, options);
    number += 1;
    for (const login of forge.logins.slice(0, people)) {
      const { token } = await forge.control('POST', 'token', { login, kind: 'classic', scopes });
      await cli(desktop, ['connect', forge.provider, '--host', forge.host, '--token-stdin'], { input: `${token}\n` });
    }
  }
  assert.equal((await accounts(desktop)).length, 6);
  // Listing begins by itself, and shows what it has.
  await page.press('link', /^Repositories/);
  await page.says(/not all listed yet|Not everything is listed yet/, LONG);
  await until('some are shown', () => app.driver.executeScript('return document.querySelectorAll("[data-list] [data-index]").length > 0'), LONG);
  assert.ok((await cli(desktop, ['repo', 'list', '--limit', '1'])).total < 100_000, 'while others are read');
  await app.painted();
  await desktop.picture('hundred-thousand/coming');
  const total = await until('every repository is listed', async () => {
    const listed = (await cli(desktop, ['repo', 'list', '--limit', '1'])).total;
    return listed >= 100_000 && listed;
  }, LONG);

  const shown = total.toLocaleString('en');
  await page.says(new RegExp(shown), LONG);
  await app.painted();
  await desktop.picture('hundred-thousand/list');

  const current = () => page.run(() => document.querySelector('[data-region=inspector] h2')?.textContent);
  const before = await current();
  assert.ok(before, 'the details show a repository');

  // Every picture that is drawn while somebody scrolls has rows from its top to its bottom.
  const drawn = await app.driver.executeAsyncScript(function (strides, done) {
    const scroller = document.querySelector('[data-list] [role=rowgroup]').parentElement;
    const area = scroller.getBoundingClientRect();
    const seen = { pictures: 0, gaps: [] };
    let step = 0;
    const look = () => {
      const bare = [0.1, 0.5, 0.9].filter((part) => {
        const at = document.elementFromPoint(area.left + area.width / 2, area.top + area.height * part);
        return !at?.closest('[data-index]')?.textContent.trim();
      });
      seen.pictures += 1;
      if (bare.length > 0) {
        const rows = [...scroller.querySelectorAll('[data-index]')].map((row) => row.getBoundingClientRect().top - area.top);
        seen.gaps.push({ step, bare, top: scroller.scrollTop, height: area.height, first: rows[0], last: rows.at(-1) });
      }
      step += 1;
      if (step === strides.length * 40) {
        done(seen);
        return;
      }
      scroller.scrollTop += strides[Math.floor(step / 40)];
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, STRIDES);
  console.log(`scrolled: ${drawn.pictures} pictures, ${drawn.gaps.length} with a gap`);
  assert.deepEqual(drawn.gaps, []);
  assert.equal(await current(), before, 'what is far away now is still the current row');
  await app.painted();
  await desktop.picture('hundred-thousand/scrolled');

  await page.fill('Search repositories', 'gateway', 'combobox');
  await page.says(new RegExp(` of ${shown}`));
  await until('rows match', () => page.run(() => document.querySelectorAll('[data-index] mark').length > 0));
  await app.painted();
  await desktop.picture('hundred-thousand/search');
  await page.type(Key.ESCAPE);

  await page.press('link', /^Settings/);
  await page.press('radio', 'Dark');
  await page.press('link', /^Accounts/);
  await until('every account is listed', async () => (await page.run(() => document.querySelectorAll('[data-account]').length)) === 6);
  await app.painted();
  await desktop.picture('hundred-thousand/accounts-dark');
  await page.press('link', /^Repositories/);
  await page.says(new RegExp(shown));
  await app.painted();
  await desktop.picture('hundred-thousand/list-dark');
  await app.close();
});
