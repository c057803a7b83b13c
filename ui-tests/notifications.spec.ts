import { expect, test, waitAt } from './lab';

test('a run is told of when it begins, and when it ends after a reload', async ({ lab, page }) => {
  const toasts = page.locator('.Toastify__toast');
  await lab.open('long.ipynb', [`${waitAt('gate')}\n1 / 0`]);
  await lab.runNow();
  const begun = toasts.filter({ hasText: '“long” was submitted' });
  await begun.getByRole('button', { name: 'Open job' }).click();
  await expect(begun).toHaveCount(0);

  await lab.reload();
  await lab.pass('gate');
  const failed = toasts.filter({ hasText: '“long” failed: cell 1: ZeroDivisionError' });
  await failed.getByRole('button', { name: 'Open job' }).click();
  await expect(failed).toHaveCount(0);
});

test('failures gather in one notification', async ({ lab, page }) => {
  const toasts = page.locator('.Toastify__toast');
  await lab.write('bad.ipynb', ['1 / 0']);
  await lab.openSidebar();
  for (const name of ['first', 'second', 'third']) {
    await lab.submit('bad.ipynb', { name, trigger: 'lab' });
    await expect(lab.row(name)).toHaveAttribute('data-status', 'FAILED');
  }
  await expect(toasts).toHaveText(/3 notebook tasks have ended: 3 failed/);
  await lab.row('second').click();
  await expect(toasts).toHaveText(/2 notebook tasks have ended: 2 failed/);
});
