/**
 * Following the typing: the last question asked is the only one whose answer counts.
 */
import { PromiseDelegate } from '@lumino/coreutils';
import type { IParameters } from '../../src/api/parameters';
import { withImports } from '../../src/parameters/imports';
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
    environment: null,
    language: 'python',
    cell: null,
    parameters: [{ ...parameter, source: `${name} = 1` }],
    schema: {},
    warnings: [],
    imports: []
  };
}

const DATE = { name: 'date', statement: 'from datetime import date' };

function names(model: ParametersModel): string[] {
  return model.parameters.map(({ name }) => name);
}

async function settled(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 20));
}

describe('ParametersModel', () => {
  it('adds the imports that neither the cell nor one before it has', async () => {
    const cell = notebookOf([])[1][0]!;
    let before = 'from datetime import date';
    const read = (): Promise<IParameters> => Promise.resolve({ ...answer('x'), imports: [DATE] });
    const model = new ParametersModel({ cell, codeBefore: () => before, role: 'only', read });
    await model.refresh();
    expect(model.missingImports).toEqual([]);

    before = 'import datetime';
    let draws = 0;
    model.stateChanged.connect(() => draws++);
    model.noteCodeBefore();
    expect(draws).toBe(1);
    expect(model.missingImports).toEqual([DATE]);

    model.addImports();

    expect(cell.sharedModel.getSource()).toBe('from datetime import date\n\nx = 1');
    model.dispose();
  });

  it('shows what the server understood after the typing', async () => {
    const cell = notebookOf([])[1][0]!;
    const read = (source: string): Promise<IParameters> => Promise.resolve(answer(source));
    const model = new ParametersModel({ cell, codeBefore: () => '', role: 'only', read, delay: 1 });

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
    const model = new ParametersModel({ cell, codeBefore: () => '', role: 'only', read, delay: 1 });

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
    const model = new ParametersModel({
      cell,
      codeBefore: () => '',
      role: 'only',
      read: () => read(),
      delay: 1
    });
    await model.refresh();
    expect(names(model)).toEqual(['a']);

    read = () => Promise.reject(new TypeError('offline'));
    await model.refresh();

    expect(names(model)).toEqual([]);
  });

  it('asks no more once it is disposed', async () => {
    const cell = notebookOf([])[1][0]!;
    const read = jest.fn(() => Promise.resolve(answer('a')));
    const model = new ParametersModel({ cell, codeBefore: () => '', role: 'only', read, delay: 1 });

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

describe('withImports()', () => {
  it.each([
    ['x = 1', 'from datetime import date\n\nx = 1'],
    ['import os\nx = 1', 'from datetime import date\nimport os\nx = 1'],
    ['%%time\nx = 1', '%%time\nfrom datetime import date\n\nx = 1'],
    [
      '# a\nfrom __future__ import annotations\n\nx = 1',
      '# a\nfrom __future__ import annotations\nfrom datetime import date\n\nx = 1'
    ],
    ['', 'from datetime import date\n']
  ])('puts them at the top of %j', (source, expected) => {
    expect(withImports(source, [DATE])).toBe(expected);
  });
});
