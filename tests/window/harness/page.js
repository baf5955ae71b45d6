// The page in the window, found and used as a person with a screen reader would: by role and name.

import { Key } from 'selenium-webdriver';
import { until } from './until.js';

/* Runs in the page. Gives the visible elements of a role whose name fits. */
function search(role, name, isPattern, within) {
  const IMPLICIT = {
    alert: '[role=alert]',
    article: 'article',
    button: 'button, [role=button]',
    checkbox: 'input[type=checkbox], [role=checkbox]',
    combobox: '[role=combobox]',
    dialog: 'dialog, [role=dialog], [role=alertdialog]',
    grid: '[role=grid]',
    heading: 'h1, h2, h3, h4, [role=heading]',
    link: 'a[href], [role=link]',
    main: 'main, [role=main]',
    menu: '[role=menu]',
    menuitem: '[role=menuitem], [role=menuitemradio], [role=menuitemcheckbox]',
    navigation: 'nav, [role=navigation]',
    option: 'option, [role=option]',
    radio: 'input[type=radio], [role=radio]',
    row: 'tr, [role=row]',
    status: '[role=status]',
    switch: '[role=switch]',
    textbox: 'input:not([type]), input[type=text], input[type=url], input[type=search], input[type=password], textarea, [role=textbox], [role=searchbox], [role=combobox]',
    timer: '[role=timer]',
  };
  const words = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
  const nameOf = (element) => {
    const by = element.getAttribute('aria-labelledby');
    if (by) return words(by.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? '').join(' '));
    const label = element.getAttribute('aria-label');
    if (label) return words(label);
    if (element.labels?.length) return words([...element.labels].map((one) => one.textContent).join(' '));
    return words(element.innerText || element.textContent) || words(element.getAttribute('title') ?? element.placeholder);
  };
  const shown = (element) =>
    element.getClientRects().length > 0 && !element.closest('[aria-hidden=true], [inert]') &&
    getComputedStyle(element).visibility === 'visible';
  const fits = (element) => {
    if (name === null) return true;
    const own = nameOf(element);
    return isPattern ? new RegExp(name, 'i').test(own) : own === name;
  };
  const root = within ?? document;
  return [...root.querySelectorAll(IMPLICIT[role] ?? `[role=${role}]`)].filter((one) => shown(one) && fits(one));
}

export class Page {
  constructor(driver) {
    this.driver = driver;
  }

  /** All visible elements of a role with a name (text or pattern), inside an element if one is given. */
  all(role, name, within) {
    const isPattern = name instanceof RegExp;
    const wanted = name === undefined ? null : isPattern ? name.source : name;
    return this.driver.executeScript(search, role, wanted, isPattern, within ?? null);
  }

  /** The first of them, as soon as there is one. */
  async find(role, name, { within, limit } = {}) {
    const [first] = await until(
      `a ${role} named ${name} is on the page`,
      async () => {
        const found = await this.all(role, name, within);
        return found.length > 0 && found;
      },
      limit,
    ).catch(async (error) => {
      throw new Error(`${error.message}\nThe page says:\n${await this.text().catch(() => '(nothing)')}`);
    });
    return first;
  }

  /** Whether there is one now. */
  async has(role, name) {
    return (await this.all(role, name)).length > 0;
  }

  /** Presses it. */
  async press(role, name, options) {
    await until(
      `the ${role} ${name} can be pressed`,
      async () => {
        const found = await this.find(role, name, options);
        // The driver takes what is half out of sight for visible; a person scrolls.
        await this.run((one) => one.scrollIntoView({ block: 'nearest' }), found);
        await found.click();
        return true;
      },
      options?.limit,
    );
  }

  /** Empties a field and types into it. */
  async fill(name, text, role = 'textbox') {
    // A driver on a busy machine loses keys now and then; a person would see that and type again.
    await until(`the field ${name} holds what was typed`, async () => {
      const field = await this.find(role, name);
      await field.click();
      await this.run((one) => one.select(), field);
      await field.sendKeys(text === '' ? Key.DELETE : text);
      return (await field.getAttribute('value')) === text;
    });
  }

  /** Types wherever the focus is. */
  async type(...keys) {
    await this.driver.actions().sendKeys(...keys).perform();
  }

  /** Presses keys together wherever the focus is. */
  async chord(...keys) {
    const actions = this.driver.actions();
    for (const key of keys) actions.keyDown(key);
    for (const key of keys.reverse()) actions.keyUp(key);
    await actions.perform();
  }

  /** Everything that can be read on the page. */
  text() {
    return this.driver.executeScript(() => document.body.innerText);
  }

  /** Waits until the page says something. */
  async says(pattern, limit) {
    return until(`the page says ${pattern}`, async () => pattern.exec(await this.text()), limit).catch(async (error) => {
      throw new Error(`${error.message}\nThe page says:\n${await this.text().catch(() => '(nothing)')}`);
    });
  }

  /** The whole document, for what must not be anywhere in it. */
  source() {
    return this.driver.executeScript(() => document.documentElement.outerHTML);
  }

  /** Runs a function in the page. */
  run(script, ...values) {
    return this.driver.executeScript(script, ...values);
  }
}
