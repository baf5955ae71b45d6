// A private desktop for one story: its own home, display, session bus, window manager, and if
// wished a keychain and a panel. Nothing of the person who runs the tests is read or touched.

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { end, lives, run, start } from './children.js';
import { until } from './until.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const PYTHON = '/usr/bin/python3';
/** Where the pictures go. */
export const SHOTS = join(HERE, '../shots');
const ICONS = join(HERE, '../../../src-tauri/icons');

// No folder of services: nothing starts by itself, so "no keychain" is really none.
const BUS = (path) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=${path}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>`;

// A story that is cut off leaves nothing running behind either.
const living = new Set();
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    for (const desktop of living) {
      for (const child of desktop.children) child.kill('SIGKILL');
      rmSync(desktop.home, { recursive: true, force: true });
    }
    process.exit(1);
  });
}

export class Desktop {
  /**
   * Starts one. `keychain`, `panel` and `notifications` say whether it has them; with `screen`, what is on the
   * display can be read while it changes.
   */
  static async start({ keychain = false, panel = true, bus = true, notifications = false, screen = false } = {}) {
    const desktop = new Desktop();
    try {
      await desktop.#begin({ keychain, panel, bus, notifications, screen });
    } catch (error) {
      await desktop.stop();
      throw error;
    }
    return desktop;
  }

  constructor() {
    living.add(this);
    this.home = mkdtempSync(join(tmpdir(), 'drawbridge-story-'));
    this.children = [];
    this.env = {
      PATH: process.env.PATH,
      HOME: this.home,
      // A person's language, for dates and numbers; it need not be installed for that.
      LANG: 'en_US.UTF-8',
      TZ: 'UTC',
      XDG_CONFIG_HOME: join(this.home, 'config'),
      XDG_DATA_HOME: join(this.home, 'data'),
      XDG_CACHE_HOME: join(this.home, 'cache'),
      XDG_RUNTIME_DIR: join(this.home, 'run'),
      GDK_BACKEND: 'x11',
      GTK_THEME: 'Adwaita',
      NO_AT_BRIDGE: '1',
      LIBGL_ALWAYS_SOFTWARE: '1',
      // Painting keeps up with the story that way.
      WEBKIT_DISABLE_DMABUF_RENDERER: '1',
      DRAWBRIDGE_VAULT: join(this.home, 'vault'),
    };
    for (const folder of ['config', 'data/applications', 'cache', 'run', 'logs']) {
      mkdirSync(join(this.home, folder), { recursive: true });
    }
    chmodSync(this.env.XDG_RUNTIME_DIR, 0o700);
  }

  /** Where a program's output goes. */
  log(name) {
    return join(this.home, 'logs', `${name}.log`);
  }

  /** Starts a program that ends with the desktop. */
  spawn(program, args, { name = program.split('/').pop(), env = {}, stdio } = {}) {
    const child = start(program, args, { env: { ...this.env, ...env }, log: this.log(name), stdio });
    this.children.push(child);
    return child;
  }

  /** Runs a program to its end. */
  run(program, args, options = {}) {
    return run(program, args, { ...options, env: { ...this.env, ...options.env } });
  }

  async #begin({ keychain, panel, bus, notifications, screen }) {
    // It would begin anew whenever its last program leaves, and throw out the one that just came.
    const shown = screen ? ['-fbdir', this.home] : [];
    const display = this.spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x820x24', '-nolisten', 'tcp', '-noreset', ...shown], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const number = await firstLine(display.stdio[3], 'the display');
    this.env.DISPLAY = `:${number}`;
    if (bus) {
      const socket = join(this.env.XDG_RUNTIME_DIR, 'bus');
      writeFileSync(join(this.home, 'bus.conf'), BUS(socket));
      this.spawn('dbus-daemon', ['--nofork', '--nopidfile', `--config-file=${join(this.home, 'bus.conf')}`]);
      await until('the session bus is there', () => existsSync(socket));
      this.env.DBUS_SESSION_BUS_ADDRESS = `unix:path=${socket}`;
    }
    this.spawn('openbox', ['--config-file', join(HERE, 'openbox.xml')]);
    await until('the window manager is there', async () => {
      const { stdout } = await this.run('xprop', ['-root', '_NET_SUPPORTING_WM_CHECK']);
      return stdout.includes('window id');
    });
    // Out of the way: the toolkit shows tips where the pointer is.
    await this.run('xdotool', ['mousemove', '1279', '819']);
    if (keychain) await this.#unlockKeychain();
    if (panel && bus) {
      const watcher = this.spawn(PYTHON, [join(HERE, 'tray_watcher.py')], {
        name: 'panel',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await firstLine(watcher.stdout, 'the panel');
    }
    if (notifications && bus) {
      const service = this.spawn(PYTHON, [join(HERE, 'notifications.py'), join(this.home, 'notifications')], {
        name: 'notifications',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await firstLine(service.stdout, 'the notifications');
    }
    this.#registerBrowser();
  }

  async #unlockKeychain() {
    const keychain = this.spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    keychain.stdin.end('a story\n');
    await until('the keychain answers', async () => {
      const asked = ['--session', '--print-reply', '--dest=org.freedesktop.secrets', '/org/freedesktop/secrets/aliases/default'];
      const call = [...asked, 'org.freedesktop.DBus.Properties.Get', 'string:org.freedesktop.Secret.Collection', 'string:Locked'];
      const { stdout } = await this.run('dbus-send', call);
      return stdout.includes('boolean false');
    });
  }

  // The person's browser, as far as the app can see it: it notes which page it was told to open.
  // What the person does there is the story's business.
  #registerBrowser() {
    const applications = join(this.env.XDG_DATA_HOME, 'applications');
    const browser = join(this.home, 'browser');
    writeFileSync(browser, `#!/bin/sh\nprintf '%s\\n' "$1" >> '${join(this.home, 'visited')}'\n`, { mode: 0o755 });
    writeFileSync(
      join(applications, 'story-browser.desktop'),
      `[Desktop Entry]\nType=Application\nName=Browser\nExec=${browser} %u\nMimeType=x-scheme-handler/http;x-scheme-handler/https;\n`,
    );
    writeFileSync(
      join(this.env.XDG_CONFIG_HOME, 'mimeapps.list'),
      '[Default Applications]\nx-scheme-handler/http=story-browser.desktop\nx-scheme-handler/https=story-browser.desktop\n',
    );
  }

  /** The pages that the browser was told to open, oldest first. */
  visited() {
    const file = join(this.home, 'visited');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  }

  /** What the desktop was told to show and to close, oldest first. */
  notifications() {
    const file = join(this.home, 'notifications');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)) : [];
  }

  /** Clicks a notification. */
  async clickNotification(number) {
    const call = ['--session', '--print-reply', '--dest=org.freedesktop.Notifications', '/org/freedesktop/Notifications'];
    const { code, stderr } = await this.run('dbus-send', [...call, 'dev.drawbridge.Story.Click', `uint32:${number}`]);
    if (code !== 0) throw new Error(stderr);
  }

  /** Waits until the browser is told to open one more page than `before`, and gives that page. */
  async nextVisit(before) {
    await until('the browser is told to open a page', () => this.visited().length > before);
    return this.visited()[before];
  }

  /** Opens a link as the browser does: by the program registered for its scheme. */
  async follow(link) {
    // What the link starts goes on after `gio` has ended, and writes to the same log as every app.
    const [code] = await once(this.spawn('gio', ['open', link], { name: 'app' }), 'exit');
    if (code !== 0) throw new Error(`the link could not be opened (${code})`);
  }

  /** The ids of visible windows whose title is Drawbridge. */
  async windows() {
    const { stdout } = await this.run('xdotool', ['search', '--onlyvisible', '--name', '^Drawbridge$']);
    return stdout.split('\n').filter(Boolean);
  }

  /** What the tray shows for a process: its icon and its menu. */
  async tray(pid) {
    const { code, stdout, stderr } = await this.run(PYTHON, [join(HERE, 'tray.py'), String(pid), 'show']);
    if (code !== 0) throw new Error(stderr);
    const { icon, menu } = JSON.parse(stdout);
    return { icon, words: menu.map((line) => line.words), menu };
  }

  /** Clicks a line in the tray's menu. */
  async clickTray(pid, words) {
    const { code, stderr } = await this.run(PYTHON, [join(HERE, 'tray.py'), String(pid), 'click', words]);
    if (code !== 0) throw new Error(stderr);
  }

  /** A picture of the whole screen, or of one window. */
  async picture(name, window = 'root') {
    const file = join(SHOTS, `${name}.png`);
    mkdirSync(dirname(file), { recursive: true });
    const { code, stderr } = await this.run('import', ['-window', window, file]);
    if (code !== 0) throw new Error(stderr);
  }

  /** What is on the display, as it changes: the file that a desktop with `screen` draws into. */
  screen() {
    return join(this.home, 'Xvfb_screen0');
  }

  /** All that the programs of this desktop wrote to their logs. */
  logs(name) {
    const file = this.log(name);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** The process that holds the vault, if one does. */
  keeper() {
    const file = join(this.env.DRAWBRIDGE_VAULT, 'keeper.lock');
    if (!existsSync(file)) return undefined;
    const { pid } = JSON.parse(readFileSync(file, 'utf8') || '{}');
    return lives(pid) ? pid : undefined;
  }

  /** Which of our drawings the tray shows for a process. */
  async trayIcon(pid) {
    const { icon } = await this.tray(pid);
    for (const name of ['open', 'locked', 'attention']) {
      const drawing = join(ICONS, `tray-${name}.png`);
      const { stderr } = await this.run('compare', ['-metric', 'AE', icon, drawing, 'null:']);
      if (stderr.trim() === '0') return name;
    }
    return icon;
  }

  /** Ends everything, last started first, and removes the folder. */
  async stop() {
    // Keepers that the command line or a link started are nobody's children.
    const keeper = this.keeper();
    if (keeper !== undefined) {
      process.kill(keeper, 'SIGTERM');
      await until('the keeper has ended', () => !lives(keeper), 15_000).catch(() => process.kill(keeper, 'SIGKILL'));
    }
    for (const child of this.children.reverse()) await end(child);
    living.delete(this);
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** The first line that comes out of a stream. */
export async function firstLine(stream, what, limit = 30_000) {
  let text = '';
  const timer = setTimeout(() => stream.destroy(new Error(`${what} said nothing for ${limit / 1000} s`)), limit);
  try {
    for await (const data of stream.iterator({ destroyOnReturn: false })) {
      text += data;
      if (text.includes('\n')) return text.split('\n')[0].trim();
    }
    throw new Error(`${what} ended before it was ready`);
  } finally {
    clearTimeout(timer);
  }
}
