import { expect, parameters, test, waitAt } from './lab';

test('what a schedule does is seen as it happens, and its jobs are a click away', async ({
  lab,
  page
}) => {
  await lab.write('pulse.ipynb', ['print("beat")']);
  await lab.openSidebar();
  await expect(lab.sidebar).toContainText('No schedules yet');

  await lab.schedule('pulse.ipynb', { cron: null, interval: 2, max_occurrences: 3 });
  const row = lab.scheduleRow('pulse');
  await expect(row).toContainText('Every 2 seconds');
  await expect(lab.row('pulse')).toHaveAttribute('data-status', 'COMPLETED');
  await expect(row).toHaveAttribute('data-state', 'ENDED');

  await row.click();
  await expect(lab.shownPage.getByRole('heading', { name: 'pulse' })).toBeVisible();
  const history = lab.shownPage.getByRole('table');
  await expect(history.getByRole('row')).toHaveCount(4);
  await history.getByRole('button', { name: 'open the job' }).first().click();
  await expect(lab.outputs).toHaveText(['beat']);
  await expect(page.getByRole('tab', { name: 'pulse' })).toHaveCount(2);
});

test('a schedule is paused, resumed and run from the list', async ({ lab }) => {
  await lab.write('daily.ipynb', ['print("done")']);
  await lab.schedule('daily.ipynb');
  await lab.openSidebar();
  const row = lab.scheduleRow('daily');
  await row.hover();
  await row.getByRole('button', { name: 'Pause' }).click();
  await expect(row).toHaveAttribute('data-state', 'PAUSED');
  await row.getByRole('button', { name: 'Resume' }).click();
  await expect(row).toHaveAttribute('data-state', 'ACTIVE');
  await row.getByRole('button', { name: 'Run now' }).click();
  await expect(lab.row('daily')).toHaveAttribute('data-status', 'COMPLETED');
});

test('an occurrence that is skipped says why', async ({ lab }) => {
  await lab.write('slow.ipynb', [waitAt('gate')]);
  await lab.schedule('slow.ipynb', { cron: null, interval: 1, max_occurrences: 2 });
  await lab.openSidebar();
  await expect(lab.scheduleRow('slow')).toHaveAttribute('data-state', 'ENDED');
  await lab.scheduleRow('slow').click();
  await expect(lab.shownPage.getByRole('table')).toContainText('The previous job still ran.');
  await lab.pass('gate');
});

test('a schedule that fails too often pauses, and says so in the list and in a message', async ({
  lab,
  page
}) => {
  await lab.write('clean.ipynb', ['1 / 0']);
  await lab.openSidebar();
  await lab.schedule('clean.ipynb', { cron: null, interval: 1, max_consecutive_failures: 2 });
  const row = lab.scheduleRow('clean');
  await expect(row).toHaveAttribute('data-state', 'PAUSED');
  await expect(row).toContainText('Its last 2 jobs failed.');
  await page.getByRole('button', { name: 'Open schedule' }).click();
  await expect(lab.shownPage).toContainText('Its last 2 jobs failed.');
  const bars = lab.shownPage.getByRole('toolbar', { name: 'The last occurrences' });
  await bars.locator('[data-status=FAILED]').first().click();
  await expect(lab.shownPage.getByText('ZeroDivisionError').first()).toBeVisible();
});

test('a schedule is edited from its row, and its page follows', async ({ lab }) => {
  await lab.write('weekly.ipynb', [parameters('region = "EU"'), 'print(region)']);
  await lab.schedule('weekly.ipynb', { cron: '0 9 * * 1-5' });
  await lab.openSidebar();
  const row = lab.scheduleRow('weekly');
  await row.click();
  await expect(lab.shownPage).toContainText('At 09:00 on Monday through Friday');
  await row.getByRole('button', { name: 'Edit…' }).click();
  await lab.form.getByLabel('At', { exact: true }).fill('17:45');
  await lab.form.getByRole('button', { name: 'Save' }).click();
  await expect(lab.form).toBeHidden();
  await expect(row).toContainText('At 17:45');
  await expect(lab.shownPage).toContainText('At 17:45 on Monday through Friday');
});

test('a schedule is removed after a question, and its jobs stay', async ({ lab, page }) => {
  await lab.write('daily.ipynb', ['print("done")']);
  const { id } = await lab.schedule('daily.ipynb');
  await page.request.post(`nbtasks/api/schedules/${id}/run`);
  await lab.openSidebar();
  await expect(lab.row('daily')).toHaveAttribute('data-status', 'COMPLETED');
  await lab.scheduleRow('daily').focus();
  await page.keyboard.press('Delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(lab.scheduleRow('daily')).toHaveCount(0);
  await expect(lab.row('daily')).toBeVisible();
});

test('its page says when it is due, is there after a reload, and leads to its jobs', async ({
  lab,
  page
}) => {
  await lab.write('weekly.ipynb', [parameters('region = "EU"'), 'print(region)']);
  const more = { timezone: 'Europe/Berlin', max_occurrences: 3, parameters: { region: 'US' } };
  await lab.schedule('weekly.ipynb', more);
  await lab.openSidebar();
  await lab.scheduleRow('weekly').focus();
  await page.keyboard.press('Enter');
  await expect(lab.shownPage).toContainText('At 09:00 every day');
  await expect(lab.shownPage).toContainText('region = "US"');
  const next = lab.shownPage.getByRole('region', { name: 'Next' }).locator('time');
  await expect(next).toHaveCount(3);

  await lab.reload();
  await expect(lab.shownPage).toContainText('0 of 3');
  const toolbar = page.locator('.jp-MainAreaWidget:visible');
  await toolbar.getByRole('button', { name: 'Run now' }).click();
  await expect(lab.outputs).toHaveText(['US']);
  await lab.shownPage.getByRole('button', { name: 'Open its schedule' }).click();
  await expect(lab.shownPage).toContainText('0 of 3');
});
