/**
 * Filling in the form, and what becomes of the server's answers.
 */
import { RequestError } from '../../src/api/request';
import { JOB, NEEDY, WEEKLY, modelOf } from './models';
import { answerOf, parameter } from './parameters';

describe('RunModel', () => {
  it('asks for exactly what was read, with what the form shows', async () => {
    const [model, { requests }] = modelOf([WEEKLY]);

    expect(await model.submit()).toBe(true);

    expect(requests).toMatchObject([
      { notebook: 'weekly.ipynb', parameters: {}, expected_hash: 'h1', trigger: 'lab' }
    ]);
    expect(model.targets.map(({ job }) => job)).toEqual([JOB]);
  });

  it('runs a version that was kept, and offers nothing that needs the file', async () => {
    const snapshot = { initialValues: { snapshot_id: 'n1' } };
    const [model, { requests }] = modelOf([['before', WEEKLY[1]]], [], snapshot);

    expect(await model.submit()).toBe(true);

    expect(requests).toMatchObject([{ snapshot_id: 'n1', parameters: {}, trigger: 'lab' }]);
    expect(Object.keys(requests[0]!)).not.toContain('notebook');
    expect(Object.keys(requests[0]!)).not.toContain('expected_hash');
    expect(model.isSnapshot).toBe(true);
    expect(Object.keys(model.options.form.schema.properties!)).not.toContain('update_notebook');
  });

  it('sends nothing while a value is wrong, and says so at its field', async () => {
    const [model, { requests }] = modelOf([WEEKLY]);

    model.parameters.setData({ x: 1.5 });

    expect(model.parameters.errors).toEqual({ x: 'Must be a whole number.' });
    expect(await model.submit()).toBe(false);
    expect(requests).toEqual([]);
  });

  it('complains of an untouched field only once it was to be sent', async () => {
    const [model] = modelOf([NEEDY]);
    expect(model.parameters.errors).toEqual({});

    await model.submit();

    expect(model.parameters.errors).toEqual({ y: 'Needs a value.' });
  });

  it('shows a refusal at its field until the field is changed', async () => {
    const errors = [
      { field: 'parameters.x', message: 'too big' },
      { field: 'timeout', message: 'too long' }
    ];
    const refusal = new RequestError('too big, too long', 400, 'invalid', errors);
    const [model] = modelOf([WEEKLY], [refusal]);

    expect(await model.submit()).toBe(false);
    expect(model.parameters.errors).toEqual({ x: 'too big' });
    expect(model.options.errors).toEqual({ timeout: 'too long' });
    expect(model.options.isExpanded).toBe(true);
    expect(model.problem).toBe('');

    model.parameters.setData({ x: 2 });
    expect(model.parameters.errors).toEqual({});
  });

  it('says elsewhere what belongs to no field', async () => {
    const refusal = new RequestError('Too many jobs.', 429, 'too_many', []);
    const [model] = modelOf([WEEKLY], [refusal]);

    await model.submit();

    expect(model.problem).toBe('Too many jobs.');
  });

  it('reads a notebook again that was saved meanwhile, and keeps what was filled in', async () => {
    const differs = new RequestError('saved since', 409, 'hash_differs', []);
    const [model, { requests }] = modelOf([WEEKLY], [differs]);
    await model.submit();
    expect(model.parameters.data).toEqual({ x: 7 });

    model.parameters.setData({ x: 3 });
    await model.submit();

    expect(requests[1]).toMatchObject({ expected_hash: 'h2', parameters: { x: 3 } });
  });

  it('never takes over a version that is not on the screen', async () => {
    const differs = new RequestError('saved since', 409, 'hash_differs', []);
    const [model, server] = modelOf([WEEKLY], [differs, differs]);
    server.isOther = true;

    expect(await model.submit()).toBe(false);
    expect(model.problem).toBe('Not what is on the screen.');
    await model.submit();

    expect(server.requests.map(({ expected_hash }) => expected_hash)).toEqual(['h1', 'h1']);
  });

  it('reads it again and keeps also what has no default', async () => {
    const differs = new RequestError('saved since', 409, 'hash_differs', []);
    const [model] = modelOf([NEEDY], [differs]);
    model.parameters.setData({ y: 3 });

    await model.submit();

    expect(model.parameters.data).toEqual({ y: 3 });
  });

  it('repeats with the same key after a lost connection, with another for other values', async () => {
    const [model, { requests }] = modelOf(
      [WEEKLY],
      [new TypeError('offline'), new TypeError('again')]
    );
    await model.submit();
    await model.submit();
    model.parameters.setData({ x: 2 });
    await model.submit();

    const [first, second, third] = requests.map(request => request.idempotency_key);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });
});

