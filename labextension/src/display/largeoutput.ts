/**
 * Outputs so large that the browser would stand still for them: they are drawn when asked for.
 */
import type { IOutput } from '@jupyterlab/nbformat';
import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { MimeModel } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PartialJSONObject, PartialJSONValue } from '@lumino/coreutils';
import { Panel, Widget } from '@lumino/widgets';
import { size } from './format';

/** The type of data that waits: all the data of the output, by their types. */
const WAITING = 'application/vnd.jupyter-nbtasks.waiting+json';
const LARGE = 1_000_000;

/**
 * *output* as it is to be drawn at first: itself, or a question where it is large.
 */
export function questioned(output: IOutput): IOutput {
  const data = output['data'] as PartialJSONObject | undefined;
  return data && lengthOf(data) > LARGE ? { ...output, data: { [WAITING]: data } } : output;
}

/**
 * Let *rendermime* draw the question, and the output once somebody wants it.
 */
export function drawQuestions(rendermime: IRenderMimeRegistry, trans: TranslationBundle): void {
  rendermime.addFactory({
    safe: true,
    mimeTypes: [WAITING],
    createRenderer: () => new WaitingOutput(rendermime, trans)
  });
}

/** How long the longest of *data* is, save for pictures, which browsers draw beside their work. */
function lengthOf(data: PartialJSONObject): number {
  const lengths = Object.entries(data).map(([type, value]) =>
    /^image\/(?!svg)/.test(type) ? 0 : lengthOfValue(value)
  );
  return Math.max(0, ...lengths);
}

function lengthOfValue(value: PartialJSONValue | undefined): number {
  if (typeof value === 'string') {
    return value.length;
  }
  return Array.isArray(value)
    ? value.reduce<number>((sum, one) => sum + lengthOfValue(one), 0)
    : JSON.stringify(value ?? null).length;
}

class WaitingOutput extends Panel implements IRenderMime.IRenderer {
  constructor(
    private _rendermime: IRenderMimeRegistry,
    private _trans: TranslationBundle
  ) {
    super();
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const data = model.data[WAITING] as PartialJSONObject;
    const button = document.createElement('button');
    button.className = 'jp-mod-styled';
    button.type = 'button';
    button.textContent = this._trans.__('Show this output (%1)', size(lengthOf(data)));
    button.onclick = () => void this._draw(data, model);
    this._replace(new Widget({ node: button }));
    return Promise.resolve();
  }

  private async _draw(
    data: PartialJSONObject,
    { metadata, trusted }: IRenderMime.IMimeModel
  ): Promise<void> {
    const type = this._rendermime.preferredMimeType(data, 'ensure');
    if (type !== undefined) {
      const renderer = this._rendermime.createRenderer(type);
      this._replace(renderer);
      await renderer.renderModel(new MimeModel({ data, metadata, trusted }));
    }
  }

  private _replace(content: Widget): void {
    this.widgets.forEach(widget => widget.dispose());
    this.addWidget(content);
  }
}
