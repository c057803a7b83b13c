/**
 * The presets, to cron and back.
 */
import {
  cronOf,
  intervalOf,
  ruleOfCron,
  ruleOfInterval,
  type IRule
} from '../../src/schedules/presets';

const ANY: IRule = {
  frequency: 'daily',
  minute: 0,
  time: '00:00',
  days: [],
  day: '1',
  every: 1,
  cron: ''
};

describe('cronOf()', () => {
  it.each<[string, Partial<IRule>]>([
    ['5 * * * *', { frequency: 'hourly', minute: 5 }],
    ['30 9 * * *', { frequency: 'daily', time: '09:30' }],
    ['0 0 * * 1-5', { frequency: 'weekdays', time: '00:00' }],
    ['5 17 * * 0,1,6', { frequency: 'weekly', time: '17:05', days: [0, 1, 6] }],
    ['0 9 31 * *', { frequency: 'monthly', time: '09:00', day: '31' }],
    ['0 9 L * *', { frequency: 'monthly', time: '09:00', day: 'L' }],
    ['*/5 9-17 * * 1-5', { frequency: 'custom', cron: '*/5 9-17 * * 1-5' }]
  ])('makes %s, and reads it back', (cron, rule) => {
    expect(cronOf({ ...ANY, ...rule })).toBe(cron);
    expect(ruleOfCron(cron)).toEqual(rule);
  });

  it('names the days in order, whichever was chosen first', () => {
    expect(cronOf({ ...ANY, frequency: 'weekly', days: [3, 0, 1] })).toBe('0 0 * * 0,1,3');
  });
});

describe('ruleOfCron()', () => {
  it.each<[string, Partial<IRule>]>([
    ['@hourly', { frequency: 'hourly', minute: 0 }],
    ['@Daily', { frequency: 'daily', time: '00:00' }],
    ['@weekly', { frequency: 'weekly', time: '00:00', days: [0] }],
    ['@monthly', { frequency: 'monthly', time: '00:00', day: '1' }],
    [' 00  09 * * mon-fri ', { frequency: 'weekdays', time: '09:00' }],
    ['0 9 * * 7', { frequency: 'weekly', time: '09:00', days: [0] }],
    ['0 9 * * SAT,2-3', { frequency: 'weekly', time: '09:00', days: [2, 3, 6] }],
    ['0 9 * * 5-7', { frequency: 'weekly', time: '09:00', days: [0, 5, 6] }]
  ])('knows %s by its name', (cron, rule) => {
    expect(ruleOfCron(cron)).toEqual(rule);
  });

  it.each([
    '@yearly',
    '0 9 1 * 1',
    '0 9 * 6 *',
    '0 9 * * 1#2',
    '0 9 * * 5-1',
    '0 9 * * 1-2-3',
    '0 9 * * */2',
    '0 9 32 * *',
    '0 9 0 * *',
    '0 24 * * *',
    '60 9 * * *',
    '0,30 9 * * *',
    '0 9 * *',
    ''
  ])('leaves %j as it is', cron => {
    expect(ruleOfCron(cron)).toEqual({ frequency: 'custom', cron });
  });
});

describe('ruleOfInterval()', () => {
  it.each<[number, Partial<IRule>]>([
    [7200, { frequency: 'hours', every: 2 }],
    [900, { frequency: 'minutes', every: 15 }],
    [90, { frequency: 'seconds', every: 90 }]
  ])('says %d seconds in the largest unit, and back', (seconds, rule) => {
    expect(ruleOfInterval(seconds)).toEqual(rule);
    expect(intervalOf({ ...ANY, ...rule })).toBe(seconds);
    expect(cronOf({ ...ANY, ...rule })).toBeNull();
  });
});
