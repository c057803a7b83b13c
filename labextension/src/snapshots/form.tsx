/**
 * What stands in the dialog of a snapshot.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import { PartFields } from '../forms/fields';
import type { SnapshotDraft } from './formmodel';

/**
 * The dialog's body. Draws itself again when the draft changes.
 */
export class SnapshotForm extends VDomRenderer<SnapshotDraft> {
  constructor(
    draft: SnapshotDraft,
    private _trans: TranslationBundle
  ) {
    super(draft);
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