describe('RunModel filled in as for an earlier run', () => {
  const EARLIER = { expected_hash: 'h1', kernel_name: 'python3', max_attempts: 1 };

  it('sends the values of then, and the version of now', async () => {
    const initialValues = { ...EARLIER, timeout: 60, parameters: { x: 5 } };
    const [model, { requests }] = modelOf([WEEKLY], [], { initialValues });
    expect(model.notes).toEqual([]);

    await model.submit();

    expect(requests).toMatchObject([{ parameters: { x: 5 }, timeout: 60, expected_hash: 'h1' }]);
    expect(requests[0]).not.toHaveProperty('kernel_name');
  });

  it('unfolds the options only where they are not the usual ones', () => {
    const [usual] = modelOf([WEEKLY], [], { initialValues: EARLIER });
    const [patient] = modelOf([WEEKLY], [], { initialValues: { ...EARLIER, max_attempts: 3 } });

    expect([usual.options.isExpanded, patient.options.isExpanded]).toEqual([false, true]);
  });

  it('says what has changed since, and complains at once of what does not fit any more', () => {
    const initialValues = { expected_hash: 'h0', parameters: { x: 'one', gone: [1] } };
    const [model] = modelOf([WEEKLY], [], { initialValues });

    expect(model.notes).toEqual([
      'The notebook has been saved since that run; it runs as it is now.',
      '“gone” is no longer a parameter of this notebook; its value [1] is left out.'
    ]);
    expect(model.parameters.errors).toEqual({ x: 'Must be a whole number.' });
    expect(model.parameters.data).toEqual({ x: 'one' });
  });

  it('complains of a kernel that is there no more', () => {
    const [model] = modelOf([WEEKLY], [], { initialValues: { kernel_name: 'gone' } });
    expect(model.options.errors).toEqual({ kernel_name: 'Must be one of "python3".' });

    model.options.setData({ kernel_name: 'python3' });
    expect(model.options.errors).toEqual({});
  });

  it('keeps the values when the notebook is read again', async () => {
    const differs = new RequestError('saved since', 409, 'hash_differs', []);
    const [model] = modelOf([WEEKLY], [differs], { initialValues: { parameters: { x: 5 } } });

    await model.submit();

    expect(model.parameters.data).toEqual({ x: 5 });
  });
});

describe('RunModel of several notebooks', () => {
  it('fills in one form where all take the same, in one batch', async () => {
    const [model, { requests }] = modelOf([WEEKLY, ['other.ipynb', answerOf(parameter())]]);
    model.parameters.setData({ x: 5 });

    await model.submit();

    expect(requests.map(({ parameters }) => parameters)).toEqual([{ x: 5 }, { x: 5 }]);
    expect(new Set(requests.map(({ batch_id }) => batch_id)).size).toBe(1);
    expect(requests[0]!.batch_id).toBeTruthy();
  });

  it('leaves out a notebook that needs a value for which there is no field', async () => {
    const [model, { requests }] = modelOf([WEEKLY, NEEDY]);

    expect(await model.submit()).toBe(true);

    expect(requests.map(({ notebook, parameters }) => [notebook, parameters])).toEqual([
      ['weekly.ipynb', {}]
    ]);
  });

  it('repeats only those that were refused', async () => {
    const refusal = new RequestError('no', 403, 'forbidden', []);
    const other = answerOf(parameter({ name: 'z' }));
    const [model, { requests }] = modelOf([WEEKLY, ['b.ipynb', other]], [JOB, refusal]);

    expect(await model.submit()).toBe(false);
    expect(model.targets[1]!.problem).toBe('no');
    expect(await model.submit()).toBe(true);

    expect(requests.map(({ notebook }) => notebook)).toEqual([
      'weekly.ipynb',
      'b.ipynb',
      'b.ipynb'
    ]);
  });
});
