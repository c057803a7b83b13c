import AxeBuilder from '@axe-core/playwright';
import { expect, parameters, test, waitAt, type Lab } from './lab';

const SERIOUS = ['serious', 'critical'];

// How code and ANSI colours look is decided by JupyterLab's renderers and the theme.
const RENDERED = '.jp-RenderedHTMLCommon, .jp-RenderedText';

/** What axe finds seriously wrong inside of *selector*, a line each. */
async function findings({ page }: Lab, selector: string): Promise<string[]> {
  // JupyterLab's body has no height, and of what is outside of it axe does not see the contrast.
  await page.addStyleTag({ content: 'html, body { height: 100% }' });
  const axe = new AxeBuilder({ page }).include(selector).exclude(RENDERED);
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => SERIOUS.includes(impact ?? ''))
    .flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message}`));
}

for (const theme of ['JupyterLab Light', 'JupyterLab Dark']) {
  test(`${theme}: nothing stands in the way of a screen reader or of weak eyes`, async ({
    lab,
    page
  }) => {
    // It looks at everything there is.
    test.slow();
    await page.theme.setTheme(theme);
    await lab.open('weekly.ipynb', [
      { type: 'markdown', source: '# Weekly' },
      parameters('region: str = "EU"  # which market\nyear: int = 2026\nfull: bool = False'),
      'print(region)'
    ]);
    await expect(lab.badge).toBeVisible();
    expect(await findings(lab, '.jp-NbTasks-badge')).toEqual([]);

    await lab.runAsTask();
    const fold = lab.form.getByRole('button', { name: 'On a schedule' });
    await fold.click();
    await lab.form.getByLabel('Repeat').selectOption({ label: 'Every week' });
    await lab.form.getByRole('button', { name: 'Limits' }).click();
    await expect(lab.form.getByRole('table')).toBeVisible();
    await lab.form.getByLabel('Time zone').fill('Nowhere');
    await expect(lab.form.getByRole('alert')).toBeVisible();
    expect(await findings(lab, '.jp-NbTasks-dialog')).toEqual([]);
    await fold.click();

    await lab.form.getByRole('button', { name: 'More' }).click();
    await lab.form.getByLabel('year').clear();
    await lab.form.getByRole('button', { name: 'Run now' }).click();
    await expect(lab.form.getByRole('alert')).toBeVisible();
    expect(await findings(lab, '.jp-NbTasks-dialog')).toEqual([]);
    await lab.form.getByLabel('year').fill('2027');
    await lab.form.getByRole('button', { name: 'Run now' }).click();

    await lab.open('clean.ipynb', ['print("\\033[31mred\\033[0m")', 'row = {}\nrow["id"]']);
    await lab.runNow();
    await lab.open('running.ipynb', ['print(1)', waitAt('gate')]);
    await lab.runNow();
    await lab.open('kept.ipynb', ['print("before")', 'same = True', 'gone = 1']);
    await lab.schedule('weekly.ipynb', { name: 'nightly', timezone: 'Europe/Berlin' });
    await lab.schedule('clean.ipynb', { name: 'hourly', cron: '@hourly', state: 'PAUSED' });
    await lab.openSidebar();
    await expect(lab.scheduleRow('nightly')).toHaveAttribute('data-state', 'ACTIVE');
    await expect(lab.scheduleRow('hourly')).toHaveAttribute('data-state', 'PAUSED');
    await expect(lab.row('weekly')).toHaveAttribute('data-status', 'COMPLETED');
    await expect(lab.row('clean')).toHaveAttribute('data-status', 'FAILED');
    await expect(lab.row('running')).toHaveAttribute('data-status', 'EXECUTING');
    expect(await findings(lab, '#jp-nbtasks-sidebar')).toEqual([]);

    for (const name of ['weekly', 'clean', 'running']) {
      await lab.row(name).click();
      await expect(lab.shownPage.getByRole('heading', { name, exact: true })).toBeVisible();
      await expect(lab.outputs.first()).toBeVisible();
      expect(await findings(lab, '.jp-NbTasks-page')).toEqual([]);
    }

    await lab.bringToFront('kept.ipynb');
    await lab.takeSnapshot('before');
    await lab.rewrite(0, 'print("after", 1)');
    await lab.snapshotRow('before').hover();
    expect(await findings(lab, '#jp-nbtasks-sidebar')).toEqual([]);
    await lab.sidebar.getByRole('button', { name: 'Take a snapshot' }).click();
    await expect(lab.form.getByLabel('Name')).toBeFocused();
    expect(await findings(lab, '.jp-NbTasks-dialog')).toEqual([]);
    await lab.form.getByRole('button', { name: 'Cancel' }).click();
    await lab.snapshotRow('before').click();
    await expect(lab.shownPage).toContainText('1 cell changed');
    await lab.shownPage.getByRole('button', { name: 'Show 2 equal cells' }).click();
    expect(await findings(lab, '.jp-NbTasks-comparison')).toEqual([]);

    await lab.scheduleRow('nightly').click();
    await expect(lab.shownPage.getByRole('heading', { name: 'nightly' })).toBeVisible();
    expect(await findings(lab, '.jp-NbTasks-page')).toEqual([]);
  });
}
