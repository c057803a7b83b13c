/**
 * Following the typing: the last question asked is the only one whose answer counts.
 */
import { PromiseDelegate } from '@lumino/coreutils';
import type { IParameters } from '../../src/api/parameters';
import { ParametersModel } from '../../src/parameters/model';
import { rolesOf } from '../../src/parameters/notebookbadges';
import { notebookOf } from './cells';

function answer(name: string): IParameters {
  const parameter = { name, type: 'any', default: 1, help: '', required: false };
  return {
    path: null,
    item_id: null,
    hash: null,
    kernel_name: null,
    language: 'python',
    cell: null,
    parameters: [{ ...parameter, source: `${name} = 1` }],
    schema: {},
    warnings: []
  };
}

function names(model: ParametersModel): string[] {
  return model.parameters.map(({ name }) => name);
}

async function settled(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 20));
}

describe('ParametersModel', () => {
  it('shows what the server understood after the typing', async () => {
    const cell = notebookOf([])[1][0]!;
    const read = (source: string): Promise<IParameters> => Promise.resolve(answer(source));
    const model = new ParametersModel({ cell, role: 'only', read, delay: 1 });

    cell.sharedModel.setSource('b');
    await settled();

    expect(names(model)).toEqual(['b']);
  });

  it('lets no late answer win', async () => {
    const cell = notebookOf([])[1][0]!;
    const answers: PromiseDelegate<IParameters>[] = [];
    const read = (): Promise<IParameters> => {
      answers.push(new PromiseDelegate());
      return answers[answers.length - 1]!.promise;
    };
    const model = new ParametersModel({ cell, role: 'only', read, delay: 1 });

    void model.refresh();
    void model.refresh();
    answers[1]!.resolve(answer('new'));
    await settled();
    answers[0]!.resolve(answer('old'));
    await settled();

    expect(names(model)).toEqual(['new']);
  });

  it('says nothing where the server does not answer', async () => {
    const cell = notebookOf([])[1][0]!;
    let read = (): Promise<IParameters> => Promise.resolve(answer('a'));
    const model = new ParametersModel({ cell, role: 'only', read: () => read(), delay: 1 });
    await model.refresh();
    expect(names(model)).toEqual(['a']);

    read = () => Promise.reject(new TypeError('offline'));
    await model.refresh();

    expect(names(model)).toEqual([]);
  });

  it('asks no more once it is disposed', async () => {
    const cell = notebookOf([])[1][0]!;
    const read = jest.fn(() => Promise.resolve(answer('a')));
    const model = new ParametersModel({ cell, role: 'only', read, delay: 1 });

    model.dispose();
    cell.sharedModel.setSource('b');
    await settled();

    expect(read).not.toHaveBeenCalled();
  });
});

describe('rolesOf()', () => {
  it('knows the marked cell and the injected one', () => {
    const [, cells] = notebookOf(['parameters'], ['injected-parameters'], []);

    const roles = rolesOf(cells.map(model => ({ model })));

    expect([...roles.values()]).toEqual(['only', 'injected']);
  });

  it('counts the first of two marked cells', () => {
    const [, cells] = notebookOf([], ['parameters'], ['parameters', 'a']);

    const roles = rolesOf(cells.map(model => ({ model })));

    expect([...roles.values()]).toEqual(['first', 'surplus']);
  });
});
