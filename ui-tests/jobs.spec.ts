import { expect, parameters, test, waitAt } from './lab';

test('the bar moves and the outputs appear while the notebook runs', async ({ lab }) => {
  await lab.open('weekly.ipynb', [
    'print("first output")',
    `print("second begun", flush=True)\n${waitAt('gate')}`,
    'print("last output")'
  ]);
  await lab.runNow();
  await lab.openSidebar();
  const row = lab.row('weekly');
  const bar = row.getByRole('progressbar');
  await expect(bar).toHaveAttribute('value', '1');
  await row.click();
  await expect(lab.outputs).toHaveText(['first output', 'second begun']);
  await expect(row).toHaveAttribute('data-status', 'EXECUTING');

  await lab.pass('gate');
  await expect(row).toHaveAttribute('data-status', 'COMPLETED');
  await expect(lab.outputs).toHaveText(['first output', 'second begun', 'last output']);
});

test('from a failure in the list to the failing cell it takes two clicks', async ({ lab }) => {
  await lab.open('clean.ipynb', ['row = {}', '1 + 1', 'row["id"]', 'print("never")']);
  await lab.cell(0).click();
  await lab.runNow();
  await lab.openSidebar();
  const row = lab.row('clean');
  await expect(row).toContainText("cell 3: KeyError 'id'");
  await row.click();
  await expect(lab.shownPage.getByText('KeyError').first()).toBeVisible();
  expect(await lab.shownPage.innerText()).not.toContain('\u001b');
  await lab.shownPage.getByRole('button', { name: 'Go to the cell' }).click();
  await expect(lab.cell(2)).toHaveClass(/jp-mod-active/);
  await expect(lab.cell(2)).toBeInViewport();
});

test.describe('with the kernels as they are', () => {
  // Galata shows only those that the browser has started.
  test.use({ kernels: null, sessions: null });

  test('the kernel of a run that failed is kept, and a console opens on it', async ({
    lab,
    page
  }) => {
    await lab.open('clean.ipynb', ['rows = [1, 2, 3]', '1 / 0']);
    await lab.runAsTask();
    await lab.form.getByRole('button', { name: 'More' }).click();
    await lab.form.getByLabel('Keep kernel').fill('600');
    await lab.form.getByRole('button', { name: 'Run now' }).click();
    await lab.openSidebar();
    await expect(lab.row('clean')).toHaveAttribute('data-status', 'FAILED');
    await lab.row('clean').click();
    await page.getByRole('button', { name: 'Debug' }).click();
    const prompt = page.locator('.jp-CodeConsole-input .cm-content');
    // The console loses what is typed before it knows its kernel.
    await expect(async () => {
      await prompt.click();
      await page.keyboard.type('sum(rows) * 7');
      await page.keyboard.press('Shift+Enter');
      const outputs = page.locator('.jp-CodeConsole-content .jp-OutputArea-output');
      await expect(outputs.last()).toHaveText('42', { timeout: 4000 });
    }).toPass();
  });
});

test('a job is cancelled from the list, and keeps what it printed', async ({ lab }) => {
  await lab.open('long.ipynb', [`print("so far", flush=True)\n${waitAt('never')}`]);
  await lab.runNow();
  await lab.openSidebar();
  const row = lab.row('long');
  await expect(row).toHaveAttribute('data-status', 'EXECUTING');
  await row.getByRole('button', { name: 'Cancel' }).click();
  await expect(row).toHaveAttribute('data-status', 'CANCELLED');
  await row.click();
  await expect(lab.shownPage).toContainText('so far');
});

test('a reload in the middle loses nothing and doubles nothing', async ({ lab }) => {
  await lab.open('weekly.ipynb', [
    'print("one")',
    `print("two", flush=True)\n${waitAt('gate-1')}\nprint("three")`,
    `print("four", flush=True)\n${waitAt('gate-2')}`,
    'print("five")'
  ]);
  await lab.runNow();
  await lab.openSidebar();
  await lab.row('weekly').click();
  await expect(lab.shownPage).toContainText('two');

  await lab.reload();
  await expect(lab.outputs).toHaveText(['one', 'two']);
  await lab.pass('gate-1');
  await expect(lab.outputs).toHaveText(['one', 'two three', 'four']);
  await lab.reload();
  await lab.pass('gate-2');
  await expect(lab.outputs).toHaveText(['one', 'two three', 'four', 'five']);
});

