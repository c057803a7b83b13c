/**
 * Filling in a schedule, and what the server says while one does.
 */
import { nullTranslator } from '@jupyterlab/translation';
import { RequestError } from '../../src/api/request';
import type { IPreview, IPreviewRequest } from '../../src/api/schedules';
import { ScheduleFormModel } from '../../src/schedules/formmodel';
import { schedule } from './schedules';

const ANSWER: IPreview = { description: 'Daily', timezone: 'UTC', next: [], notes: [] };

interface IServer {
  requests: IPreviewRequest[];
  answers: (IPreview | Error)[];
}

function formOf(options: Partial<ScheduleFormModel.IOptions> = {}): [ScheduleFormModel, IServer] {
  const server: IServer = { requests: [], answers: [] };
  const form = new ScheduleFormModel({
    schedule: undefined,
    isCopy: false,
    notebook: 'weekly',
    fetchPreview: question => {
      server.requests.push(question);
      const answer = server.answers.shift() ?? ANSWER;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    trans: nullTranslator.load(''),
    ...options
  });
  forms.push(form);
  return [form, server];
}

/** Fill in *data*, and wait for what the server says to it. */
async function answered(form: ScheduleFormModel, act: () => void): Promise<void> {
  const answer = new Promise<void>(resolve => form.preview.answerChanged.connect(() => resolve()));
  act();
  await answer;
}

function fill(form: ScheduleFormModel, part: 'rule' | 'limits', data: object): void {
  form[part].setData({ ...form[part].data, ...data });
}

let forms: ScheduleFormModel[] = [];

afterEach(() => {
  forms.forEach(form => form.dispose());
  forms = [];
});

describe('ScheduleFormModel', () => {
  it('asks nothing before it is opened, and then at once when it is due', async () => {
    const [form, { requests }] = formOf();
    fill(form, 'rule', { timezone: 'UTC' });
    expect(form.preview.isWaiting).toBe(true);

    await answered(form, () => form.toggle());

    expect(requests).toEqual([
      { cron: '0 9 * * *', interval: null, timezone: 'UTC', start: null, end: null, count: 5 }
    ]);
    expect(form.preview.answer).toEqual(ANSWER);
  });

  it('has the fields that its rule needs', () => {
    const [form] = formOf();
    const fields = (frequency: string): string[] => {
      fill(form, 'rule', { frequency });
      return Object.keys(form.rule.form.schema.properties!);
    };

    expect(fields('weekly')).toEqual(['name', 'frequency', 'days', 'time', 'timezone']);
    expect(fields('hours')).toEqual(['name', 'frequency', 'every', 'timezone']);
    expect(fields('custom')).toEqual(['name', 'frequency', 'cron', 'timezone']);
  });

  it('goes on to cron with what the preset means', () => {
    const [form] = formOf();
    fill(form, 'rule', { frequency: 'weekdays', time: '07:30' });

    fill(form, 'rule', { frequency: 'custom' });

    expect(form.rule.data['cron']).toBe('30 7 * * 1-5');
    fill(form, 'rule', { cron: '1 2 3 4 5' });
    expect(form.rule.data['cron']).toBe('1 2 3 4 5');
  });

  it('goes on to cron also from what is not whole', () => {
    const [form] = formOf();
    fill(form, 'rule', { time: undefined });

    fill(form, 'rule', { frequency: 'custom' });

    expect(form.rule.data['cron']).toBe('0 9 * * *');
  });

  it('says what is missing, and does not ask with it', () => {
    const [form] = formOf();
    form.toggle();

    fill(form, 'rule', { frequency: 'weekly', days: [] });

    expect(form.rule.errors).toEqual({ days: 'Choose at least one.' });
    expect(form.preview.isWaiting).toBe(true);
    expect(form.validate()).toBe(false);
  });

  it('shows a refusal at its field until there is an answer', async () => {
    const [form, server] = formOf();
    const errors = [
      { field: 'cron', message: 'No cron.' },
      { field: 'timezone', message: 'No zone.' },
      { field: 'end', message: 'Before the start.' }
    ];
    server.answers.push(new RequestError('No.', 400, 'invalid', errors), ANSWER);
    fill(form, 'rule', { frequency: 'custom', cron: 'x' });

    await answered(form, () => form.toggle());
    expect(form.rule.errors).toEqual({ cron: 'No cron.', timezone: 'No zone.' });
    expect(form.limits.errors).toEqual({ end: 'Before the start.' });
    expect(form.limits.isExpanded).toBe(true);

    await answered(form, () => fill(form, 'limits', { start: '2026-12-01T00:00' }));
    expect([form.rule.errors, form.limits.errors]).toEqual([{}, {}]);
  });

  it('asks for no more occurrences than there may be', async () => {
    const [form, { requests }] = formOf();
    fill(form, 'limits', { max_occurrences: 3 });

    await answered(form, () => form.toggle());

    expect(requests[0]!.count).toBe(3);
  });
});

describe('ScheduleFormModel of a schedule', () => {
  it('shows it, and asks at once', async () => {
    const fields = { max_occurrences: 10, occurrences: 8 };
    const [form, { requests }] = formOf({ schedule: schedule(fields) });

    await answered(form, () => undefined);

    expect(form.isOpen).toBe(true);
    expect(form.rule.data).toMatchObject({ name: 'weekly', frequency: 'weekdays', time: '09:00' });
    expect(form.limits.isExpanded).toBe(true);
    expect(requests).toMatchObject([{ cron: '0 9 * * 1-5', timezone: 'Europe/Berlin', count: 2 }]);
  });

  it('folds limits that are the usual ones', () => {
    const [form] = formOf({ schedule: schedule() });

    expect(form.limits.isExpanded).toBe(false);
  });

  it('counts an interval from when it was made', async () => {
    const [form, { requests }] = formOf({ schedule: schedule({ cron: null, interval: 900 }) });

    await answered(form, () => undefined);

    expect(requests).toMatchObject([{ interval: 900, start: '2026-11-21T08:06:46Z' }]);
    expect(form.ruleAndLimits.start).toBeNull();
  });

  it('says how it stands', () => {
    const notes = (fields: Parameters<typeof schedule>[0]): string[] =>
      formOf({ schedule: schedule(fields) })[0].notes;

    expect(notes({})).toEqual([]);
    expect(notes({ state: 'PAUSED', message: '5 failures.' })).toEqual([
      'It is paused: 5 failures.'
    ]);
    expect(notes({ state: 'ENDED' })).toEqual([
      'It has ended. With a later end, or more times, it goes on.'
    ]);
  });

  it('gives a copy another name, and begins anew', async () => {
    const fields = { max_occurrences: 4, occurrences: 3, cron: null, interval: 900 };
    const copied = schedule({ ...fields, state: 'ENDED' });
    const [form, { requests }] = formOf({ schedule: copied, isCopy: true });

    await answered(form, () => undefined);

    expect([form.copied, form.edited, form.notes]).toEqual([copied, null, []]);
    expect(form.ruleAndLimits.name).toBe('weekly (copy)');
    expect(requests).toMatchObject([{ count: 4, start: null }]);
  });
});
