/** The pictures of the README; `nox -s pictures` takes them anew. */
import { galata } from '@jupyterlab/galata';
import { expect, parameters, test as base, type Cell, type Lab } from './lab';

const test = base.extend({
  // The folder's name is in the pictures.
  tmpPath: async ({ request }, use) => {
    const contents = galata.newContentsHelper(request);
    await contents.createDirectory('reports');
    await use('reports');
    await contents.deleteDirectory('reports');
  }
});

test.use({
  deviceScaleFactor: 2,
  // No message is to lie above what is to be seen.
  mockSettings: {
    ...galata.DEFAULT_SETTINGS,
    'jupyter-nbtasks:notifications': { when: 'never' }
  },
  viewport: { width: 1180, height: 740 }
});

const REPORT: ReadonlyArray<Cell> = [
  {
    type: 'markdown',
    source: '# Weekly sales\n\nWhat was sold in one region, week by week, and how it goes on.'
  },
  'from typing import Literal\n\nimport matplotlib.pyplot as plt\nimport numpy as np\nimport pandas as pd',
  parameters(
    'region: Literal["EU", "US", "APAC"] = "EU"  # which market\nweeks: int = 52  # how far back\nsmooth: bool = True'
  ),
  [
    'days = pd.date_range("2026-01-04", periods=weeks, freq="W")',
    'random = np.random.default_rng(7)',
    'sold = 900 + np.cumsum(random.normal(6, 40, weeks))',
    'sales = pd.Series(sold, days, name=region)',
    'sales.describe().round(1).to_frame().T'
  ].join('\n'),
  [
    'fig, ax = plt.subplots(figsize=(7, 2.2))',
    'ax.plot(sales, color="0.7")',
    'if smooth:',
    '    ax.plot(sales.rolling(4).mean(), color="tab:blue")',
    'ax.set_ylabel("units")',
    'plt.show()'
  ].join('\n')
];
const FORECAST = [
  'import time',
  '',
  'for step in range(1, 21):',
  '    print(f"model {step} of 20: error {0.21 / step + 0.05:.3f}")',
  '    time.sleep(0.4)'
].join('\n');

async function closeLauncher({ page }: Lab): Promise<void> {
  const tab = page.locator('.lm-DockPanel-tabBar .lm-TabBar-tab', { hasText: 'Launcher' });
  await tab.locator('.lm-TabBar-tabCloseIcon').click();
}

test('mark parameters and run', async ({ lab, page }) => {
  await lab.open('weekly.ipynb', REPORT);
  await closeLauncher(lab);
  await page.sidebar.close('left');
  await expect(lab.badge.getByRole('listitem')).toHaveCount(3);
  await lab.runAsTask();
  await page.screenshot({ path: 'pictures/run.png' });
});

test('watch a job live', async ({ lab, page }) => {
  await lab.open('clean.ipynb', ['rows = {"name": "Ada"}', 'rows["id"]']);
  await lab.runNow();
  await lab.open('import.ipynb', ['print(len("done"))']);
  await lab.runNow();
  await lab.open('weekly.ipynb', [...REPORT, FORECAST, 'sales.to_csv("sales.csv")']);
  await lab.runNow();
  await closeLauncher(lab);
  await lab.openSidebar();
  await lab.row('weekly').click();
  await expect(lab.shownPage.getByText('model 8 of 20')).toBeVisible();
  await expect(lab.shownPage.locator('img')).toBeVisible();
  await lab.shownPage.getByText('model 8 of 20').scrollIntoViewIfNeeded();
  await page.sidebar.setWidth(330);
  await page.screenshot({ path: 'pictures/live.png' });
});

test('see why it failed', async ({ lab, page }) => {
  await page.theme.setDarkTheme();
  await lab.open('clean.ipynb', [
    { type: 'markdown', source: '# Clean the customers' },
    parameters('source: str = "crm"  # which system'),
    'rows = [{"id": 7, "name": "Ada"}, {"name": "Grace"}]',
    'def keyed(rows, key):\n    return {row[key]: row for row in rows}',
    'print(f"{len(rows)} rows from {source}")\ncustomers = keyed(rows, "id")'
  ]);
  await lab.runNow();
  await closeLauncher(lab);
  await lab.openSidebar();
  await expect(lab.row('clean')).toHaveAttribute('data-status', 'FAILED');
  await lab.row('clean').click();
  await expect(lab.shownPage.getByRole('button', { name: 'Go to the cell' })).toBeVisible();
  await page.sidebar.setWidth(330);
  await page.screenshot({ path: 'pictures/failed.png' });
});
