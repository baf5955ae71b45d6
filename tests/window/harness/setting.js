// How stories begin that are not about the beginning: a vault and a client, by the command line,
// which talks to the keeper in the app.

import { cli } from './app.js';
import { until } from './until.js';

/** What opens the vaults of the stories. */
export const PASSPHRASE = 'nine wet bridges';

/** Makes the vault. */
export async function makeVault(desktop, { keychain = false } = {}) {
  if (keychain) await cli(desktop, ['vault', 'create', '--keychain']);
  else await cli(desktop, ['vault', 'create', '--passphrase-stdin'], { input: `${PASSPHRASE}\n` });
}

/** Opens the vault. */
export function unlock(desktop) {
  return cli(desktop, ['vault', 'unlock', '--passphrase-stdin'], { input: `${PASSPHRASE}\n` });
}

/** Sets up the practice forge's client. */
export function addClient(desktop, forge) {
  const args = ['client', 'add', 'github', '--host', forge.host, '--client-id', forge.clientId, '--client-secret-stdin'];
  return cli(desktop, args, { input: `${forge.clientSecret}\n` });
}

/** The connected accounts. */
export async function accounts(desktop) {
  return (await cli(desktop, ['account', 'list'])).rows;
}

/** Waits until our links are opened by the app. */
export function linksAreOurs(desktop) {
  return until('links are registered', async () => {
    const asked = ['query', 'default', 'x-scheme-handler/dev.drawbridge.desktop'];
    return (await desktop.run('xdg-mime', asked)).stdout.includes('drawbridge-desktop');
  });
}

/** Starts a sign-in from the tray and gives the page that the browser is sent to. */
export async function quickConnect(desktop, forge, pid) {
  const before = desktop.visited().length;
  await until('the tray offers the client', async () => {
    const { menu } = await desktop.tray(pid);
    return menu.some((line) => line.words === 'Quick connect');
  });
  await desktop.clickTray(pid, `GitHub at ${forge.label}`);
  return desktop.nextVisit(before);
}

/** Connects an account from the tray, with consent and link. */
export async function connect(desktop, forge, pid) {
  await linksAreOurs(desktop);
  const page = await quickConnect(desktop, forge, pid);
  await desktop.follow(await forge.consent(page));
  return until('the account is connected', async () => (await accounts(desktop))[0]);
}

/** Waits until a sync that runs is done, and gives how many repositories there are. */
export async function synced(desktop) {
  await cli(desktop, ['sync']);
  return (await cli(desktop, ['repo', 'list', '--limit', '1'])).total;
}
