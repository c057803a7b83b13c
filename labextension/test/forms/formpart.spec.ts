/**
 * What the server says of a field is shown at it, in words for people.
 */
import { FormPart } from '../../src/forms/formpart';

const form = { schema: { type: 'object', properties: { cron: {} } }, uiSchema: {} } as const;

describe('FormPart', () => {
  it.each([
    ["'cron' cannot be '61 * * * *': bad minute.", "Cannot be '61 * * * *': bad minute."],
    ["'parameters.cron' must be a text.", 'Must be a text.'],
    ['It is never due.', 'It is never due.']
  ])('shows %s as %s', (said, shown) => {
    const part = new FormPart(form, {}, () => ({}));

    part.showServerError('cron', said);

    expect(part.errors).toEqual({ cron: shown });
  });
});
