/**
 * What stands in the dialog: the parameters, and below them the options, folded.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  VDomRenderer,
  addIcon,
  caretDownIcon,
  caretRightIcon,
  checkIcon,
  notebookIcon
} from '@jupyterlab/ui-components';
import { Fields } from './fields';
import type { RunModel } from './model';
import type { ITarget } from './requests';
import type { Errors } from './validation';

/**
 * The dialog's body. Draws itself again when the model changes.
 */
export class RunForm extends VDomRenderer<RunModel> {
  constructor(model: RunModel, trans: TranslationBundle) {
    super(model);
    this._trans = trans;
    this.addClass('jp-NbTasks-form');
  }

  protected render(): JSX.Element {
    const { model, _trans: trans } = this;
    const errors = model.errors;
    return (
      <>
        {model.problem && (
          <div className="jp-NbTasks-problem" role="alert">
            {model.problem}
          </div>
        )}
        {model.targets.length > 1 && <Targets targets={model.targets} trans={trans} />}
        <Parameters model={model} errors={errors.parameters} trans={trans} />
        <Options model={model} errors={errors.options} trans={trans} />
      </>
    );
  }

  private _trans: TranslationBundle;
}

interface IPartProps {
  model: RunModel;
  errors: Errors;
  trans: TranslationBundle;
}

function Parameters({ model, errors, trans }: IPartProps): JSX.Element {
  const { parameters, warnings, cell } = model.targets[0]!.parameters;
  const said = model.targets.length === 1 ? [...model.notes, ...warnings] : [];
  if (!model.isShared) {
    return (
      <p className="jp-NbTasks-note">
        {trans.__('They take different parameters, so each runs with its own defaults.')}
      </p>
    );
  }
  return (
    <>
      {said.length > 0 && (
        <ul className="jp-NbTasks-warnings" aria-label={trans.__('Notes')} role="list">
          {said.map(warning => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
      {parameters.length > 0 ? (
        <Fields
          name="parameters"
          label={trans.__('Parameters')}
          form={model.forms.parameters}
          data={model.data.parameters}
          errors={errors}
          onChange={data => model.fill('parameters', data)}
          trans={trans}
        />
      ) : (
        <NoParameters model={model} hasCell={cell !== null} trans={trans} />
      )}
    </>
  );
}

interface INoParametersProps {
  model: RunModel;
  hasCell: boolean;
  trans: TranslationBundle;
}

function NoParameters({ model, hasCell, trans }: INoParametersProps): JSX.Element {
  if (model.targets.length > 1) {
    return <p className="jp-NbTasks-note">{trans.__('These notebooks take no parameters.')}</p>;
  }
  if (hasCell) {
    return (
      <p className="jp-NbTasks-note">
        {trans.__('The parameters cell of this notebook defines nothing yet.')}
      </p>
    );
  }
  return (
    <p className="jp-NbTasks-note">
      {trans.__('This notebook has no parameters cell, so it runs as it is.')}
      <button className="jp-NbTasks-add" onClick={() => model.wantCell()} type="button">
        <addIcon.react tag="span" />
        {trans.__('Make a parameters cell')}
      </button>
    </p>
  );
}

function Options({ model, errors, trans }: IPartProps): JSX.Element {
  const Caret = (model.isUnfolded ? caretDownIcon : caretRightIcon).react;
  return (
    <div className="jp-NbTasks-more">
      <button
        className="jp-NbTasks-more-button"
        aria-expanded={model.isUnfolded}
        onClick={() => model.toggle()}
        type="button"
      >
        <Caret tag="span" />
        {trans.__('More')}
        <span className="jp-NbTasks-more-hint">
          {trans.__('kernel, timeout, attempts, output …')}
        </span>
      </button>
      {model.isUnfolded && (
        <Fields
          name="options"
          label={trans.__('More')}
          form={model.forms.options}
          data={model.data.options}
          errors={errors}
          onChange={data => model.fill('options', data)}
          trans={trans}
        />
      )}
    </div>
  );
}

interface ITargetsProps {
  targets: ReadonlyArray<ITarget>;
  trans: TranslationBundle;
}

function Targets({ targets, trans }: ITargetsProps): JSX.Element {
  return (
    <ul className="jp-NbTasks-targets" aria-label={trans.__('Notebooks')} role="list">
      {targets.map(({ path, job, problem, missing }) => (
        <li key={path} data-left-out={missing.length > 0 || undefined}>
          {job ? <checkIcon.react tag="span" /> : <notebookIcon.react tag="span" />}
          <span>{path}</span>
          {job && <em>{trans.__('submitted')}</em>}
          {missing.length > 0 && (
            <div className="jp-NbTasks-field-help">
              {trans.__('Left out: it needs a value for %1. Run it by itself.', missing.join(', '))}
            </div>
          )}
          {problem && (
            <div className="jp-NbTasks-field-error" role="alert">
              {problem}
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
