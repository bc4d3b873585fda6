import type { FrameLocator, Locator, Page } from 'playwright-core';
import { clickRow, quickAnswered } from './rowClick';
import { until } from './until';

/** One row of a tree view as a person sees and hears it. */
export interface ShownRow {
  readonly level: number;
  readonly label: string;
  readonly description: string;
  readonly expanded: boolean | undefined;
  /** What a screen reader says. */
  readonly aria: string;
}

/** How long a busy machine may take to load the workbench. */
export const LOAD_MS = 90_000;

const exactly = (text: string): RegExp => new RegExp(`^${escape(text)}$`);

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/**
 * VS Code's workbench as a person handles it. Methods wait for states, never for time; what they
 * repeat until it took is VS Code's own chrome, never an act of the product.
 */
export class Workbench {
  constructor(readonly page: Page) {}

  /** Opens the workbench and waits until it is drawn. */
  static async open(page: Page, url: string): Promise<Workbench> {
    await page.goto(url, { timeout: LOAD_MS });
    await Workbench.drawn(page);
    return new Workbench(page);
  }

  /** Resolves when the workbench is drawn, after opening or reloading its page. */
  static async drawn(page: Page): Promise<void> {
    await page.locator('.monaco-workbench').waitFor({ timeout: LOAD_MS });
    await page.locator('.part.statusbar .statusbar-item').first().waitFor({ timeout: 60_000 });
  }

  /** Shows a container of the activity bar. */
  async openContainer(name: string): Promise<void> {
    const tab = this.page.locator('.part.activitybar [role="tab"]', {
      has: this.page.locator(`.action-label[aria-label^="${name}"]`),
    });
    await tab.waitFor({ timeout: 60_000 });
    await until(`container ${name}`, async () => {
      if ((await tab.getAttribute('aria-selected')) !== 'true') {
        await tab.click();
      }
      return (
        (await tab.getAttribute('aria-selected')) === 'true' &&
        (await this.page.locator('.part.sidebar').isVisible())
      );
    });
  }

  get sidebar(): Locator {
    return this.page.locator('.part.sidebar');
  }

  /** Takes the mouse where nothing reacts to it, and waits until no tooltip is left. */
  async hoverNothing(): Promise<void> {
    const { width = 0, height = 0 } = this.page.viewportSize() ?? {};
    const tooltips = this.page.locator('.workbench-hover');
    await this.page.mouse.move(width * 0.7, height * 0.9, { steps: 3 });
    await until('no tooltip', async () => {
      if ((await tooltips.count()) > 0) {
        // One that came after the mouse had left stays until a key is pressed.
        await this.page.keyboard.press('Escape');
      }
      return (await tooltips.count()) === 0;
    });
  }

  /** Drags the sidebar's edge until it is about `width` pixels wide. */
  async widenSidebar(width: number): Promise<void> {
    await until('a wide sidebar', async () => {
      const box = await this.sidebar.boundingBox();
      if (box === null || Math.abs(box.width - width) < 20) {
        return box !== null;
      }
      const y = box.y + box.height / 2;
      await this.page.mouse.move(box.x + box.width, y);
      await this.page.mouse.down();
      await this.page.mouse.move(box.x + width, y, { steps: 4 });
      await this.page.mouse.up();
      return false;
    });
  }

  get tree(): Locator {
    return this.sidebar.locator('.customview-tree .monaco-list[role="tree"]');
  }

  /** The row with exactly this label, at `level` where one is given. */
  row(label: string, level?: number): Locator {
    const at = level === undefined ? '' : `[aria-level="${level}"]`;
    return this.tree
      .locator(`.monaco-list-row[role="treeitem"]${at}`)
      .filter({ has: this.page.locator('.label-name', { hasText: exactly(label) }) });
  }

  /** All rows that are drawn now, in order. */
  async rows(): Promise<readonly ShownRow[]> {
    return this.tree.locator('.monaco-list-row').evaluateAll((elements) =>
      elements
        .toSorted(
          (a, b) => Number(a.getAttribute('data-index')) - Number(b.getAttribute('data-index')),
        )
        .map((element) => ({
          level: Number(element.getAttribute('aria-level')),
          label: element.querySelector('.label-name')?.textContent ?? '',
          description: element.querySelector('.label-description')?.textContent ?? '',
          expanded:
            element.getAttribute('aria-expanded') === null
              ? undefined
              : element.getAttribute('aria-expanded') === 'true',
          aria: element.getAttribute('aria-label') ?? '',
        })),
    );
  }

  /** The description beside a row's label, once the row is there. */
  async description(label: string, level?: number): Promise<string> {
    return await this.row(label, level)
      .first()
      .evaluate((row) => row.querySelector('.label-description')?.textContent ?? '');
  }

  /** Waits until a row's description matches. */
  async described(label: string, pattern: RegExp, level?: number): Promise<void> {
    await until(`${label} described as ${pattern}`, async () => {
      const text = await this.description(label, level);
      if (!pattern.test(text)) {
        throw new Error(`described as "${text}"`);
      }
      return true;
    });
  }

