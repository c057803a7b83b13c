import { expect, parameters, test, type Lab } from './lab';

const NOTEBOOK = [
  parameters(
    'import datetime\nregion: str = "EU"\nday: datetime.date = datetime.date(2026, 1, 31)'
  ),
  'print(region, day)'
];

test.use({ timezoneId: 'America/New_York' });

/** Give a command that means a schedule. */
async function command({ page }: Lab, name: 'edit' | 'duplicate', id: string): Promise<void> {
  await page.evaluate(
    ([command, id]) => {
      // It ends with the dialog.
      void window.jupyterapp.commands.execute(`jupyter-nbtasks:${command}-schedule`, { id });
    },
    [name, id]
  );
}

test('a notebook is scheduled where it would be run, and one sees when', async ({ lab, page }) => {
  await lab.open('weekly.ipynb', NOTEBOOK);
  await lab.runAsTask();
  await expect(lab.form.getByRole('button', { name: 'Run now' })).toBeVisible();
  await lab.form.getByRole('button', { name: 'On a schedule' }).click();
  await expect(lab.form.getByRole('button', { name: 'Run now' })).toHaveCount(0);
  await expect(lab.form.getByLabel('Time zone')).toHaveValue('America/New_York');

  await lab.form.getByLabel('day').fill('{nominal_time:%Y-%m-%d}');
  await lab.form.getByLabel('Repeat').selectOption({ label: 'Every week' });
  await lab.form.getByLabel('Fri').check();
  await lab.form.getByLabel('At', { exact: true }).fill('02:30');
  await lab.form.getByLabel('Time zone').fill('Europe/Berlin');
  await expect(lab.form.getByRole('status')).toHaveText('At 02:30 on Monday and Friday');
  await expect(lab.form.getByRole('columnheader')).toHaveText([
    'Next in Europe/Berlin',
    'For you, in America/New_York'
  ]);
  await expect(lab.form.getByRole('row')).toHaveCount(6);
  await lab.form.getByRole('button', { name: 'Schedule', exact: true }).click();
  await expect(lab.form).toBeHidden();

  await expect(page.getByText('“weekly” is scheduled: next at')).toBeVisible();
  expect(await lab.schedules()).toMatchObject([
    {
      cron: '30 2 * * 1,5',
      timezone: 'Europe/Berlin',
      parameters: { day: '{nominal_time:%Y-%m-%d}' }
    }
  ]);
});

test('a schedule is asked for by its name', async ({ lab }) => {
  await lab.open('weekly.ipynb', NOTEBOOK);
  await lab.command('Schedule Notebook');
  await expect(lab.form.getByLabel('Repeat')).toBeVisible();
  await lab.form.getByLabel('region').fill('US');
  await lab.form.getByRole('button', { name: 'Cancel' }).click();

  await lab.command('Schedule Notebook');
  await expect(lab.form.getByLabel('region')).toHaveValue('US');
  await lab.form.getByRole('button', { name: 'Take the notebook’s own values instead' }).click();
  await expect(lab.form.getByLabel('region')).toHaveValue('EU');
});

test('a change of the clocks is told before it bites', async ({ lab, page }) => {
  await lab.open('weekly.ipynb', NOTEBOOK);
  await lab.runAsTask();
  await lab.form.getByRole('button', { name: 'On a schedule' }).click();
  await lab.form.getByLabel('Time zone').fill('berlin');
  await page.keyboard.press('Tab');
  await expect(lab.form.getByLabel('Time zone')).toHaveValue('Europe/Berlin');
  await lab.form.getByLabel('At', { exact: true }).fill('02:30');

  const notes = lab.form.getByRole('list', { name: 'Notes' });
  await expect(notes).toContainText('the clocks in Europe/Berlin go from 02:00 to 03:00');
});

test('what cannot be is said at its field as one types', async ({ lab }) => {
  await lab.open('weekly.ipynb', NOTEBOOK);
  await lab.runAsTask();
  await lab.form.getByRole('button', { name: 'On a schedule' }).click();
  const field = (name: string) => lab.form.locator('.jp-NbTasks-field', { hasText: name });

  await expect(lab.form.getByRole('status')).toHaveText('At 09:00 every day');
  await lab.form.getByLabel('Repeat').selectOption({ label: 'Custom (cron)' });
  await expect(lab.form.getByLabel('Cron')).toHaveValue('0 9 * * *');
  await lab.form.getByLabel('Cron').fill('0 25 * * *');
  await expect(field('Cron').getByRole('alert')).toBeVisible();
  await expect(lab.form.getByLabel('Cron')).toHaveAttribute('aria-invalid', 'true');
  await expect(lab.form.getByRole('status')).toHaveText('At 09:00 every day');
  await lab.form.getByLabel('Cron').fill('0 23 * * *');
  await expect(field('Cron').getByRole('alert')).toHaveCount(0);

  await lab.form.getByLabel('Time zone').fill('Nowhere');
  await expect(field('Time zone').getByRole('alert')).toContainText('Europe/Berlin');
  await lab.form.getByLabel('Time zone').fill('UTC');
  await lab.form.getByRole('button', { name: 'Limits' }).click();
  await lab.form.getByLabel('Start').fill('2030-01-02T00:00');
  await lab.form.getByLabel('End').fill('2030-01-01T00:00');
  await expect(field('End').getByRole('alert')).toContainText('is before');
  await lab.form.getByLabel('End').fill('2030-01-03T00:00');
  await expect(lab.form.getByRole('alert')).toHaveCount(0);
  await expect(lab.form.getByRole('row')).toHaveCount(2);
});

