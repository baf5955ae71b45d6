// The desktop app under test: started by WebDriver so that its page can be read and used, or
// directly where a story is about the start itself.

import { createServer } from 'node:net';
import { once } from 'node:events';
import { Builder } from 'selenium-webdriver';
import { APP, CLI } from './binaries.js';
import { lives } from './children.js';
import { Page } from './page.js';
import { until } from './until.js';

/** Starts the app under WebDriver and gives its page. */
export async function open(desktop, args = []) {
  const port = await freePort();
  const service = desktop.spawn('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], {
    name: 'app',
    env: { TAURI_WEBVIEW_AUTOMATION: 'true' },
  });
  await until('the window driver answers', async () => (await fetch(`http://127.0.0.1:${port}/status`)).ok);
  const driver = await new Builder()
    .usingServer(`http://127.0.0.1:${port}`)
    .withCapabilities({ browserName: 'wry', 'webkitgtk:browserOptions': { binary: APP, args } })
    .build();
  return new App(desktop, driver, service);
}

export class App {
  constructor(desktop, driver, service) {
    Object.assign(this, { desktop, driver, service, page: new Page(driver) });
  }

  /** The app's process, as the vault's lock names it. */
  async pid() {
    return until('the app has the vault', () => this.desktop.keeper());
  }

  /** Closes the window as a person does. */
  async closeWindow() {
    const [window] = await this.desktop.windows();
    await this.desktop.run('xdotool', ['windowfocus', '--sync', window, 'key', '--clearmodifiers', 'alt+F4']);
  }

  /** Waits until the process has ended by itself. */
  async ended(pid) {
    await until('the app has ended', () => !lives(pid));
  }

  /** Waits until what the page shows has come to rest and has been drawn. */
  painted() {
    const script = function (done) {
      const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
      const drawn = () => requestAnimationFrame(() => requestAnimationFrame(() => done()));
      void Promise.allSettled(ending.map((one) => one.finished)).then(drawn);
    };
    return this.driver.executeAsyncScript(script);
  }

  /** Sends a command as the page does, for what a story only has to know. */
  async ask(command, values = {}) {
    const script = function (name, given, done) {
      window.__TAURI_INTERNALS__.invoke(name, given).then((data) => done({ data }), (problem) => done({ problem }));
    };
    const { data, problem } = await this.driver.executeAsyncScript(script, command, values);
    if (problem) throw new Error(`${command}: ${JSON.stringify(problem)}`);
    return data;
  }

  /** Lets go of the driver; ends the app if it still runs. */
  async close() {
    try {
      await this.driver.quit();
    } catch {
      // The app has ended by itself, which is what some stories are about.
    }
  }
}

/** Starts the app as a person does. It ends with the desktop. */
export function launch(desktop, args = [], env = {}) {
  return desktop.spawn(APP, args, { name: 'app', env });
}

/** Runs the command line with `--json`; gives its objects, or throws its problem. */
export async function cli(desktop, args, { input = '' } = {}) {
  const { code, stdout, stderr } = await desktop.run(CLI, [...args, '--json'], { input });
  if (code !== 0) {
    const error = new Error(`drawbridge ${args.join(' ')} ended with ${code}: ${stderr}`);
    error.code = code;
    throw error;
  }
  const lines = stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  return lines.length === 1 ? lines[0] : lines;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
