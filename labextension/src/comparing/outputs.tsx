/**
 * The outputs of a cell on both sides, drawn by JupyterLab's own renderers.
 */
import type { IOutput } from '@jupyterlab/nbformat';
import { OutputAreaModel, SimplifiedOutputArea } from '@jupyterlab/outputarea';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { useLayoutEffect, useRef } from 'react';
import { questioned } from '../display/largeoutput';
import { withoutStyles } from '../display/sanitize';

const MOST_OUTPUTS = 100;

/**
 * The outputs of both sides, and what is needed to draw them.
 */
export interface IOutputsProps {
  base: ReadonlyArray<IOutput>;
  remote: ReadonlyArray<IOutput>;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/**
 * Both side by side, under a heading each.
 */
export function Outputs({ base, remote, rendermime, trans }: IOutputsProps): JSX.Element {
  const none = trans.__('No output');
  const common = { rendermime, none };
  return (
    <div className="jp-NbTasks-outputs">
      <Side label={trans.__('Outputs before')} outputs={base} side="removed" {...common} />
      <Side label={trans.__('Outputs after')} outputs={remote} side="added" {...common} />
    </div>
  );
}

interface ISideProps {
  label: string;
  none: string;
  outputs: ReadonlyArray<IOutput>;
  rendermime: IRenderMimeRegistry;
  side: 'added' | 'removed';
}

function Side({ label, none, outputs, rendermime, side }: ISideProps): JSX.Element {
  const node = useRef<HTMLDivElement>(null);
  // A widget is to be disposed while its node is still in the document.
  useLayoutEffect(() => {
    // Somebody else may have written the notebook: its scripts stay where they are.
    const values = outputs.map(withoutStyles).map(questioned);
    const model = new OutputAreaModel({ trusted: false, values });
    const area = new SimplifiedOutputArea({
      model,
      rendermime,
      maxNumberOutputs: MOST_OUTPUTS
    });
    Widget.attach(area, node.current as HTMLDivElement);
    return () => {
      area.dispose();
      model.dispose();
    };
  }, [outputs, rendermime]);
  return (
    <section aria-label={label} data-side={side}>
      <h3>{label}</h3>
      {outputs.length === 0 && <p>{none}</p>}
      <div ref={node} />
    </section>
  );
}
