/**
 * The content of the dialog: the parameters, and below them the options, collapsed.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer, addIcon, checkIcon, notebookIcon } from '@jupyterlab/ui-components';
import { Collapsible } from '../forms/collapsible';
import { PartFields } from '../forms/fields';
import { ScheduleForm } from '../schedules/form';
import type { RunModel } from './model';
import type { ITarget } from './requests';
import { TIME_FIELD, DAY_FIELD, acceptTemplates } from './templatefields';

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
    return (
      <>
        {model.problem && (
          <div className="jp-NbTasks-problem" role="alert">
            {model.problem}
          </div>
        )}
        {model.targets.length > 1 && <Targets targets={model.targets} trans={trans} />}
        <Parameters model={model} trans={trans} />
        <Collapsible
          label={trans.__('More')}
          hint={trans.__('kernel, timeout, attempts, output …')}
          isExpanded={model.options.isExpanded}
          onToggle={() => model.options.toggle()}
        >
          <PartFields name="options" label={trans.__('More')} part={model.options} trans={trans} />
        </Collapsible>
        {!model.isSnapshot && <ScheduleForm model={model.schedule} trans={trans} />}
      </>
    );
  }

  private _trans: TranslationBundle;
}

interface IPartProps {
  model: RunModel;
  trans: TranslationBundle;
}

function Parameters({ model, trans }: IPartProps): JSX.Element {
  const { parameters, warnings, cell } = model.targets[0]!.parameters;
  const notes = model.targets.length === 1 ? [...model.notes, ...warnings] : [];
  if (!model.isShared) {
    return (
      <p className="jp-NbTasks-note">
        {trans.__('They take different parameters, so each runs with its own defaults.')}
      </p>
    );
  }
  return (
    <>
      {notes.length > 0 && (
        <ul className="jp-NbTasks-warnings" aria-label={trans.__('Notes')} role="list">
          {notes.map(warning => (
            <li key={warning}>{warning}</li>
          ))}
          {model.isDraft && <Reset model={model} trans={trans} />}
        </ul>
      )}
      {parameters.length > 0 ? (
        <PartFields
          name="parameters"
          label={trans.__('Parameters')}
          part={model.parameters}
          trans={trans}
        />
      ) : (
        <NoParameters model={model} hasCell={cell !== null} trans={trans} />
      )}
      {model.schedule.isOpen && acceptTemplates(model.targets[0]!.parameters) && (
        <p className="jp-NbTasks-help">
          {trans.__(
            'A text or a date may contain the time for which it runs: %1 is the day, %2 the time of day.',
            DAY_FIELD,
            TIME_FIELD
          )}
        </p>
      )}
    </>
  );
}

function Reset({ model, trans }: IPartProps): JSX.Element {
  return (
    <li>
      <button className="jp-NbTasks-add" onClick={() => model.reset()} type="button">
        {trans.__('Take the notebook’s own values instead')}
      </button>
    </li>
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
      {!model.isSnapshot && (
        <button className="jp-NbTasks-add" onClick={() => model.requestCell()} type="button">
          <addIcon.react tag="span" />
          {trans.__('Make a parameters cell')}
        </button>
      )}
    </p>
  );
}

interface ITargetsProps {
  targets: ReadonlyArray<ITarget>;
  trans: TranslationBundle;
}

function Targets({ targets, trans }: ITargetsProps): JSX.Element {
  return (
    <ul className="jp-NbTasks-targets" aria-label={trans.__('Notebooks')} role="list">
      {targets.map(({ path, job, schedule, problem, missing }) => (
        <li key={path} data-left-out={missing.length > 0 || undefined}>
          {(job ?? schedule) ? <checkIcon.react tag="span" /> : <notebookIcon.react tag="span" />}
          <span>{path}</span>
          {job && <em>{trans.__('submitted')}</em>}
          {schedule && <em>{trans.__('scheduled')}</em>}
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
