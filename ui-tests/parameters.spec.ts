import { expect, parameters, test } from './lab';

const SOURCE = 'region: str = "EU"  # which market\nyear: int = 2026';

test('a cell is marked, its badge says what was understood, and undo takes the mark back', async ({
  lab,
  page
}) => {
  await lab.open('weekly.ipynb', [SOURCE, 'print(region)']);
  await lab.cell(0).click();
  await lab.cell(0).getByRole('button', { name: 'Mark as Parameters Cell' }).click();
  await expect(lab.badge).toContainText('parameters');
  await expect(lab.badge.getByRole('listitem')).toHaveText([
    'region: str = "EU"',
    'year: int = 2026'
  ]);

  await page.menu.clickMenuItem('Edit>Undo Cell Operation');
  await expect(lab.badge).toHaveCount(0);
  await page.menu.clickMenuItem('Edit>Redo Cell Operation');
  await expect(lab.badge).toBeVisible();
});

test('nothing but the tag is written', async ({ lab, page }) => {
  await lab.open('weekly.ipynb', [SOURCE]);
  type Part = { metadata: Record<string, unknown> };
  const read = async (): Promise<Part & { cells: Part[] }> => {
    const response = await page.request.get(`/api/contents/${lab.folder}/weekly.ipynb`);
    const { content } = (await response.json()) as { content: Part & { cells: Part[] } };
    // JupyterLab writes it as soon as the kernel has answered, be that between the two saves.
    delete content.metadata['language_info'];
    return content;
  };
  await page.notebook.save();
  const before = await read();
  await lab.cell(0).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+P');
  await expect(lab.badge).toBeVisible();
  await page.notebook.save();
  const after = await read();
  expect(after.cells[0]?.metadata['tags']).toEqual(['parameters']);
  delete after.cells[0]?.metadata['tags'];
  expect(after).toEqual(before);
});

test('the badge follows the typing and says what is not a parameter', async ({ lab, page }) => {
  await lab.open('weekly.ipynb', [parameters('year = 2026')]);
  await expect(lab.badge.getByRole('listitem')).toHaveText(['year = 2026']);
  await lab.cell(0).locator('.cm-content').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\nstart = date.today()');
  await expect(lab.badge.locator('.jp-NbTasks-badge-problems')).toContainText('start');
});

test('a type that is not imported is told, and one click imports it', async ({ lab, page }) => {
  const cell = 'region: Literal["EU", "US"] = "EU"\nsince: date | None = None';
  await lab.open('weekly.ipynb', ['import os', parameters(cell), 'print(region, since)']);
  await expect(lab.badge).toContainText('Not imported, so the cell would fail: Literal, date.');
  await lab.badge.getByRole('button', { name: 'Add the imports' }).click();

  await expect(lab.badge.locator('.jp-NbTasks-badge-problems')).toBeEmpty();
  await expect(lab.cell(1).locator('.cm-content')).toContainText('from typing import Literal');
  await lab.runAsTask();
  await lab.form.getByLabel('since').fill('2026-01-31');
  await lab.form.getByRole('button', { name: 'Run now' }).click();
  await lab.openSidebar();
  await expect(lab.row('weekly')).toHaveAttribute('data-status', 'COMPLETED');
  await page.notebook.save();
});

test('of two parameters cells the second is said to count for nothing', async ({ lab }) => {
  await lab.open('weekly.ipynb', [parameters('a = 1'), parameters('b = 2')]);
  await expect(lab.badge).toHaveCount(2);
  await expect(lab.badge.nth(0)).toContainText('Another cell is marked too');
  await expect(lab.badge.nth(1)).toContainText('only the first parameters cell counts');
});

test('an injected cell carries a badge of its own', async ({ lab }) => {
  await lab.open('weekly.ipynb', [
    parameters('a = 1'),
    { source: 'a = 2', tags: ['injected-parameters'] }
  ]);
  await expect(lab.badge.nth(1)).toContainText('injected by a run');
});
