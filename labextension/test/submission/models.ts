/**
 * The model of a dialog, with a server that says what the test says.
 */
import { nullTranslator } from '@jupyterlab/translation';
import type { IJob } from '../../src/api/jobs';
import type { IParameters } from '../../src/api/parameters';
import type { ISchedule, IScheduleRequest } from '../../src/api/schedules';
import { RunModel } from '../../src/submission/model';
import type { IKeyedRequest } from '../../src/submission/requests';
import { schedule } from '../schedules/schedules';
import { answerOf, parameter } from './parameters';

export const JOB = { id: 'j1' } as IJob;
const PYTHON = {
  name: 'python3',
  display_name: 'Python 3',
  language: 'python',
  argv: [],
  resources: {}
};

/** What was asked, and what is to be answered. */
interface IServer {
  requests: IKeyedRequest[];
  scheduleRequests: IScheduleRequest[];
  answers: (IJob | ISchedule | Error)[];
  /** Whether the file is another version than the one on the screen. */
  isOther: boolean;
}

/** The model of a dialog for these notebooks, with the server of a test. */
export function modelOf(
  notebooks: [string, IParameters][],
  answers: (IJob | ISchedule | Error)[] = [],
  initialValues: Pick<
    RunModel.IOptions,
    'initialValues' | 'isDraft' | 'isScheduled' | 'schedule'
  > = {}
): [RunModel, IServer] {
  const server: IServer = { requests: [], scheduleRequests: [], answers, isOther: false };
  const answer = <T>(usual: T): Promise<T> => {
    const result = server.answers.shift() ?? usual;
    return result instanceof Error ? Promise.reject(result) : Promise.resolve(result as T);
  };
  const model = new RunModel({
    notebooks,
    ...initialValues,
    specs: { default: 'python3', kernelspecs: { python3: PYTHON } },
    server: {
      submit: request => {
        server.requests.push(request);
        return answer(JOB);
      },
      schedule: request => {
        server.scheduleRequests.push(request);
        return answer(schedule());
      },
      inspect: path => {
        if (server.isOther) {
          return Promise.reject(new Error('Not what is on the screen.'));
        }
        const read = path === 'needy.ipynb' ? NEEDY[1] : answerOf(parameter({ default: 7 }));
        return Promise.resolve({ ...read, hash: 'h2' });
      },
      preview: () => Promise.resolve({ description: 'Daily', timezone: 'UTC', next: [], notes: [] })
    },
    trans: nullTranslator.load('')
  });
  models.push(model);
  return [model, server];
}

export const WEEKLY: [string, IParameters] = ['weekly.ipynb', answerOf(parameter())];
export const NEEDY: [string, IParameters] = [
  'needy.ipynb',
  answerOf(parameter({ name: 'y', default: null, required: true }))
];

let models: RunModel[] = [];

afterEach(() => {
  models.forEach(model => model.dispose());
  models = [];
});
