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
  asked: IPreviewRequest[];
  answers: (IPreview | Error)[];
}

function draftOf(options: Partial<ScheduleFormModel.IOptions> = {}): [ScheduleFormModel, IServer] {
  const server: IServer = { asked: [], answers: [] };
  const draft = new ScheduleFormModel({
    schedule: undefined,
    isCopy: false,
    notebook: 'weekly',
    fetchPreview: question => {
      server.asked.push(question);
      const answer = server.answers.shift() ?? ANSWER;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    trans: nullTranslator.load(''),
    ...options
  });
  drafts.push(draft);
  return [draft, server];
}

/** Fill in *data*, and wait for what the server says to it. */
async function answered(draft: ScheduleFormModel, act: () => void): Promise<void> {
  const said = new Promise<void>(resolve => draft.preview.answerChanged.connect(() => resolve()));
  act();
  await said;
}

function fill(draft: ScheduleFormModel, part: 'rule' | 'limits', data: object): void {
  draft[part].setData({ ...draft[part].data, ...data });
}

let drafts: ScheduleFormModel[] = [];

afterEach(() => {
  drafts.forEach(draft => draft.dispose());
  drafts = [];
});

describe('ScheduleDraft', () => {
  it('asks nothing before it is opened, and then at once when it is due', async () => {
    const [draft, { asked }] = draftOf();
    fill(draft, 'rule', { timezone: 'UTC' });
    expect(draft.preview.isWaiting).toBe(true);

    await answered(draft, () => draft.toggle());

    expect(asked).toEqual([
      { cron: '0 9 * * *', interval: null, timezone: 'UTC', start: null, end: null, count: 5 }
    ]);
    expect(draft.preview.answer).toEqual(ANSWER);
  });

  it('has the fields that its rule needs', () => {
    const [draft] = draftOf();
    const fields = (frequency: string): string[] => {
      fill(draft, 'rule', { frequency });
      return Object.keys(draft.rule.form.schema.properties!);
    };

    expect(fields('weekly')).toEqual(['name', 'frequency', 'days', 'time', 'timezone']);
    expect(fields('hours')).toEqual(['name', 'frequency', 'every', 'timezone']);
    expect(fields('custom')).toEqual(['name', 'frequency', 'cron', 'timezone']);
  });

  it('goes on to cron with what the preset means', () => {
    const [draft] = draftOf();
    fill(draft, 'rule', { frequency: 'weekdays', time: '07:30' });

    fill(draft, 'rule', { frequency: 'custom' });

    expect(draft.rule.data['cron']).toBe('30 7 * * 1-5');
    fill(draft, 'rule', { cron: '1 2 3 4 5' });
    expect(draft.rule.data['cron']).toBe('1 2 3 4 5');
  });

  it('goes on to cron also from what is not whole', () => {
    const [draft] = draftOf();
    fill(draft, 'rule', { time: undefined });

    fill(draft, 'rule', { frequency: 'custom' });

    expect(draft.rule.data['cron']).toBe('0 9 * * *');
  });

  it('says what is missing, and does not ask with it', () => {
    const [draft] = draftOf();
    draft.toggle();

    fill(draft, 'rule', { frequency: 'weekly', days: [] });

    expect(draft.rule.errors).toEqual({ days: 'Choose at least one.' });
    expect(draft.preview.isWaiting).toBe(true);
    expect(draft.validate()).toBe(false);
  });

  it('shows a refusal at its field until there is an answer', async () => {
    const [draft, server] = draftOf();
    const errors = [
      { field: 'cron', message: 'No cron.' },
      { field: 'timezone', message: 'No zone.' },
      { field: 'end', message: 'Before the start.' }
    ];
    server.answers.push(new RequestError('No.', 400, 'invalid', errors), ANSWER);
    fill(draft, 'rule', { frequency: 'custom', cron: 'x' });

    await answered(draft, () => draft.toggle());
    expect(draft.rule.errors).toEqual({ cron: 'No cron.', timezone: 'No zone.' });
    expect(draft.limits.errors).toEqual({ end: 'Before the start.' });
    expect(draft.limits.isExpanded).toBe(true);

    await answered(draft, () => fill(draft, 'limits', { start: '2026-12-01T00:00' }));
    expect([draft.rule.errors, draft.limits.errors]).toEqual([{}, {}]);
  });

  it('asks for no more occurrences than there may be', async () => {
    const [draft, { asked }] = draftOf();
    fill(draft, 'limits', { max_occurrences: 3 });

    await answered(draft, () => draft.toggle());

    expect(asked[0]!.count).toBe(3);
  });
});

describe('ScheduleDraft of a schedule', () => {
  it('shows it, and asks at once', async () => {
    const said = { max_occurrences: 10, occurrences: 8 };
    const [draft, { asked }] = draftOf({ schedule: schedule(said) });

    await answered(draft, () => undefined);

    expect(draft.isOpen).toBe(true);
    expect(draft.rule.data).toMatchObject({ name: 'weekly', frequency: 'weekdays', time: '09:00' });
    expect(draft.limits.isExpanded).toBe(true);
    expect(asked).toMatchObject([{ cron: '0 9 * * 1-5', timezone: 'Europe/Berlin', count: 2 }]);
  });

  it('folds limits that are the usual ones', () => {
    const [draft] = draftOf({ schedule: schedule() });

    expect(draft.limits.isExpanded).toBe(false);
  });

  it('counts an interval from when it was made', async () => {
    const [draft, { asked }] = draftOf({ schedule: schedule({ cron: null, interval: 900 }) });

    await answered(draft, () => undefined);

    expect(asked).toMatchObject([{ interval: 900, start: '2026-11-21T08:06:46Z' }]);
    expect(draft.ruleAndLimits.start).toBeNull();
  });

  it('says how it stands', () => {
    const notes = (said: Parameters<typeof schedule>[0]): string[] =>
      draftOf({ schedule: schedule(said) })[0].notes;

    expect(notes({})).toEqual([]);
    expect(notes({ state: 'PAUSED', message: '5 failures.' })).toEqual([
      'It is paused: 5 failures.'
    ]);
    expect(notes({ state: 'ENDED' })).toEqual([
      'It has ended. With a later end, or more times, it goes on.'
    ]);
  });

  it('gives a copy another name, and begins anew', async () => {
    const said = { max_occurrences: 4, occurrences: 3, cron: null, interval: 900 };
    const copied = schedule({ ...said, state: 'ENDED' });
    const [draft, { asked }] = draftOf({ schedule: copied, isCopy: true });

    await answered(draft, () => undefined);

    expect([draft.copied, draft.edited, draft.notes]).toEqual([copied, null, []]);
    expect(draft.ruleAndLimits.name).toBe('weekly (copy)');
    expect(asked).toMatchObject([{ count: 4, start: null }]);
  });
});
