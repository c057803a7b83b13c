/**
 * The form as it schedules what it would run.
 */
import type { IParameters } from '../../src/api/parameters';
import { RequestError } from '../../src/api/request';
import { schedule } from '../schedules/schedules';
import { NEEDY, WEEKLY, modelOf } from './models';
import { answerOf, parameter } from './parameters';

describe('RunModel on a schedule', () => {
  const DATED: [string, IParameters] = [
    'dated.ipynb',
    answerOf(
      parameter({ name: 'day', type: 'date', default: '2026-01-31' }),
      parameter({ name: 'region', type: 'str', default: 'EU' })
    )
  ];
  const DAY = '{nominal_time:%Y-%m-%d}';

  it('schedules instead of running, with the values and options of the form', async () => {
    const [model, { requests, scheduleRequests }] = modelOf([WEEKLY]);
    model.parameters.setData({ x: 5 });
    model.options.setData({ timeout: 60, output_path: undefined });
    model.schedule.toggle();

    expect(await model.submit()).toBe(true);

    expect(requests).toEqual([]);
    expect(scheduleRequests).toMatchObject([
      { notebook: 'weekly.ipynb', parameters: { x: 5 }, timeout: 60, output_path: null }
    ]);
    expect(scheduleRequests[0]).toMatchObject({ cron: '0 9 * * *', name: null });
    for (const field of ['expected_hash', 'batch_id', 'trigger', 'idempotency_key']) {
      expect(scheduleRequests[0]).not.toHaveProperty(field);
    }
    expect(model.targets[0]!.schedule).toEqual(schedule());
  });

  it('runs when it was folded again, whatever is in it', async () => {
    const [model, { requests, scheduleRequests }] = modelOf([WEEKLY]);
    model.schedule.toggle();
    model.schedule.rule.setData({ ...model.schedule.rule.data, time: undefined });
    model.schedule.toggle();

    expect(await model.submit()).toBe(true);

    expect([requests.length, scheduleRequests.length]).toEqual([1, 0]);
  });

  it('sends nothing while the rule is wrong', async () => {
    const [model, { scheduleRequests }] = modelOf([WEEKLY]);
    model.schedule.toggle();
    model.schedule.rule.setData({ ...model.schedule.rule.data, time: undefined });

    expect(await model.submit()).toBe(false);

    expect(scheduleRequests).toEqual([]);
    expect(model.schedule.rule.errors).toEqual({ time: 'Needs a value.' });
  });

  it('shows a refusal at its field', async () => {
    const errors = [
      { field: 'max_occurrences', message: 'reached already' },
      { field: 'parameters.x', message: 'has no such place' },
      { field: 'output_path', message: 'is outside' },
      { field: 'notebook', message: 'is gone' }
    ];
    const [model] = modelOf([WEEKLY], [new RequestError('No.', 400, 'invalid', errors)]);
    model.schedule.toggle();

    expect(await model.submit()).toBe(false);

    expect(model.schedule.limits.errors).toEqual({ max_occurrences: 'reached already' });
    expect(model.parameters.errors).toEqual({ x: 'has no such place' });
    expect(model.options.errors).toEqual({ output_path: 'is outside' });
    expect(model.problem).toBe('is gone');
  });

  it('lets a text or a date name the time, and leaves it to the server to check that', async () => {
    const [model, { scheduleRequests }] = modelOf([DATED]);
    expect(model.parameters.form.schema.properties!['day']).toHaveProperty('format');
    model.schedule.toggle();
    expect(model.parameters.form.schema.properties!['day']).not.toHaveProperty('format');

    model.parameters.setData({ day: DAY, region: 'EU' });

    expect(await model.submit()).toBe(true);
    expect(scheduleRequests[0]!.parameters).toEqual({ day: DAY });
  });

  it('is open at once where that was asked for', () => {
    const [model] = modelOf([['a.ipynb', answerOf(parameter())]], [], { isScheduled: true });
    expect(model.schedule.isOpen).toBe(true);
  });

  it('complains of a date that does not exist, and of a time that only a schedule has', () => {
    const [model] = modelOf([DATED]);
    model.schedule.toggle();
    model.parameters.setData({ day: 'today', region: 'EU' });
    expect(Object.keys(model.parameters.errors)).toEqual(['day']);

    model.parameters.setData({ day: DAY, region: 'EU' });
    expect(model.parameters.errors).toEqual({});
    model.schedule.toggle();

    expect(Object.keys(model.parameters.errors)).toEqual(['day']);
  });

  it('schedules each of several notebooks, and repeats only those that were refused', async () => {
    const refusal = new RequestError('no', 403, 'forbidden', []);
    const other = answerOf(parameter({ name: 'z' }));
    const notebooks: [string, IParameters][] = [WEEKLY, ['b.ipynb', other]];
    const [model, { scheduleRequests }] = modelOf(notebooks, [schedule(), refusal]);
    model.schedule.toggle();

    expect(await model.submit()).toBe(false);
    expect(await model.submit()).toBe(true);

    expect(scheduleRequests.map(({ notebook, parameters }) => [notebook, parameters])).toEqual([
      ['weekly.ipynb', {}],
      ['b.ipynb', {}],
      ['b.ipynb', {}]
    ]);
    expect(model.schedule.rule.form.schema.properties).not.toHaveProperty('name');
  });
});

describe('RunModel of a schedule that there is', () => {
  it('shows what it says, also a kernel that is the usual one now', async () => {
    const said = schedule({ kernel_name: 'python3', timeout: 60, parameters: { x: 5 } });
    const [model, { scheduleRequests }] = modelOf([WEEKLY], [], { schedule: said });
    expect(model.options.data).toEqual({ kernel_name: 'python3', timeout: 60 });
    expect(model.options.isExpanded).toBe(true);

    await model.submit();

    expect(scheduleRequests).toMatchObject([
      { name: 'weekly', parameters: { x: 5 }, kernel_name: 'python3', timeout: 60, max_attempts: 1 }
    ]);
  });

  it('says what has changed since, and complains at once of what does not fit any more', () => {
    const said = schedule({ state: 'PAUSED', message: 'It did not fit.', parameters: { gone: 1 } });
    const [model] = modelOf([NEEDY], [], { schedule: said });

    expect(model.notes).toEqual([
      'It is paused: It did not fit.',
      '“gone” is no longer a parameter of this notebook; its value 1 is left out.'
    ]);
    expect(model.parameters.errors).toEqual({ y: 'Needs a value.' });
  });
});