  async expand(label: string, level?: number): Promise<void> {
    await this.setExpanded(label, true, level);
  }

  async collapse(label: string, level?: number): Promise<void> {
    await this.setExpanded(label, false, level);
  }

  private async setExpanded(label: string, wanted: boolean, level?: number): Promise<void> {
    const row = this.row(label, level).first();
    await row.waitFor({ timeout: 30_000 });
    await until(`${wanted ? 'expanding' : 'collapsing'} ${label}`, async () => {
      if ((await row.getAttribute('aria-expanded')) !== String(wanted)) {
        await clickRow(row, { part: '.monaco-tl-twistie' });
      }
      return (await row.getAttribute('aria-expanded')) === String(wanted);
    });
  }

  /** Clicks a row, as one that is selected beside the others where it is `added`. */
  async select(label: string, level: number, { added = false } = {}): Promise<void> {
    const row = this.row(label, level).first();
    await until(`clicking ${label}`, () => clickRow(row, added ? { modifiers: ['Control'] } : {}));
  }

  /** Opens a row's context menu and chooses `item`; gives the titles of all items. */
  async contextMenu(label: string, item: string, level?: number): Promise<readonly string[]> {
    const wanted = this.page.locator('.monaco-menu .action-item:not(.disabled) .action-menu-item', {
      has: this.page.locator('.action-label', { hasText: exactly(item) }),
    });
    const menu = this.page.locator('.monaco-menu');
    const row = this.row(label, level).first();
    let items: readonly string[] = [];
    let clicked = false;
    await until(`choosing ${item} in the context menu of ${label}`, async () => {
      // A menu may go by itself; one that went without a click has not acted.
      if ((await menu.count()) === 0 && !clicked) {
        await clickRow(row, { button: 'right' });
      }
      if ((await menu.count()) > 0) {
        await wanted.waitFor({ timeout: 2_000 });
        items = await menu.locator('.action-menu-item .action-label').allTextContents();
        await wanted.hover({ timeout: 2_000 });
        await wanted.click({ timeout: 2_000 });
        clicked = true;
      }
      // A menu ignores clicks in its first moments; one that is still open has not acted.
      await menu.waitFor({ state: 'detached', timeout: 2_000 });
      return clicked;
    });
    return items.filter((title) => title !== '');
  }

  /** The text that an empty view shows. */
  get welcome(): Locator {
    return this.sidebar.locator('.welcome-view-content');
  }

  // Quick input