test('Enter in a field schedules nothing, Ctrl Enter does', async ({ lab, page }) => {
  await lab.open('weekly.ipynb', NOTEBOOK);
  await lab.runAsTask();
  await expect(lab.form.getByLabel('region')).toBeFocused();
  const fold = lab.form.getByRole('button', { name: 'On a schedule' });
  await fold.focus();
  await page.keyboard.press('Enter');
  await expect(fold).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('Tab');
  await expect(lab.form.getByLabel('Name')).toBeFocused();
  await page.keyboard.type('nightly');
  await page.keyboard.press('Enter');
  await lab.form.getByLabel('Time zone').focus();
  await page.keyboard.type('Asia/Tok');
  await page.keyboard.press('Enter');
  await expect(lab.form).toBeVisible();
  await lab.form.getByLabel('Time zone').fill('Asia/Tokyo');
  await page.keyboard.press('Control+Enter');
  await expect(lab.form).toBeHidden();
  expect(await lab.schedules()).toMatchObject([{ name: 'nightly', timezone: 'Asia/Tokyo' }]);
});

test('a schedule is changed in the same form', async ({ lab, page }) => {
  await lab.write('weekly.ipynb', NOTEBOOK);
  const more = { parameters: { region: 'US' }, cron: '0 9 * * 1-5', timeout: 60 };
  const { id } = await lab.schedule('weekly.ipynb', more);

  await command(lab, 'edit', id);
  await expect(lab.form).toContainText('Edit “weekly”');
  await expect(lab.form.getByLabel('region')).toHaveValue('US');
  await expect(lab.form.getByLabel('Timeout')).toHaveValue('60');
  await expect(lab.form.getByLabel('Repeat').locator('option:checked')).toContainText('weekday');
  await expect(lab.form.getByRole('button', { name: 'Run now' })).toHaveCount(0);
  await lab.form.getByLabel('Name').fill('nightly');
  await lab.form.getByLabel('Timeout').clear();
  await lab.form.getByLabel('Repeat').selectOption({ label: 'Every so many hours' });
  await lab.form.getByLabel('Hours').fill('6');
  await lab.form.getByRole('button', { name: 'Save' }).click();
  await expect(lab.form).toBeHidden();

  await expect(page.getByText('“nightly” is scheduled: next at')).toBeVisible();
  expect(await lab.schedules()).toMatchObject([
    {
      id,
      name: 'nightly',
      cron: null,
      interval: 21600,
      timeout: null,
      parameters: { region: 'US' }
    }
  ]);
});

test('a schedule is copied, also what no form shows', async ({ lab }) => {
  await lab.write('weekly.ipynb', NOTEBOOK);
  const { id } = await lab.schedule('weekly.ipynb', { env: { STAGE: 'test' }, cron: '7 7 7 7 *' });

  await command(lab, 'duplicate', id);
  await expect(lab.form).toContainText('Duplicate “weekly”');
  await expect(lab.form.getByLabel('Cron')).toHaveValue('7 7 7 7 *');
  await lab.form.getByRole('button', { name: 'Schedule', exact: true }).click();
  await expect(lab.form).toBeHidden();

  const kept = { cron: '7 7 7 7 *', env: { STAGE: 'test' } };
  expect(await lab.schedules()).toMatchObject([
    { name: 'weekly (copy)', ...kept },
    { id, name: 'weekly', ...kept }
  ]);
});

test('a schedule whose notebook is gone says so', async ({ lab, page }) => {
  await lab.write('weekly.ipynb', NOTEBOOK);
  const { id } = await lab.schedule('weekly.ipynb');
  await page.contents.deleteFile(`${lab.folder}/weekly.ipynb`);

  await command(lab, 'edit', id);

  await expect(page.getByRole('dialog')).toContainText('Put it back');
  await page.getByRole('dialog').getByRole('button').last().click();
});

test('several notebooks are scheduled from the file browser', async ({ lab, page }) => {
  await lab.write('one.ipynb', ['print("one")']);
  await lab.write('two.ipynb', ['print("two")']);
  await page.filebrowser.openDirectory(lab.folder);
  await page.filebrowser.refresh();
  const item = (name: string) => page.getByRole('listitem', { name });
  await item('one.ipynb').click();
  await item('two.ipynb').click({ modifiers: ['Control'] });
  await item('two.ipynb').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Run as Task' }).click();
  await lab.form.getByRole('button', { name: 'On a schedule' }).click();
  await expect(lab.form.getByLabel('Name')).toHaveCount(0);
  await lab.form.getByRole('button', { name: 'Schedule', exact: true }).click();
  await expect(page.getByText('2 notebooks are scheduled: next at')).toBeVisible();
  expect((await lab.schedules()).map(({ name }) => name)).toEqual(['two', 'one']);
});

test('an answer that gets lost makes no second schedule', async ({ lab, page }) => {
  await lab.open('weekly.ipynb', NOTEBOOK);
  await lab.runAsTask();
  await lab.form.getByRole('button', { name: 'On a schedule' }).click();
  const isOurs = (url: URL): boolean => url.pathname.endsWith('/nbtasks/api/schedules');
  await page.route(isOurs, async route => {
    await route.fetch();
    await route.abort();
  });
  await lab.form.getByRole('button', { name: 'Schedule', exact: true }).click();
  await expect(lab.form.getByRole('alert')).toBeVisible();
  await page.unroute(isOurs);
  await lab.form.getByRole('button', { name: 'Schedule', exact: true }).click();
  await expect(lab.form).toBeHidden();
  expect(await lab.schedules()).toHaveLength(1);
});
