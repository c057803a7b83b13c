import { expect, parameters, test } from './lab';

test('a schedule is in the sidebar as soon as it is made, and is paused there', async ({ lab }) => {
  await lab.openSidebar();
  await expect(lab.sidebar.getByText('No schedules yet')).toBeVisible();
  await lab.write('weekly.ipynb', ['print("EU")']);
  await lab.schedule('weekly.ipynb', { cron: '0 9 * * 1-5', timezone: 'Europe/Berlin' });

  const row = lab.scheduleRow('weekly');
  await expect(row).toHaveAttribute('data-state', 'ACTIVE');
  await expect(row).toContainText(/Monday through Friday.*Berlin/);
  await row.hover();
  await row.getByRole('button', { name: 'Pause' }).click();
  await expect(row).toHaveAttribute('data-state', 'PAUSED');
  await row.getByRole('button', { name: 'Resume' }).click();
  await expect(row).toHaveAttribute('data-state', 'ACTIVE');
});

test('its page says when it is due, runs it now and is there after a reload', async ({ lab }) => {
  await lab.write('weekly.ipynb', [parameters('region = "EU"'), 'print(region)']);
  await lab.schedule('weekly.ipynb', {
    cron: '0 9 * * *',
    timezone: 'Europe/Berlin',
    max_occurrences: 3,
    parameters: { region: 'US' }
  });
  await lab.openSidebar();
  // JupyterLab keeps its layout a little later than it changes.
  const isKept = lab.page.waitForRequest(
    request => request.method() === 'PUT' && !!request.postData()?.includes('nbtasks-schedule:')
  );
  await lab.scheduleRow('weekly').focus();
  await lab.page.keyboard.press('Enter');
  await expect(lab.schedulePage.getByRole('heading', { name: 'weekly' })).toBeVisible();
  await expect(lab.schedulePage).toContainText('region = "US"');
  await expect(lab.schedulePage).toContainText('0 of 3');
  const next = lab.schedulePage.getByRole('region', { name: 'Next' }).locator('time');
  await expect(next).toHaveCount(3);
  await expect(next.first()).toContainText('09:00');

  await isKept;
  await lab.reload();
  await expect(lab.schedulePage).toContainText('0 of 3');
  await lab.page
    .locator('.jp-MainAreaWidget:visible')
    .getByRole('button', { name: 'Run now' })
    .click();
  await expect(lab.jobPage.getByRole('heading', { name: 'weekly' })).toBeVisible();
  await expect(lab.outputs).toHaveText(['US']);
  await lab.jobPage.getByRole('button', { name: 'Open its schedule' }).click();
  await expect(lab.schedulePage.getByRole('heading', { name: 'weekly' })).toBeVisible();
});

test('one that pauses itself says so, and what came of it', async ({ lab, page }) => {
  await lab.openSidebar();
  await lab.write('clean.ipynb', ['row = {}', 'row["id"]']);
  await lab.schedule('clean.ipynb', { interval: 1, max_consecutive_failures: 1 });

  const told = page.locator('.Toastify__toast').filter({ hasText: 'was paused' });
  await expect(told).toContainText('Its last job failed.');
  await expect(lab.scheduleRow('clean')).toContainText('Its last job failed.');
  await expect(lab.scheduleRow('clean').getByRole('img')).toHaveAttribute('aria-label', /Failed/);
  await told.getByRole('button', { name: 'Open schedule' }).click();
  const reason = lab.schedulePage.getByRole('cell', { name: "cell 2: KeyError 'id'" });
  await expect(reason.first()).toBeVisible();
  const bars = lab.schedulePage.getByRole('toolbar', { name: 'The last occurrences' });
  await bars.locator('[data-status=FAILED]').first().click();
  await expect(lab.jobPage.getByText('KeyError').first()).toBeVisible();
});

test('it is deleted by keyboard after a question, and its jobs stay', async ({ lab, page }) => {
  await lab.write('weekly.ipynb', ['print("EU")']);
  await lab.schedule('weekly.ipynb', { interval: 3600 });
  await lab.openSidebar();
  const row = lab.scheduleRow('weekly');
  await row.hover();
  await row.getByRole('button', { name: 'Run now' }).click();
  await expect(lab.row('weekly')).toHaveAttribute('data-status', 'COMPLETED');

  await row.focus();
  await page.keyboard.press('Delete');
  await expect(page.getByRole('dialog')).toContainText('its jobs stay');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(lab.sidebar.getByText('No schedules yet')).toBeVisible();
  await expect(lab.row('weekly')).toHaveAttribute('data-status', 'COMPLETED');
});
