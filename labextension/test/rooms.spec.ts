/**
 * Rooms import one way, and are named in one way.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const HOUSE = join(__dirname, '..');

/** The lines of *text* that import from a room above, where it is the text of *file*. */
function linesThatGoUp(file: string, text: string): number[] {
  const eslint = join(HOUSE, 'node_modules/eslint/bin/eslint.js');
  const options = ['--config', 'eslint.rooms.mjs', '--format', 'json', '--stdin'];
  const { stdout } = spawnSync(process.execPath, [eslint, ...options, '--stdin-filename', file], {
    cwd: HOUSE,
    encoding: 'utf8',
    input: text
  });
  const [{ messages }] = JSON.parse(stdout) as [{ messages: { line: number }[] }];
  return messages.map(({ line }) => line);
}

describe('The rooms of src/', () => {
  it('may be imported by those above them, not by those below', () => {
    const text = [
      "import type { IJob } from '../api/jobs';",
      "import type { INbTasks } from '../tokens';",
      "import { moment } from '../display/format';",
      "import { JobsModel } from './model';",
      "import type { ISchedules } from '../schedules/model';",
      "import { NotebookRunner } from '../submission/runner';",
      "import plugins from '../index';"
    ];

    expect(linesThatGoUp('src/jobs/status.ts', text.join('\n'))).toEqual([5, 6, 7]);
  }, 60_000);

  it('name every file that defines a plugin in the same way', () => {
    const files = readdirSync(join(HOUSE, 'src'), { encoding: 'utf8', recursive: true });
    const definers = files.filter(
      file =>
        /\.tsx?$/.test(file) &&
        readFileSync(join(HOUSE, 'src', file), 'utf8').includes(': JupyterFrontEndPlugin<')
    );

    expect(definers).not.toHaveLength(0);
    expect(definers.filter(file => !/plugin\.tsx?$/.test(file))).toEqual([]);
  });
});
