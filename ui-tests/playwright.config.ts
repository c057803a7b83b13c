import { defineConfig } from '@playwright/test';
import { launchOptions } from './browser';

process.env['NBTASKS_PORT'] ??= '8990';
const url = `http://127.0.0.1:${process.env['NBTASKS_PORT']}`;
process.env['TARGET_URL'] = url;

export default defineConfig({
  testDir: '.',
  outputDir: 'test-results',
  reporter: 'list',
  timeout: 60_000,
  expect: { timeout: 15_000 },
  // One server, and two cores at most to run it, its kernels and the browser.
  workers: 1,
  forbidOnly: true,
  // What passes only then is told as flaky.
  retries: 1,
  use: {
    baseURL: url,
    viewport: { width: 1280, height: 800 },
    launchOptions,
    screenshot: 'only-on-failure',
    video: 'off',
    trace: 'off'
  },
  projects: [
    { name: 'tests', testMatch: '*.spec.ts' },
    { name: 'pictures', testMatch: 'pictures.ts' }
  ],
  webServer: {
    command: 'jupyter lab --config=jupyter_server_config.py',
    url: `${url}/api/status`,
    timeout: 120_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 15_000 }
  }
});
