/**
 * A large output waits until somebody wants to see it.
 */
import type { IOutput } from '@jupyterlab/nbformat';
import { OutputAreaModel, SimplifiedOutputArea } from '@jupyterlab/outputarea';
import { RenderMimeRegistry, standardRendererFactories } from '@jupyterlab/rendermime';
import { nullTranslator } from '@jupyterlab/translation';
import type { PartialJSONObject } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';
import { drawQuestions, questioned } from '../../src/display/largeoutput';

const LONG = `<b>bold</b>${'x'.repeat(2_000_000)}`;

function output(data: PartialJSONObject): IOutput {
  return { output_type: 'display_data', data, metadata: {} };
}

describe('A large output', () => {
  it.each([
    ['text/html', LONG],
    ['text/html', ['x'.repeat(600_000), 'y'.repeat(600_000)]],
    ['image/svg+xml', LONG],
    ['application/json', { values: [LONG] }]
  ])('waits if it is %s', (type, value) => {
    expect(questioned(output({ [type]: value }))).not.toEqual(output({ [type]: value }));
  });

  it.each([
    ['image/png', 'A'.repeat(2_000_000)],
    ['text/html', '<b>bold</b>']
  ])('does not wait if it is %s that is drawn at once', (type, value) => {
    expect(questioned(output({ [type]: value }))).toEqual(output({ [type]: value }));
  });

  it('is drawn when it is asked for', async () => {
    const rendermime = new RenderMimeRegistry({ initialFactories: standardRendererFactories });
    drawQuestions(rendermime, nullTranslator.load(''));
    const values = [questioned(output({ 'text/html': LONG }))];
    const model = new OutputAreaModel({ trusted: false, values });
    const area = new SimplifiedOutputArea({ model, rendermime });
    Widget.attach(area, document.body);

    const button = area.node.querySelector('button')!;
    expect(button.textContent).toBe('Show this output (2.0 MB)');
    expect(area.node.querySelector('b')).toBeNull();
    button.click();

    await Promise.resolve();
    expect(area.node.textContent).toContain('bold');
    expect(area.node.querySelector('button')).toBeNull();
  });
});
