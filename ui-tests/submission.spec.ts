import { expect, parameters, test } from './lab';

const NOTEBOOK = [
  parameters('region: str = "EU"  # which market\nyear: int = 2026'),
  'print(f"{region} in {year}")'
];

test('from an open notebook to a submitted run it takes two clicks', async ({ lab, page }) => {
  await lab.open('weekly.ipynb', NOTEBOOK);
  await lab.openSidebar();
  await page.evaluate(() => {
    document.body.dataset['clicks'] = '0';
    const count = ({ dataset }: HTMLElement): string =>
      (dataset['clicks'] = `${Number(dataset['clicks']) + 1}`);
    document.addEventListener('click', () => count(document.body), true);
  });
  await page
    .locator('.jp-NotebookPanel:visible')
    .getByRole('button', { name: 'Run as task' })
    .click();
  await lab.form.getByRole('button', { name: 'Run now' }).click();
  await expect(lab.row('weekly')).toBeVisible();
  await expect(page.locator('body')).toHaveAttribute('data-clicks', '2');
});

test('a value that is not valid is explained at its field, and nothing is sent', async ({
  lab,
  page
}) => {
  await lab.open('weekly.ipynb', NOTEBOOK);
  let sent = 0;
  page.on('request', request => {
    sent += Number(request.method() === 'POST' && /nbtasks\/api\/jobs\b/.test(request.url()));
  });
  await lab.runAsTask();
  const year = lab.form.getByLabel('year');
  await year.clear();
  await year.pressSequentially('20-26');
  await lab.form.getByRole('button', { name: 'Run now' }).click();
  const field = lab.form.locator('.jp-NbTasks-field', { hasText: 'year' });
  await expect(field.getByRole('alert')).toBeVisible();
  await expect(year).toBeFocused();
  expect(sent).toBe(0);

  await year.fill('2027');
  await expect(field.getByRole('alert')).toHaveCount(0);
  await lab.form.getByRole('button', { name: 'Run now' }).click();
  await expect(lab.form).toBeHidden();
  expect(sent).toBe(1);
});

test('what runs is what is on the screen, with the values of the form', async ({ lab, page }) => {
  await lab.open('weekly.ipynb', NOTEBOOK);
  await lab.cell(1).locator('.cm-content').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('print("typed just now", region, year)');
  await lab.runAsTask();
  await lab.form.getByLabel('region').fill('US');
  await lab.form.getByRole('button', { name: 'Run now' }).click();
  await lab.openSidebar();
  await lab.row('weekly').click();
  await expect(lab.shownPage).toContainText('typed just now US 2026');
  await expect(lab.shownPage).toContainText('Completed');
});

test('a text of several lines keeps its breaks, and only what was changed is sent', async ({
  lab,
  page
}) => {
  const cell = 'query: str = """select a\nfrom b"""\nyear: int = 2026';
  await lab.open('weekly.ipynb', [parameters(cell), 'print(query, year)']);
  await lab.runAsTask();
  await expect(lab.form.getByLabel('query')).toHaveValue('select a\nfrom b');
  await lab.form.getByLabel('query').press('Control+End');
  await lab.form.getByLabel('query').press('Enter');
  await page.keyboard.type('limit 3');
  const sent = page.waitForRequest(
    request => request.method() === 'POST' && /nbtasks\/api\/jobs\b/.test(request.url())
  );
  await lab.form.getByRole('button', { name: 'Run now' }).click();
  expect(((await sent).postDataJSON() as { parameters: unknown }).parameters).toEqual({
    query: 'select a\nfrom b\nlimit 3'
  });
});

test('a notebook without a parameters cell is offered one', async ({ lab }) => {
  await lab.open('plain.ipynb', ['print(1)']);
  await lab.runAsTask();
  await lab.form.getByRole('button', { name: 'Make a parameters cell' }).click();
  await expect(lab.form).toBeHidden();
  await expect(lab.badge).toBeVisible();
  await expect(lab.cell(0).locator('.cm-content')).toBeFocused();
});

test('several notebooks run from the file browser', async ({ lab, page }) => {
  await lab.write('one.ipynb', ['print("one")']);
  await lab.write('two.ipynb', ['print("two")']);
  await page.filebrowser.openDirectory(lab.folder);
  await page.filebrowser.refresh();
  const item = (name: string) => page.getByRole('listitem', { name });
  await item('one.ipynb').click();
  await item('two.ipynb').click({ modifiers: ['Control'] });
  await item('two.ipynb').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Run as Task' }).click();
  await expect(lab.form).toContainText('Run 2 notebooks');
  await lab.form.getByRole('button', { name: 'Run now' }).click();
  await lab.openSidebar();
  for (const name of ['one', 'two']) {
    await expect(lab.row(name)).toHaveAttribute('data-status', 'COMPLETED');
  }
});

test('the form is filled in and sent by keyboard alone', async ({ lab, page }) => {
  await lab.open('weekly.ipynb', NOTEBOOK);
  await lab.command('Run as Task…');
  await expect(lab.form.getByLabel('region')).toBeFocused();
  await page.keyboard.type('US');
  await page.keyboard.press('Tab');
  await expect(lab.form.getByLabel('year')).toBeFocused();
  await page.keyboard.press('Control+Enter');
  await expect(lab.form).toBeHidden();
  await lab.openSidebar();
  await expect(lab.row('weekly')).toBeVisible();
});

test('a job runs again with other values, and the rest as it was', async ({ lab, page }) => {
  await lab.open('weekly.ipynb', NOTEBOOK);
  await lab.runAsTask();
  await lab.form.getByLabel('region').fill('US');
  await lab.form.getByRole('button', { name: 'Run now' }).click();
  await lab.openSidebar();
  await lab.row('weekly').click();
  await expect(lab.outputs).toHaveText(['US in 2026']);
  await page.getByRole('button', { name: 'Run again with…' }).click();
  await expect(lab.form.getByLabel('region')).toHaveValue('US');
  await lab.form.getByLabel('year').fill('2031');
  await lab.form.getByRole('button', { name: 'Run now' }).click();
  await expect(lab.outputs).toHaveText(['US in 2031']);
});
