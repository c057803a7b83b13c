import { expect, test as base, type IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

/** A cell of a notebook that a test writes: code, or what else it is said to be. */
export type Cell = string | { type?: 'markdown'; source: string; tags?: string[] };

/** Of a schedule, what the tests look at. */
export interface ISchedule {
  id: string;
  name: string;
}

const JOBS = 'nbtasks/api/jobs';
const SCHEDULES = 'nbtasks/api/schedules';
const SNAPSHOTS = 'nbtasks/api/snapshots';

/** JupyterLab as a person sees it who runs notebooks as tasks. */
export class Lab {
  constructor(
    readonly page: IJupyterLabPageFixture,
    readonly folder: string
  ) {
    this.sidebar = page.getByRole('region', { name: 'Notebook Tasks' });
    this.form = page.locator('.jp-NbTasks-dialog');
    this.shownPage = page.locator('.jp-NbTasks-page:visible');
    this.outputs = this.shownPage.locator('.jp-NbTasks-notebook .jp-OutputArea-output');
    this.badge = page.getByRole('group', { name: 'Parameters cell' });
    page.on('request', request => {
      if (request.method() === 'PUT' && request.url().includes('/api/workspaces')) {
        this._keptInFront = shownIn(request.postDataJSON());
      }
    });
  }

  readonly sidebar: Locator;
  readonly form: Locator;
  /** The page of a job or of a schedule that is in front. */
  readonly shownPage: Locator;
  readonly outputs: Locator;
  readonly badge: Locator;

  /** Put a notebook into the test's folder. */
  async write(name: string, cells: ReadonlyArray<Cell>): Promise<void> {
    const notebook = {
      cells: cells.map((cell, index) => cellOf(cell, index)),
      metadata: {
        kernelspec: { name: 'python3', display_name: 'Python 3 (ipykernel)', language: 'python' },
        language_info: { name: 'python' }
      },
      nbformat: 4,
      nbformat_minor: 5
    };
    const path = `${this.folder}/${name}`;
    await this.page.contents.uploadContent(JSON.stringify(notebook), 'text', path);
  }

  /** Put a notebook into the test's folder and open it. */
  async open(name: string, cells: ReadonlyArray<Cell>): Promise<void> {
    await this.write(name, cells);
    await this.page.notebook.openByPath(`${this.folder}/${name}`);
    await this.page.notebook.activate(name);
    await expect(this.cell(0)).toBeVisible();
  }

  /** Show the open document of that name. */
  async bringToFront(name: string): Promise<void> {
    await this.page.getByRole('tab', { name, exact: true }).click();
  }

  /** A cell of the notebook on screen, counted from 0. */
  cell(index: number): Locator {
    return this.page.locator('.jp-NotebookPanel:visible .jp-Notebook .jp-Cell').nth(index);
  }

  /** Open the form for the notebook on screen. */
  async runAsTask(): Promise<void> {
    await this.page
      .locator('.jp-NotebookPanel:visible')
      .getByRole('button', { name: 'Run as task' })
      .click();
    await expect(this.form).toBeVisible();
  }

  /** Run the notebook on screen with what the form says. */
  async runNow(): Promise<void> {
    await this.runAsTask();
    await this.form.getByRole('button', { name: 'Run now' }).click();
    await expect(this.form).toBeHidden();
  }

  /** Give a command by its name, in the palette and by keyboard alone. */
  async command(name: string): Promise<void> {
    const { keyboard } = this.page;
    const palette = this.page.getByRole('region', { name: 'Command Palette' });
    await keyboard.press('Control+Shift+C');
    await expect(palette.getByRole('textbox')).toBeFocused();
    await keyboard.type(name);
    await expect(palette.locator('.lm-mod-active')).toContainText(name);
    await keyboard.press('Enter');
  }

  /** Open the sidebar, if it is not. */
  async openSidebar(): Promise<void> {
    if (!(await this.sidebar.isVisible())) {
      await this.page.getByRole('tab', { name: 'Notebook Tasks' }).click();
    }
    await expect(this.sidebar).toBeVisible();
  }

  /** Load the page anew; the page of ours that is in front comes back. */
  async reload(): Promise<void> {
    // JupyterLab keeps its layout a little later than it changes.
    const front = this.page.locator('.jp-MainAreaWidget:visible', { has: this.shownPage });
    const [, id] = /^jp-nbtasks-[a-z]+-(.+)$/.exec((await front.getAttribute('id')) ?? '') ?? [];
    await expect.poll(() => this._keptInFront).toContain(id);
    // Galata's own way waits for the launcher, which does not come back.
    const loaded = this.page.waitForEvent('load');
    await this.page.evaluate(() => location.reload());
    await loaded;
  }

  /** The newest job of that name in the sidebar. */
  row(name: string): Locator {
    const jobs = this.sidebar.getByRole('list', { name: 'Jobs' });
    return jobs.getByRole('listitem').filter({ hasText: name }).first();
  }

  /** The schedule of that name in the sidebar. */
  scheduleRow(name: string): Locator {
    const schedules = this.sidebar.getByRole('list', { name: 'Schedules' });
    return schedules.getByRole('listitem').filter({ hasText: name });
  }

  /** The snapshot of that name in the sidebar. */
  snapshotRow(name: string): Locator {
    const snapshots = this.sidebar.getByRole('list', { name: 'Snapshots' });
    return snapshots.getByRole('listitem').filter({ hasText: name });
  }

  /** Keep the notebook on screen under that name. */
  async takeSnapshot(name: string): Promise<void> {
    await this.openSidebar();
    await this.sidebar.getByRole('button', { name: 'Take a snapshot' }).first().click();
    await this.form.getByLabel('Name').fill(name);
    await this.form.getByRole('button', { name: 'Create' }).click();
    await expect(this.form).toBeHidden();
    await expect(this.snapshotRow(name)).toBeVisible();
  }

  /** Type another text into a cell of the notebook on screen. */
  async rewrite(index: number, text: string): Promise<void> {
    await this.cell(index).locator('.cm-content').click();
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.type(text);
    await expect(this.cell(index).locator('.cm-content')).toHaveText(text);
  }

  /** What the file says in a cell. */
  async inFile(name: string, index: number): Promise<string> {
    const path = `api/contents/${this.folder}/${name}`;
    const file = (await (await this.page.request.get(path)).json()) as {
      content: { cells: ReadonlyArray<{ source: string }> };
    };
    return file.content.cells[index]?.source ?? '';
  }

  /** Run a notebook of the test's folder, without the form. */
  async submit(name: string, more: object = {}): Promise<void> {
    const notebook = `${this.folder}/${name}`;
    const response = await this.page.request.post(JOBS, { data: { notebook, ...more } });
    expect(response.status()).toBe(201);
  }

  /** Schedule a notebook of the test's folder, every day at nine if nothing is said. */
  async schedule(name: string, more: object = {}): Promise<ISchedule> {
    const notebook = `${this.folder}/${name}`;
    const data = { notebook, cron: '0 9 * * *', timezone: 'UTC', ...more };
    return (await (await this.page.request.post(SCHEDULES, { data })).json()) as ISchedule;
  }

  /** The schedules that the server has, newest first. */
  async schedules(): Promise<ReadonlyArray<ISchedule>> {
    return this._items<ISchedule>(SCHEDULES);
  }

  /** Remove every schedule, snapshot and job, so that the next test has none. */
  async clear(): Promise<void> {
    const { request } = this.page;
    for (const { id } of await this._items<{ id: string }>(SNAPSHOTS)) {
      await request.delete(`${SNAPSHOTS}/${id}`);
    }
    for (const { id } of await this.schedules()) {
      await request.delete(`${SCHEDULES}/${id}`);
    }
    for (const { id } of await this._items<{ id: string }>(JOBS)) {
      await request.post(`${JOBS}/${id}/cancel`);
      await expect
        .poll(async () => (await request.delete(`${JOBS}/${id}`)).status())
        .toBeLessThan(300);
    }
  }

  /** Let a cell go on that waits at the gate of that name. */
  async pass(gate: string): Promise<void> {
    await this.page.contents.uploadContent('', 'text', `${this.folder}/${gate}`);
  }

  /** What is in front in the layout that JupyterLab last asked the server to keep. */
  private _keptInFront = '';

  private async _items<T>(path: string): Promise<T[]> {
    const response = await this.page.request.get(`${path}?limit=500`);
    return ((await response.json()) as { items: T[] }).items;
  }
}

/** The name of what is in front in a workspace that JupyterLab keeps. */
function shownIn(workspace: { data?: Record<string, { main?: { current?: string } }> }): string {
  return workspace.data?.['layout-restorer:data']?.main?.current ?? '';
}

/** Code of a cell that waits until the test says `pass(gate)`. */
export function waitAt(gate: string): string {
  return [
    'import pathlib, time',
    `while not pathlib.Path(${JSON.stringify(gate)}).exists():`,
    '    time.sleep(0.02)'
  ].join('\n');
}

/** Code that is tagged as the parameters cell. */
export function parameters(source: string): Cell {
  return { source, tags: ['parameters'] };
}

function cellOf(cell: Cell, index: number): Record<string, unknown> {
  const { type, source, tags } =
    typeof cell === 'string' ? { type: undefined, source: cell, tags: undefined } : cell;
  const metadata = tags === undefined ? {} : { tags };
  const common = { id: `cell-${index}`, metadata, source };
  return type === undefined
    ? { ...common, cell_type: 'code', execution_count: null, outputs: [] }
    : { ...common, cell_type: type };
}

/** Every test has a folder of its own, and a JupyterLab that keeps nothing of the one before. */
export const test = base.extend<{ lab: Lab }>({
  lab: async ({ page, tmpPath }, use) => {
    const lab = new Lab(page, tmpPath);
    await use(lab);
    await lab.clear();
  }
});

export { expect };
