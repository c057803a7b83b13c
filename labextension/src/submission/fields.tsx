/**
 * How a field looks: its name on the left, the input, and below it the help or what is wrong.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { DropButton, FormComponent, addIcon } from '@jupyterlab/ui-components';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import type {
  ArrayFieldTemplateProps,
  FieldTemplateProps,
  ObjectFieldTemplateProps
} from '@rjsf/utils';
import type { Errors } from './validation';
import { validator } from './validation';
import type { FormData, IForm } from './values';

interface IFieldsProps {
  name: string;
  label: string;
  form: IForm;
  data: FormData;
  errors: Errors;
  onChange: (data: FormData) => void;
  trans: TranslationBundle;
}

/**
 * The fields of *form*; *name* is in the id of each input.
 */
export function Fields(props: IFieldsProps): JSX.Element {
  const { name, label, form, data, errors, onChange } = props;
  const prefix = `jp-NbTasks-${name}`;
  return (
    <div className="jp-NbTasks-fields" role="group" aria-label={label}>
      <FormComponent
        tagName="div"
        schema={form.schema}
        uiSchema={form.uiSchema}
        formData={data as ReadonlyJSONObject}
        formContext={{ prefix, errors, trans: props.trans }}
        idPrefix={prefix}
        noValidate
        templates={TEMPLATES}
        validator={validator}
        onChange={({ formData }) => onChange(formData ?? {})}
      />
    </div>
  );
}

const TEMPLATES = {
  ArrayFieldTemplate: Elements,
  FieldTemplate: Field,
  ObjectFieldTemplate: ({ properties }: ObjectFieldTemplateProps): JSX.Element => (
    <>{properties.map(({ content }) => content)}</>
  )
};

interface IContext {
  prefix: string;
  errors: Errors;
  trans: TranslationBundle;
}

function Field(props: FieldTemplateProps): JSX.Element {
  const { id, label, schema, children } = props;
  const { prefix, errors } = props.formContext as IContext;
  const name = id.slice(prefix.length + 1);
  // The form itself, and the elements of a list, are fields too.
  if (id === prefix || schema.title === undefined) {
    return <>{children}</>;
  }
  const error = errors[name];
  return (
    <div className="jp-NbTasks-field" data-invalid={error !== undefined || undefined}>
      <label htmlFor={id} id={`${id}__title`}>
        {label}
      </label>
      <div className="jp-NbTasks-field-input">{children}</div>
      {error !== undefined && (
        <div className="jp-NbTasks-field-error" id={`${id}__error`} role="alert">
          {error}
        </div>
      )}
      {schema.description && (
        <div className="jp-NbTasks-field-help" id={`${id}__description`}>
          {schema.description}
        </div>
      )}
    </div>
  );
}

function Elements(props: ArrayFieldTemplateProps): JSX.Element {
  const { idSchema, title, items, canAdd, onAddClick } = props;
  const { trans } = props.formContext as IContext;
  return (
    <div role="group" aria-labelledby={`${idSchema.$id}__title`}>
      {items.map(item => (
        <div key={item.key} className="jp-NbTasks-element">
          <label>
            <span>{trans.__('%1, element %2', title, item.index + 1)}</span>
            {item.children}
          </label>
          <DropButton buttonStyle="icons" item={item} />
        </div>
      ))}
      {canAdd && (
        <button className="jp-NbTasks-add" onClick={onAddClick}>
          <addIcon.react tag="span" />
          {trans.__('Add')}
        </button>
      )}
    </div>
  );
}
