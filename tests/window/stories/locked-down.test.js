// What the window's page can't do, whatever runs in it.

import assert from 'node:assert/strict';
import { open } from '../harness/app.js';
import { Forge } from '../harness/forge.js';
import { story } from '../harness/story.js';

story('locked-down', 'a page that was taken over reaches nothing but our own commands', {}, async (desktop) => {
  const forge = await Forge.start(desktop, ['--repositories', '20']);
  const app = await open(desktop);
  await app.page.find('heading', 'Where should the vault’s key be kept?');

  const attempt = (script, ...values) => app.driver.executeAsyncScript(script, ...values);
  const fetched = await attempt((url, done) => void fetch(url, { mode: 'no-cors' }).then(() => done('sent'), () => done('blocked')), `${forge.host}/`);
  assert.equal(fetched, 'blocked', 'it can not send anything anywhere');
  const image = await attempt((url, done) => {
    const picture = new Image();
    picture.onload = () => done('loaded');
    picture.onerror = () => done('blocked');
    picture.src = url;
  }, `${forge.host}/x.png?leak`);
  assert.equal(image, 'blocked', 'not even in a picture’s address');
  const inline = await app.page.run(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    return window.ran === true;
  });
  assert.equal(inline, false, 'script that is brought in does not run');
  const log = await forge.control('GET', 'log');
  assert.equal(log.length, 0, 'the forge was not asked for anything');

  for (const [command, values] of [
    ['plugin:event|emit', { event: 'window-event', payload: { kind: 'settings' } }],
    ['plugin:window|close', { label: 'main' }],
    ['plugin:webview|create_webview_window', { options: { label: 'other', url: forge.host } }],
    ['plugin:deep-link|get_current', {}],
    ['plugin:app|version', {}],
    ['no_such_command', {}],
  ]) {
    await assert.rejects(app.ask(command, values), `${command} is refused`);
  }
  assert.ok((await app.ask('vault_status')).state === 'absent', 'while our own commands answer');

  await app.page.run((url) => void (window.location.href = url), forge.host);
  await app.page.find('heading', 'Where should the vault’s key be kept?');
  assert.ok(!(await app.page.run(() => window.location.href)).startsWith('http://127'), 'it stays on our own page');
  await app.close();
});