test('the list is walked and used by keyboard alone', async ({ lab, page }) => {
  await lab.open('first.ipynb', ['print("the first")']);
  await lab.runNow();
  await lab.open('second.ipynb', ['print("the second")']);
  await lab.runNow();
  await lab.command('Show Notebook Tasks');
  await expect(lab.row('first')).toHaveAttribute('data-status', 'COMPLETED');

  await lab.sidebar.getByRole('searchbox').focus();
  for (const step of ['Tab', 'Tab', 'Tab']) {
    await page.keyboard.press(step);
  }
  await expect(lab.row('second')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(lab.row('first')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(lab.shownPage).toContainText('the first');
});

test('jobs are found by words, by status and by notebook', async ({ lab }) => {
  await lab.open('good.ipynb', ['print(1)']);
  await lab.runNow();
  await lab.open('bad.ipynb', ['1 / 0']);
  await lab.runNow();
  await lab.openSidebar();
  await expect(lab.row('good')).toHaveAttribute('data-status', 'COMPLETED');
  await expect(lab.row('bad')).toHaveAttribute('data-status', 'FAILED');

  await lab.sidebar.getByRole('searchbox').fill('good');
  await expect(lab.row('bad')).toHaveCount(0);
  await expect(lab.row('good')).toBeVisible();
  await lab.sidebar.getByRole('searchbox').fill('');
  await lab.sidebar.getByLabel('Status').selectOption('Failed');
  await expect(lab.row('good')).toHaveCount(0);
  await expect(lab.row('bad')).toBeVisible();
  await lab.sidebar.getByLabel('Status').selectOption('All');
  await lab.sidebar.getByRole('button', { name: 'This notebook only' }).click();
  await expect(lab.row('good')).toHaveCount(0);
  await expect(lab.row('bad')).toBeVisible();
});

test('jobs are found by their values and their errors', async ({ lab }) => {
  await lab.write('good.ipynb', [parameters('year = 2025')]);
  await lab.write('bad.ipynb', ['raise ValueError("no such day")']);
  await lab.openSidebar();
  await lab.submit('bad.ipynb');
  await lab.submit('good.ipynb', { parameters: { year: 2026 } });
  await expect(lab.row('good')).toContainText('year = 2026');
  await expect(lab.row('bad')).toContainText(/cell 1: ValueError no such day/);
  await expect(lab.row('bad')).toContainText(/(ago|now) · 0:0/);

  await lab.sidebar.getByRole('searchbox').fill('year = 2026');
  await expect(lab.row('bad')).toHaveCount(0);
  await expect(lab.row('good')).toBeVisible();
  await lab.sidebar.getByRole('searchbox').fill('valueerror');
  await expect(lab.row('good')).toHaveCount(0);
  await expect(lab.row('bad')).toBeVisible();
});

test('several jobs are selected, run again and deleted at once', async ({ lab, page }) => {
  await lab.write('work.ipynb', ['1']);
  await lab.openSidebar();
  for (const name of ['one', 'two', 'three']) {
    await lab.submit('work.ipynb', { name });
    await expect(lab.row(name)).toHaveAttribute('data-status', 'COMPLETED');
  }
  await lab.row('three').click({ modifiers: ['Control'] });
  await lab.row('two').click({ modifiers: ['Shift'] });
  const bar = lab.sidebar.getByRole('toolbar', { name: 'Selected jobs' });
  await expect(bar).toContainText('2 selected');
  await bar.getByRole('button', { name: 'Run 2 again' }).click();
  const rows = lab.sidebar.getByRole('list', { name: 'Jobs' }).getByRole('listitem');
  await expect(rows).toHaveCount(5);

  await bar.getByRole('button', { name: 'Delete 2…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(rows).toHaveCount(3);
  await expect(bar).toBeHidden();
  await expect(lab.row('one')).toBeVisible();
  await lab.row('one').focus();
  await page.keyboard.press('Control+Space');
  await expect(bar).toContainText('1 selected');
});

test('a large output is drawn when it is asked for', async ({ lab }) => {
  const source = 'HTML("<p>the end</p><!--" + "x" * 1_600_000 + "-->")';
  await lab.write('large.ipynb', [`from IPython.display import HTML\n${source}`]);
  await lab.openSidebar();
  await lab.submit('large.ipynb');
  await lab.row('large').click();
  await lab.shownPage.getByRole('button', { name: 'Show this output (1.6 MB)' }).click();
  await expect(lab.outputs).toContainText('the end');
});

test('at a height of 700 pixels each list shows three rows', async ({ lab, page }) => {
  await page.setViewportSize({ width: 1024, height: 700 });
  const numbers = [1, 2, 3, 4];
  await lab.open('work.ipynb', ['1']);
  for (const number of numbers) {
    await lab.schedule('work.ipynb', { name: `schedule ${number}` });
    await lab.submit('work.ipynb', { name: `job ${number}` });
    const data = { path: `${lab.folder}/work.ipynb`, name: `snapshot ${number}` };
    await page.request.post('nbtasks/api/snapshots', { data });
  }
  await lab.openSidebar();
  for (const number of [4, 3, 2]) {
    await expect(lab.row(`job ${number}`)).toBeInViewport({ ratio: 1 });
    await expect(lab.scheduleRow(`schedule ${number}`)).toBeInViewport({ ratio: 1 });
    await expect(lab.snapshotRow(`snapshot ${number}`)).toBeInViewport({ ratio: 1 });
  }
});

test('the status bar counts what runs and opens the sidebar', async ({ lab, page }) => {
  await lab.open('weekly.ipynb', [waitAt('gate')]);
  await lab.runNow();
  const item = page.locator('#jp-bottom-panel, .jp-StatusBar-Widget').getByText('1 running');
  await item.click();
  await expect(lab.row('weekly')).toBeVisible();
  await lab.pass('gate');
  await expect(item).toHaveCount(0);
});

test('with 200,000 lines on the page JupyterLab stays usable', async ({ lab, page }, info) => {
  const print = 'for i in range(200_000):\n    print("line", i)';
  await lab.open('lines.ipynb', [`${waitAt('gate')}\n${print}`]);
  await lab.runNow();
  await lab.openSidebar();
  await lab.row('lines').click();
  await lab.pass('gate');
  await expect(lab.shownPage).toContainText('line ');
  const answers: number[] = [];
  while ((await lab.row('lines').getAttribute('data-status')) === 'EXECUTING') {
    answers.push(await page.evaluate(answerToClick));
  }
  await expect(lab.shownPage).toContainText('line 199999');
  await expect(lab.shownPage.getByText('Only the end of the output is shown')).toBeVisible();
  answers.push(await page.evaluate(answerToClick));
  const description = `slowest of ${answers.length}: ${Math.max(...answers).toFixed()} ms`;
  info.annotations.push({ type: 'answer to a click', description });
  console.log(description);

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    lab.shownPage.getByRole('link', { name: 'Download the whole output' }).click()
  ]);
  const whole = await download.createReadStream();
  let text = '';
  for await (const chunk of whole) {
    text += String(chunk);
  }
  expect(text).toContain('line 0\\n');
  expect(text).toContain('line 199999\\n');
});

/** Open or close the search of the palette's menu; the milliseconds until it is painted. */
async function answerToClick(): Promise<number> {
  const tab = document.querySelector<HTMLElement>('.lm-MenuBar-item')!;
  const begun = performance.now();
  tab.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 0 }));
  await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
  return performance.now() - begun;
}
