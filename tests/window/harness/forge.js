// The practice forge, and the person at its consent page.

import { join } from 'node:path';
import { firstLine } from './desktop.js';
import { BINARIES } from './binaries.js';

export class Forge {
  /** Starts one; it ends with the desktop. */
  static async start(desktop, options = []) {
    const child = desktop.spawn(join(BINARIES, 'practice-forge'), ['--until-input-ends', ...options], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    return new Forge(JSON.parse(await firstLine(child.stdout, 'the practice forge')));
  }

  constructor(said) {
    Object.assign(this, { host: said.host, apiUrl: said.api_url, clientId: said.client_id, clientSecret: said.client_secret });
    this.provider = said.provider;
    this.logins = said.users;
    this.login = said.users[0];
    /** The host as a sentence names it. */
    this.label = new URL(said.host).host;
  }

  /** Turns one of the forge's knobs, or reads one. */
  async control(method, what, body) {
    const reply = await fetch(`${this.host}/_control/${what}`, { method, body: body && JSON.stringify(body) });
    if (!reply.ok) throw new Error(`the forge refused ${what}: ${await reply.text()}`);
    return reply.json();
  }

  /** Loads the consent page, presses a button in its form, and gives the address it leads to. */
  async consent(page, decision = 'approve') {
    const shown = await (await fetch(page)).text();
    const token = /name="authenticity_token" value="([^"]+)"/.exec(shown)?.[1];
    if (!token) throw new Error(`no consent form on ${new URL(page).pathname}: ${shown.slice(0, 400)}`);
    const reply = await fetch(new URL('/login/oauth/authorize', page), {
      method: 'POST',
      body: new URLSearchParams({ authenticity_token: token, login: this.login, decision }),
      redirect: 'manual',
    });
    const target = reply.headers.get('location');
    if (!target) throw new Error(`the consent led nowhere (${reply.status})`);
    return target;
  }
}
