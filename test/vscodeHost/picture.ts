import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';

/** Chromium has no frame to take a picture of where the machine keeps it waiting: some tries, so far apart. */
const TRIES = 4;
const PAUSE_MS = 500;

/** Saves a picture of a page. */
export async function takePicture(page: Page, file: string): Promise<void> {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      await page.screenshot({ path: file });
      return;
    } catch (error) {
      if (left === 0 || !String(error).includes('Unable to capture screenshot')) {
        throw error;
      }
      await pause(PAUSE_MS);
    }
  }
}
