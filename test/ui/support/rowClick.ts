import type { Locator } from 'playwright-core';

/** How a row is clicked. */
export interface RowClick {
  readonly button?: 'left' | 'right';
  readonly modifiers?: readonly 'Control'[];
  /** What of the row is clicked; the row itself when omitted. */
  readonly part?: string;
}

interface Guard {
  /** Ends the watching; gives whether the row was clicked. */
  end(): boolean;
  /** Resolves when the quick input has answered the click, or after a while in which it has not. */
  answered(): Promise<void>;
}

declare global {
  interface Window {
    swarmscopeGuard?: Guard;
  }
}

/** So long a quick input may take to answer; what comes later is waited for by the next step. */
const ANSWER_MS = 5_000;
const LOOK_MS = 10_000;

/**
 * Clicks a row of a list, and no row of another label: a list that is filled anew gives its elements to
 * other rows, which may be between the look and the click. Gives whether the click reached the row.
 */
export async function clickRow(
  row: Locator,
  { button = 'left', modifiers = [], part }: RowClick = {},
): Promise<boolean> {
  const page = row.page();
  const label = await row.locator('.label-name').first().textContent({ timeout: LOOK_MS });
  await page.evaluate(guardClicks, { label, last: button === 'left' ? 'click' : 'contextmenu' });
  const target = part === undefined ? row : row.locator(part);
  // What could not be clicked was not: the caller looks again.
  await target
    .click({ button, modifiers: [...modifiers], timeout: LOOK_MS })
    .catch(() => undefined);
  // Where the guard is gone the window was loaded anew: the click did that.
  const took = await page.evaluate(() => window.swarmscopeGuard?.end() ?? true).catch(() => true);
  return took;
}

/** Waits until the quick input has answered the last click: it is hidden, or asks something else. */
export async function quickAnswered(row: Locator, limitMs = ANSWER_MS): Promise<void> {
  await row
    .page()
    .evaluate(
      async (ms) =>
        await Promise.race([
          window.swarmscopeGuard?.answered(),
          new Promise((done) => setTimeout(done, ms)),
        ]),
      limitMs,
    )
    // The window may be loaded anew by what was chosen.
    .catch(() => undefined);
}

/** Runs in the page: lets clicks through to rows of one label only, until it is ended. */
function guardClicks({ label, last }: { label: string | null; last: string }): void {
  let took = false;
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((done) => {
    answer = done;
  });
  const widget = document.querySelector('.quick-input-widget');
  const changes = new MutationObserver((records) => {
    const isAnswer = records.some(
      ({ type, target }) =>
        target === widget ||
        (type === 'childList' &&
          target instanceof Element &&
          target.matches('.monaco-list-rows, .quick-input-title')),
    );
    if (took && isAnswer) {
      changes.disconnect();
      answer();
    }
  });
  if (widget !== null) {
    changes.observe(widget, { attributeFilter: ['style'], childList: true, subtree: true });
  }
  const check = (event: Event): void => {
    const row = event.target instanceof Element ? event.target.closest('.monaco-list-row') : null;
    if (row !== null && row.querySelector('.label-name')?.textContent === label) {
      took ||= event.type === last;
    } else {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  };
  const kinds = ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'contextmenu'];
  for (const kind of kinds) {
    window.addEventListener(kind, check, true);
  }
  window.swarmscopeGuard = {
    end: () => {
      for (const kind of kinds) {
        window.removeEventListener(kind, check, true);
      }
      return took;
    },
    answered: () => answered,
  };
}
