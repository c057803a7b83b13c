/**
 * What was filled in and not sent is there again.
 */
import { Drafts } from '../../src/submission/drafts';
import { JOB, modelOf } from './models';
import { answerOf, parameter } from './parameters';

const PATHS = ['a.ipynb'];

describe('Drafts', () => {
  it('keeps what was changed until something is sent', async () => {
    const drafts = new Drafts();
    const [model] = modelOf([['a.ipynb', answerOf(parameter(), parameter({ name: 'y' }))]], [JOB]);
    drafts.keep(PATHS, model);
    expect(drafts.get(PATHS)).toBeUndefined();

    model.parameters.setData({ x: 7, y: 1 });
    model.options.setData({ timeout: 60, update_notebook: false });
    drafts.keep(PATHS, model);
    expect(drafts.get(PATHS)).toEqual({ timeout: 60, parameters: { x: 7 } });
    expect(drafts.get(['b.ipynb'])).toBeUndefined();

    expect(await model.submit()).toBe(true);
    drafts.keep(PATHS, model);
    expect(drafts.get(PATHS)).toBeUndefined();
  });

  it('is said to be one, and gives way to the values of the notebook', () => {
    const initialValues = { timeout: 60, parameters: { x: 7 } };
    const [model] = modelOf([['a.ipynb', answerOf(parameter())]], [], {
      initialValues,
      isDraft: true
    });
    expect(model.notes).toContain('What you had filled in before is here again.');
    expect(model.draft).toEqual(initialValues);

    model.reset();

    expect(model.draft).toBeNull();
  });
});
