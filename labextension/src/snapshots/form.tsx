/**
 * The content of the dialog for a snapshot.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import { PartFields } from '../forms/fields';
import type { SnapshotFormModel } from './formmodel';

/**
 * The dialog's body. Draws itself again when the draft changes.
 */
export class SnapshotForm extends VDomRenderer<SnapshotFormModel> {
  constructor(
    model: SnapshotFormModel,
    private _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-NbTasks-form');
  }

  protected override render(): JSX.Element {
    const { part, problem } = this.model;
    const trans = this._trans;
    return (
      <>
        {problem && (
          <div className="jp-NbTasks-problem" role="alert">
            {problem}
          </div>
        )}
        <PartFields label={trans.__('Snapshot')} name="snapshot" part={part} trans={trans} />
      </>
    );
  }
}
