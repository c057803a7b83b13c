import { expect, test } from './lab';

const NOTEBOOK = ['print("rate", 0.2)', 'total = 10'];

test('a notebook is kept, broken and made what it was', async ({ lab, page }) => {
  await lab.open('weekly.ipynb', NOTEBOOK);
  await lab.openSidebar();
  await expect(lab.sidebar).toContainText('No snapshots yet');
  await lab.takeSnapshot('all green');
  await lab.rewrite(1, 'total = broken');
  await page.notebook.save();

  await lab.snapshotRow('all green').hover();
  await lab.snapshotRow('all green').getByRole('button', { name: 'Restore' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();

  await expect(lab.cell(1).locator('.cm-content')).toHaveText('total = 10');
  await expect(lab.snapshotRow('before a restore')).toBeVisible();
  expect(await lab.inFile('weekly.ipynb', 1)).toBe('total = 10');
  // JupyterLab sees no change on disk that is not its own.
  await lab.rewrite(1, 'total = 11');
  await page.notebook.save();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(await lab.inFile('weekly.ipynb', 1)).toBe('total = 11');
});

test('edits that were not saved are in the snapshot that a restore keeps', async ({
  lab,
  page
}) => {
  await lab.open('weekly.ipynb', NOTEBOOK);
  await lab.takeSnapshot('first');
  await lab.rewrite(1, 'total = 12');

  await lab.snapshotRow('first').hover();
  await lab.snapshotRow('first').getByRole('button', { name: 'Restore' }).click();
  await expect(page.getByRole('dialog')).toContainText('edits that are not saved');
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
  await expect(lab.cell(1).locator('.cm-content')).toHaveText('total = 10');

  await page.getByRole('button', { name: 'Take back' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
  await expect(lab.cell(1).locator('.cm-content')).toHaveText('total = 12');
});

test('what is on screen is kept and compared, saved or not', async ({ lab }) => {
  await lab.open('weekly.ipynb', NOTEBOOK);
  await lab.rewrite(1, 'total = 12');
  await lab.takeSnapshot('not saved');
  await lab.rewrite(1, 'total = 13');
  await lab.snapshotRow('not saved').click();

  await expect(lab.shownPage).toContainText('1 cell changed');
  await expect(lab.shownPage.locator('del')).toHaveText(['12']);
  await expect(lab.shownPage.locator('ins')).toHaveText(['13']);
  expect(await lab.inFile('weekly.ipynb', 1)).toBe('total = 10');
});

test('a comparison shows what is different, with outputs if asked, and says so if nothing is', async ({
  lab,
  page
}) => {
  await lab.open('weekly.ipynb', NOTEBOOK);
  await page.notebook.save();
  await lab.takeSnapshot('first');
  await lab.snapshotRow('first').click();
  await expect(lab.shownPage).toContainText('They are equal');

  await lab.bringToFront('weekly.ipynb');
  await lab.rewrite(0, 'print("rate", 0.3)');
  await page.notebook.runCell(0);
  await expect(lab.cell(0).locator('.jp-OutputArea-output')).toHaveText('rate 0.3');
  await page.notebook.save();
  await lab.snapshotRow('first').click();
  await expect(lab.shownPage.locator('del')).toHaveText(['2']);
  await expect(lab.shownPage.locator('ins')).toHaveText(['3']);
  await expect(lab.shownPage).not.toContainText('Outputs after');

  await page.getByRole('button', { name: 'Outputs', exact: true }).click();
  const after = lab.shownPage.getByRole('region', { name: 'Outputs after' });
  await expect(after.locator('.jp-OutputArea-output')).toHaveText(['rate 0.3']);
  await lab.reload();
  await expect(lab.shownPage).toContainText('1 cell changed');
});

test('the differences are walked by keyboard', async ({ lab, page }) => {
  await lab.open('weekly.ipynb', [...NOTEBOOK, 'last = 1']);
  await lab.takeSnapshot('first');
  await lab.rewrite(0, 'rate = 1');
  await lab.rewrite(2, 'last = 2');
  await lab.snapshotRow('first').focus();
  await page.keyboard.press('Enter');
  await expect(lab.shownPage).toContainText('2 cells changed');
  await lab.shownPage.focus();
  const change = (name: string) => lab.shownPage.getByRole('region', { name });
  await page.keyboard.press('Alt+ArrowDown');
  await expect(change('Cell 1: changed')).toBeFocused();
  await page.keyboard.press('Alt+ArrowDown');
  await expect(change('Cell 3: changed')).toBeFocused();
  await page.keyboard.press('Alt+ArrowUp');
  await expect(change('Cell 1: changed')).toBeFocused();
});

test('a deleted snapshot can be had back, and is gone when the page is left', async ({
  lab,
  page
}) => {
  await lab.open('weekly.ipynb', NOTEBOOK);
  await lab.takeSnapshot('one');
  await lab.takeSnapshot('two');
  await lab.snapshotRow('two').focus();
  await page.keyboard.press('Delete');
  await expect(lab.snapshotRow('two')).toHaveCount(0);
  await expect(lab.snapshotRow('one')).toBeFocused();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(lab.snapshotRow('two')).toBeVisible();

  await lab.snapshotRow('one').focus();
  await page.keyboard.press('Delete');
  await expect(lab.snapshotRow('one')).toHaveCount(0);
  const names = async (): Promise<string[]> => {
    const response = await page.request.get('nbtasks/api/snapshots');
    const { items } = (await response.json()) as { items: Array<{ name: string }> };
    return items.map(({ name }) => name);
  };
  expect(await names()).toEqual(['two', 'one']);
  await page.evaluate(() => location.assign('about:blank'));
  await expect.poll(names).toEqual(['two']);
});

test('a name that is taken is said at the field, and the list can be narrowed', async ({
  lab,
  page
}) => {
  await lab.open('weekly.ipynb', NOTEBOOK);
  await lab.takeSnapshot('first');
  await lab.sidebar.getByRole('button', { name: 'Take a snapshot' }).click();
  await lab.form.getByLabel('Name').fill('first');
  await page.keyboard.press('Enter');
  const field = lab.form.locator('.jp-NbTasks-field', { hasText: 'Name' });
  await expect(field.getByRole('alert')).toBeVisible();
  await lab.form.getByLabel('Name').fill('second');
  await lab.form.getByLabel('Description').fill('with a word to find');
  await page.keyboard.press('Enter');
  await expect(lab.snapshotRow('second')).toContainText('with a word');

  await lab.sidebar.getByRole('searchbox', { name: 'Search snapshots' }).fill('to find');
  await expect(lab.snapshotRow('first')).toHaveCount(0);
  await expect(lab.snapshotRow('second')).toBeVisible();
});

test('the section follows the notebook on screen', async ({ lab }) => {
  await lab.open('other.ipynb', NOTEBOOK);
  await lab.open('weekly.ipynb', NOTEBOOK);
  await lab.takeSnapshot('of weekly');
  await lab.bringToFront('other.ipynb');
  await expect(lab.sidebar).toContainText('Snapshots of other.ipynb');
  await expect(lab.sidebar).toContainText('No snapshots yet');
  await lab.bringToFront('weekly.ipynb');
  await expect(lab.snapshotRow('of weekly')).toBeVisible();
});

test('a restore over a file that somebody else has changed is explained', async ({ lab, page }) => {
  await lab.open('weekly.ipynb', NOTEBOOK);
  await lab.takeSnapshot('first');
  await lab.write('weekly.ipynb', ['rate = 9', 'total = 9']);
  await lab.snapshotRow('first').hover();
  await lab.snapshotRow('first').getByRole('button', { name: 'Restore' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
  await expect(page.getByRole('dialog')).toContainText('nothing was restored');
  expect(await lab.inFile('weekly.ipynb', 1)).toBe('total = 9');

  await page.getByRole('dialog').getByRole('button', { name: 'Look again' }).click();
  await expect(lab.shownPage).toContainText('2 cells changed');
  await page.getByRole('button', { name: 'Restore…' }).last().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
  await expect.poll(() => lab.inFile('weekly.ipynb', 1)).toBe('total = 10');
});

test('an older version runs as a task, and its run is compared with the last', async ({
  lab,
  page
}) => {
  await lab.open('weekly.ipynb', ['print("older")']);
  await lab.takeSnapshot('older');
  await lab.rewrite(0, 'print("newer")');
  await lab.runNow();
  await expect(lab.row('weekly')).toHaveAttribute('data-status', 'COMPLETED');

  await lab.snapshotRow('older').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Run Snapshot as Task' }).click();
  await lab.form.getByRole('button', { name: 'Run now' }).click();
  await expect(lab.form).toBeHidden();
  const jobs = lab.sidebar.getByRole('list', { name: 'Jobs' }).getByRole('listitem');
  await expect(jobs).toHaveCount(2);
  await expect(jobs.first()).toHaveAttribute('data-status', 'COMPLETED');
  await jobs.first().click();
  await expect(lab.outputs).toHaveText(['older']);

  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(lab.shownPage.locator('del')).toHaveText(['newer']);
  await expect(lab.shownPage.locator('ins')).toHaveText(['older']);
});
