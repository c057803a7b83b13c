import { chromium, type LaunchOptions } from '@playwright/test';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Playwright's own Chromium where it is installed, else the system's. */
export const launchOptions: LaunchOptions = {
  executablePath: find(),
  args: [
    '--no-sandbox',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-gpu'
  ]
};

function find(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = NAMES.flatMap(name => folders.map(folder => join(folder, name)));
  const found = [chromium.executablePath(), ...candidates].find(isProgram);
  if (found === undefined) {
    throw new Error(
      'The UI tests need Chromium: install the package chromium, or run `npx playwright install chromium`.'
    );
  }
  return found;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
