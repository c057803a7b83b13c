/**
 * The line above a marked cell: what it is, what was understood, and what was not.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import type { IParameter } from '../api/parameters';
import type { ParametersModel, Role } from './model';

const MOST_CHIPS = 24;

/**
 * The badge of one cell; it owns its model.
 */
export class ParametersBadge extends VDomRenderer<ParametersModel> {
  constructor(model: ParametersModel, trans: TranslationBundle) {
    super(model);
    this._trans = trans;
    this.addClass('jp-NbTasks-badge');
    this.node.setAttribute('role', 'group');
    this.node.setAttribute('aria-label', trans.__('Parameters cell'));
  }

  override dispose(): void {
    const model = this.model;
    super.dispose();
    model?.dispose();
  }

  protected render(): JSX.Element {
    const { model, _trans: trans } = this;
    this.node.dataset['role'] = model.role;
    const problems = [...roleProblems(model.role, trans), ...model.warnings];
    return (
      <>
        <span className="jp-NbTasks-badge-name">{roleName(model.role, trans)}</span>
        {model.parameters.length > 0 && <Chips parameters={model.parameters} trans={trans} />}
        {model.isEmpty && problems.length === 0 && (
          <span className="jp-NbTasks-badge-hint">
            {trans.__('Write one assignment per line, such as %1', 'region = "EU"')}
          </span>
        )}
        <div className="jp-NbTasks-badge-problems" role="status">
          {problems.map(problem => (
            <div key={problem}>{problem}</div>
          ))}
          {model.missingImports.length > 0 && <MissingImports model={model} trans={trans} />}
        </div>
      </>
    );
  }

  private _trans: TranslationBundle;
}

interface IMissingImportsProps {
  model: ParametersModel;
  trans: TranslationBundle;
}

function MissingImports({ model, trans }: IMissingImportsProps): JSX.Element {
  const { missingImports: imports } = model;
  const names = imports.map(({ name }) => name).join(', ');
  return (
    <div>
      {trans.__('Not imported, so the cell would fail: %1.', names)}
      <button
        className="jp-NbTasks-badge-fix"
        onClick={() => model.addImports()}
        title={imports.map(({ statement }) => statement).join('\n')}
        type="button"
      >
        {trans._n('Add the import', 'Add the imports', imports.length)}
      </button>
    </div>
  );
}

interface IChipsProps {
  parameters: ReadonlyArray<IParameter>;
  trans: TranslationBundle;
}

function Chips({ parameters, trans }: IChipsProps): JSX.Element {
  const surplus = parameters.slice(MOST_CHIPS);
  return (
    <ul className="jp-NbTasks-chips" aria-label={trans.__('Parameters')} role="list">
      {parameters.slice(0, MOST_CHIPS).map(({ name, source, help }) => (
        <li key={name} title={help ? `${source}\n${help}` : source}>
          <strong>{name}</strong>
          {source.slice(name.length)}
        </li>
      ))}
      {surplus.length > 0 && (
        <li title={surplus.map(parameter => parameter.source).join('\n')}>
          {trans.__('and %1 more', surplus.length)}
        </li>
      )}
    </ul>
  );
}

function roleName(role: Role, trans: TranslationBundle): string {
  return role === 'injected' ? trans.__('injected by a run') : trans.__('parameters');
}

function roleProblems(role: Role, trans: TranslationBundle): string[] {
  switch (role) {
    case 'first':
      return [trans.__('Another cell is marked too; only this one counts.')];
    case 'surplus':
      return [trans.__('Not read: only the first parameters cell counts. Unmark one of them.')];
    case 'not-code':
      return [trans.__('Only a code cell can hold parameters. Unmark this one.')];
    default:
      return [];
  }
}
