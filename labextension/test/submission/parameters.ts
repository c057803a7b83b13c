/**
 * Parameters as the server answers them.
 */
import type { IParameter, IParameters } from '../../src/api/parameters';

const FIELDS: Record<string, object> = {
  str: { type: 'string' },
  int: { type: 'integer' },
  float: { type: 'number' },
  bool: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  datetime: { type: 'string', format: 'date-time' },
  list: { type: 'array' },
  dict: { type: 'object' },
  any: {}
};

/**
 * One parameter; without more, `x = 1`.
 */
export function parameter(said: Partial<IParameter> = {}): IParameter {
  const known = { name: 'x', type: 'int', default: 1, help: '', required: false, ...said };
  return { source: `${known.name} = ${JSON.stringify(known.default)}`, ...known };
}

/**
 * What the server answers for a notebook with *parameters*.
 */
export function answerOf(...parameters: IParameter[]): IParameters {
  const properties = parameters.map(one => {
    const { name, type, default: default_, nullable, items, choices } = one;
    const field: Record<string, unknown> = { title: name, ...FIELDS[type] };
    if (nullable && field['type']) {
      field['type'] = [field['type'], 'null'];
    }
    if (choices) {
      field['enum'] = nullable ? [...choices, null] : choices;
    }
    if (items) {
      field[type === 'list' ? 'items' : 'additionalProperties'] = FIELDS[items];
    }
    return [name, default_ === null ? field : { ...field, default: default_ }] as const;
  });
  return {
    path: 'a.ipynb',
    item_id: null,
    hash: 'h1',
    kernel_name: 'python3',
    environment: null,
    language: 'python',
    cell: 0,
    parameters,
    schema: { type: 'object', properties: Object.fromEntries(properties) },
    warnings: [],
    imports: []
  };
}
