/**
 * Notifications of jobs do not pile up, and go once they have been read.
 */
import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Notices } from '../../src/jobs/notices';
import { job } from './server';

const trans = nullTranslator.load('');

function said(): string[] {
  return Notification.manager.notifications.map(({ message }) => message);
}

function failed(...ids: string[]) {
  const jobs = ids.map(id => job(id, 'FAILED', { error: null, message: 'why' }));
  return { jobs, wasAway: false };
}

describe('Notices', () => {
  let notices: Notices;

  beforeEach(() => {
    Notification.dismiss();
    notices = new Notices(new CommandRegistry(), trans);
  });

  it('tell failures in one, however many follow', () => {
    notices.ended(failed('a'));
    expect(said()).toEqual(['“a” failed: why']);

    notices.ended(failed('b', 'c'));
    expect(said()).toEqual(['3 notebook tasks have ended: 3 failed']);
  });

  it('go with the jobs of which they tell', () => {
    notices.ended(failed('a', 'b'));

    notices.leave('a');
    expect(said()).toEqual(['“b” failed: why']);
    notices.leave('b');
    expect(said()).toEqual([]);
  });

  it('begin anew after they were dismissed', () => {
    notices.ended(failed('a', 'b'));
    Notification.dismiss();

    notices.ended(failed('c'));

    expect(said()).toEqual(['“c” failed: why']);
  });

  it('say that jobs were submitted until they have ended', () => {
    notices.submitted(job('a'));
    notices.submitted(job('b'));
    expect(said()).toEqual(['2 notebooks were submitted, and run on the server.']);

    notices.ended(failed('a'));
    expect(said()).toEqual(['“a” failed: why', '“b” was submitted, and runs on the server.']);
  });
});