  get quick(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  get quickInput(): Locator {
    return this.quick.locator('.quick-input-box input');
  }

  get quickMessage(): Locator {
    return this.quick.locator('.quick-input-message');
  }

  /** Rows of the open quick pick with this text in their label. */
  quickRow(text: string | RegExp): Locator {
    return this.quick
      .locator('.quick-input-list .monaco-list-row')
      .filter({ has: this.page.locator('.label-name', { hasText: text }) });
  }

  /** Waits until a quick input with a matching title is shown: always before typing into one. */
  async quickTitle(title: RegExp): Promise<string> {
    const shown = this.quick.locator('.quick-input-titlebar .quick-input-title');
    return until(`quick input ${title}`, async () => {
      const text = (await shown.textContent({ timeout: 1_000 })) ?? '';
      return title.test(text) ? text : undefined;
    });
  }

  /** Waits until the quick input asks with this text: always before typing into the next step. */
  async quickPrompt(text: string): Promise<void> {
    await until(`the step "${text}"`, async () =>
      (await this.quick.innerText({ timeout: 1_000 })).includes(text),
    );
  }

  /** Waits until the quick input holds this value. */
  async quickValue(value: string): Promise<void> {
    await until(
      `the value "${value}"`,
      async () => (await this.quickInput.inputValue({ timeout: 1_000 })) === value,
    );
  }

  /** Clicks a row of the open quick pick, and waits until that is answered. */
  async choose(text: string | RegExp): Promise<void> {
    const row = this.quickRow(text).first();
    await row.waitFor();
    await until(`choosing ${text}`, () => this.clickInPlace(row));
    // The list before may hold a row that is looked for next.
    await quickAnswered(row);
  }

  /** A list that has just opened scrolls: clicks a row once it is where it was a moment before. */
  private async clickInPlace(row: Locator): Promise<boolean> {
    const place = async (): Promise<string> =>
      JSON.stringify(await row.boundingBox({ timeout: 1_000 }));
    const before = await place();
    await this.page.waitForTimeout(100);
    return (await place()) === before && (await clickRow(row));
  }

  /** Ticks or unticks a row of a quick pick with several choices. */
  async tick(text: string | RegExp): Promise<void> {
    const part = 'input[type="checkbox"], .monaco-checkbox';
    const row = this.quickRow(text).first();
    const box = row.locator(part);
    const before = await box.isChecked();
    await until(`ticking ${text}`, () => clickRow(row, { part }));
    await until(`another tick at ${text}`, async () => (await box.isChecked()) !== before);
  }

  /** Goes one step back in a multi-step input. */
  async back(): Promise<void> {
    await this.quick
      .locator('.quick-input-titlebar .quick-input-left-action-bar .action-label')
      .click();
  }

  /** Replaces the input's text and accepts it. */
  async type(text: string): Promise<void> {
    await this.quickInput.fill(text);
    await this.quickInput.press('Enter');
  }

  /** Accepts the quick input as it is. */
  async accept(): Promise<void> {
    await this.quickInput.press('Enter');
  }

  /** Opens the command palette, filtered. */
  async palette(filter: string): Promise<void> {
    await until('command palette', async () => {
      if ((await this.quick.count()) === 0) {
        await this.page.keyboard.press('F1');
      }
      await this.quickInput.waitFor({ timeout: 1_500 });
      // It may close again in its first moments, for another part takes the focus.
      const isPalette = (await this.quickInput.inputValue({ timeout: 1_000 })).startsWith('>');
      if (isPalette) {
        await this.quickInput.fill(`>${filter}`, { timeout: 1_500 });
      }
      return isPalette;
    });
  }

  /** Runs a command from the palette by its exact title, category included. */
  async command(title: string): Promise<void> {
    await until(`the command ${title}`, async () => {
      await this.palette(title);
      const row = this.quickRow(exactly(title)).first();
      await row.waitFor({ timeout: 10_000 });
      return await this.clickInPlace(row);
    });
  }

  // Notifications and dialogs

  toast(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item').filter({
      has: this.page.locator('.notification-list-item-message', { hasText: text }),
    });
  }

  async toastButton(text: string | RegExp, button: string): Promise<void> {
    const toast = this.toast(text).first();
    await toast.waitFor();
    await toast.hover();
    await toast
      .locator('.notification-list-item-buttons-container .monaco-button', { hasText: button })
      .click();
  }

  /** Keeps a notification from going by itself after some seconds, as the mouse on it does. */
  async holdToast(text: string | RegExp): Promise<void> {
    await this.toast(text).first().hover();
  }

  async clearToasts(): Promise<void> {
    const toasts = this.page.locator('.notifications-toasts .notification-list-item');
    await until('no notifications', async () => {
      const close = toasts.first().locator('.codicon-notifications-clear');
      if ((await toasts.count()) > 0) {
        await toasts.first().hover({ timeout: 1_500 });
        await close.click({ timeout: 1_500 });
      }
      return (await toasts.count()) === 0;
    });
  }

  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** Presses a button of the open modal dialog; gives its whole text. */
  async dialogButton(button: string): Promise<string> {
    await this.dialog.waitFor();
    const text = await this.dialog.locator('.dialog-message-container').innerText();
    await this.dialog
      .locator('.dialog-buttons .monaco-button', { hasText: exactly(button) })
      .click();
    await this.dialog.waitFor({ state: 'detached' });
    return text;
  }

  // Editors and webviews

  /** Closes every editor. */
  async closeEditors(): Promise<void> {
    await this.command('View: Close All Editors');
    await this.page.locator('.tabs-container .tab').first().waitFor({ state: 'detached' });
  }

  tab(name: string | RegExp): Locator {
    return this.page.locator('.tabs-container .tab', { hasText: name });
  }

  /** The text of the active editor as far as it is drawn. */
  async editorText(): Promise<string> {
    const lines = this.page.locator('.editor-instance .view-lines').first();
    const text = await lines.evaluate((element) =>
      [...element.querySelectorAll<HTMLElement>('.view-line')]
        .toSorted((a, b) => Number.parseFloat(a.style.top) - Number.parseFloat(b.style.top))
        .map((line) => line.textContent)
        .join('\n'),
    );
    return text.replaceAll('\u00A0', ' ');
  }

  /** The content of the n-th webview. */
  webview(index = 0): FrameLocator {
    return this.page
      .frameLocator('iframe.webview.ready')
      .nth(index)
      .frameLocator('iframe#active-frame');
  }

  /** The content of the webview in front. */
  shownWebview(): FrameLocator {
    return this.page
      .locator('iframe.webview.ready:visible')
      .first()
      .contentFrame()
      .frameLocator('iframe#active-frame');
  }

  /** Changes the colour theme by the picker and waits for its kind (`vs`, `vs-dark`, `hc-black`, `hc-light`). */
  async theme(label: string, kind: string): Promise<void> {
    await this.command('Preferences: Color Theme');
    await this.quick.locator('input[placeholder*="Color Theme"]').waitFor();
    await this.quickInput.fill(label);
    const row = this.quickRow(label).first();
    await row.waitFor();
    await until(`the theme ${label}`, () => this.clickInPlace(row));
    await this.page.locator(`.monaco-workbench.${kind}`).waitFor({ timeout: 15_000 });
  }
}
