/**
 * What is filled in of a snapshot, and what the server has against it.
 */
import { nullTranslator } from '@jupyterlab/translation';
import { RequestError } from '../../src/api/request';
import type { ISnapshotDetails } from '../../src/api/snapshots';
import { nameFor } from '../../src/snapshots/format';
import { SnapshotFormModel } from '../../src/snapshots/formmodel';

const trans = nullTranslator.load('jupyter_nbtasks');

let sent: ISnapshotDetails[];
let refusal: Error | null;

beforeEach(() => {
  sent = [];
  refusal = null;
});

function form(details: ISnapshotDetails): SnapshotFormModel {
  const send = (details: ISnapshotDetails): Promise<void> => {
    sent.push(details);
    return refusal ? Promise.reject(refusal) : Promise.resolve();
  };
  return new SnapshotFormModel(details, send, trans);
}

describe('SnapshotFormModel', () => {
  it('sends what was filled in', async () => {
    const filled = form({ name: 'before' });
    filled.part.setData({ ...filled.part.data, description: 'all green', private: true });

    expect(await filled.submit()).toBe(true);
    expect(sent).toEqual([{ name: 'before', description: 'all green', private: true }]);
  });

  it('sends an empty description where there was one', async () => {
    const filled = form({ name: 'before', description: 'old', private: true });
    filled.part.setData({ name: 'before', private: true });

    await filled.submit();

    expect(sent).toEqual([{ name: 'before', description: '', private: true }]);
  });

  it('sends nothing without a name', async () => {
    const filled = form({ name: 'before' });
    filled.part.setData({ name: '  ', private: false });

    expect([await filled.submit(), sent]).toEqual([false, []]);
    expect(filled.part.errors).toEqual({ name: 'Needs a name.' });
  });

  it('says at the name that it is taken, until it is another one', async () => {
    refusal = new RequestError('There is a snapshot “before” already.', 409, 'name_taken', []);
    const filled = form({ name: 'before' });

    expect(await filled.submit()).toBe(false);
    expect([filled.part.errors, filled.problem]).toEqual([
      { name: 'There is a snapshot “before” already.' },
      ''
    ]);
    filled.part.setData({ ...filled.part.data, name: 'after' });

    expect(filled.part.errors).toEqual({});
  });

  it('says what is wrong as a whole', async () => {
    refusal = new RequestError('The disk is full.', 507, 'disk_full', []);
    const filled = form({ name: 'before' });

    expect([await filled.submit(), filled.problem]).toEqual([false, 'The disk is full.']);
  });
});

describe('nameFor', () => {
  it('names the notebook and the moment, in the person’s own time', () => {
    expect(nameFor('weekly', new Date(2026, 10, 2, 9, 5, 7))).toBe('weekly 2026-11-02 09:05:07');
  });
});
