/**
 * From a parameters cell to a form and back to values.
 */
import { nullTranslator } from '@jupyterlab/translation';
import type { IParameter } from '../../src/api/parameters';
import { errorsOf } from '../../src/forms/validation';
import {
  changedValues,
  formOf,
  initialData,
  readData,
  valuesSchema
} from '../../src/submission/values';
import { answerOf, parameter } from './parameters';

const trans = nullTranslator.load('');

/** What is sent if the field holds *shown*; without it, what the form shows at first. */
function sent(one: IParameter, ...shown: unknown[]): unknown {
  const answer = answerOf(one);
  const data = shown.length > 0 ? { [one.name]: shown[0] } : initialData(answer);
  return readData(answer, data).values;
}

/** What is said against *value*. */
function said(one: IParameter, value?: unknown): string | undefined {
  return errorsOf(valuesSchema(answerOf(one)), value === undefined ? {} : { x: value }, trans)['x'];
}

describe('readData()', () => {
  it('sends every default that the form shows', () => {
    expect(sent(parameter())).toEqual({ x: 1 });
    expect(sent(parameter({ type: 'bool', default: false }))).toEqual({ x: false });
    expect(sent(parameter({ type: 'str', default: '' }))).toEqual({ x: '' });
  });

  it('sends an empty text of a list as it is', () => {
    const names = parameter({ type: 'list', items: 'str', default: ['a', 'b'] });

    expect(sent(names, ['a', undefined])).toEqual({ x: ['a', ''] });
    expect(said(names, ['a', ''])).toBeUndefined();
  });

  it.each([
    ['dict', { a: [1, 'two'] }],
    ['list', [1, [2]]],
    ['any', 'text'],
    ['any', '3'],
    ['any', 3],
    ['any', true]
  ])('shows a %s as a text, and reads it again', (type, value) => {
    expect(sent(parameter({ type, default: value }))).toEqual({ x: value });
  });

  it('leaves alone what only the notebook can compute', () => {
    expect(sent(parameter({ type: 'date', default: null }))).toEqual({});
  });

  it('means null by an emptied field that may be null', () => {
    expect(sent(parameter({ nullable: true }), undefined)).toEqual({ x: null });
    expect(sent(parameter({ nullable: true, default: null }))).toEqual({});
    expect(sent(parameter({ nullable: true, default: null, required: true }))).toEqual({ x: null });
  });

  it('names the field that is not JSON', () => {
    const answer = answerOf(parameter({ type: 'dict', default: {} }));

    expect(readData(answer, { x: '{a' }).invalid).toEqual(['x']);
  });
});

describe('changedValues()', () => {
  it('leaves out what is as the notebook has it', () => {
    const answer = answerOf(
      parameter(),
      parameter({ name: 'y', type: 'dict', default: { a: [1] } }),
      parameter({ name: 'z', type: 'str', default: null, nullable: true }),
      parameter({ name: 'w', default: null, required: true })
    );

    expect(changedValues(answer, { x: 1, y: { a: [1] }, z: null, w: 3 })).toEqual({ w: 3 });
    expect(changedValues(answer, { x: 2, y: { a: [2] }, z: 'a', w: null })).toEqual({
      x: 2,
      y: { a: [2] },
      z: 'a',
      w: null
    });
  });
});

describe('formOf()', () => {
  it('gives a text of several lines a field that keeps its breaks', () => {
    const answer = answerOf(parameter({ type: 'str', default: 'one\ntwo' }));

    expect(formOf(answer).uiSchema['x']).toMatchObject({
      'ui:widget': 'textarea',
      'ui:options': { rows: 3 }
    });
    expect(formOf(answer, { x: 'one' }).uiSchema['x']).not.toHaveProperty('ui:widget');
    const plain = answerOf(parameter({ type: 'str', default: 'one' }));
    expect(formOf(plain, { x: 'a\r\nb' }).uiSchema['x']).toHaveProperty('ui:widget', 'textarea');
  });

  it('keeps the order of the cell', () => {
    const answer = answerOf(parameter({ name: 'b' }), parameter({ name: 'a' }));

    expect(formOf(answer).uiSchema['ui:order']).toEqual(['b', 'a']);
  });

  it('offers an empty choice only where null is one', () => {
    const choices = ['EU', 'US'];
    const field = (nullable: boolean): unknown =>
      formOf(answerOf(parameter({ type: 'str', default: 'EU', choices, nullable }))).schema
        .properties!['x'];

    expect(field(false)).toMatchObject({ enum: choices, default: 'EU' });
    expect(field(true)).toMatchObject({ enum: choices, type: 'string' });
    expect(field(true)).not.toHaveProperty('default');
  });

  it('shows what the notebook will compute', () => {
    const source = 'x: date = date.today()';
    const { uiSchema } = formOf(answerOf(parameter({ type: 'date', default: null, source })));

    expect(uiSchema['x']).toMatchObject({ 'ui:placeholder': 'date.today()' });
  });
});

describe('complaints()', () => {
  it.each([
    [{}, undefined, 'Needs a value.'],
    [{}, 1.5, 'Must be a whole number.'],
    [{ type: 'date', default: '2026-01-31' }, '31.1.2026', 'Must be a date such as 2026-01-31.'],
    [{ type: 'str', choices: ['EU'] }, 'UK', 'Must be one of "EU".'],
    [{ type: 'dict' }, [1], 'Must be a mapping such as {"a": 1}.'],
    [{ type: 'list', items: 'int' }, [1, 'b'], 'Element 2: Must be a whole number.'],
    [{ type: 'list', items: 'str' }, ['a', undefined], 'Element 2: Must be text.']
  ])('says why %j does not take %j', (kind, value, sentence) => {
    expect(said(parameter(kind), value)).toBe(sentence);
  });

  it.each([
    [{ type: 'date', default: null }, undefined],
    [{ nullable: true }, null],
    [{ type: 'datetime', default: '2026-01-31T08:30:00' }, '2026-01-31T09:00:00'],
    [{ type: 'any', default: null, nullable: true }, { a: 1 }]
  ])('has nothing against %j taking %j', (kind, value) => {
    expect(said(parameter(kind), value)).toBeUndefined();
  });
});
