/**
 * How a field looks: its name on the left, the input, and below it the help or what is wrong.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { FormComponent, addIcon, deleteIcon } from '@jupyterlab/ui-components';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import type {
  ArrayFieldTemplateProps,
  FieldTemplateProps,
  ObjectFieldTemplateProps
} from '@rjsf/utils';
import { useEffect, useRef } from 'react';
import type { Errors } from './form';
import type { FormPart } from './formpart';
import { validator } from './validation';

interface IPartFieldsProps {
  name: string;
  label: string;
  part: FormPart;
  trans: TranslationBundle;
}

/**
 * The fields of *part*; *name* is in the id of each input.
 */
export function PartFields({ name, label, part, trans }: IPartFieldsProps): JSX.Element {
  const prefix = `jp-NbTasks-${name}`;
  return (
    <div className="jp-NbTasks-fields" role="group" aria-label={label}>
      <FormComponent
        tagName="div"
        schema={part.form.schema}
        uiSchema={part.form.uiSchema}
        formData={part.data as ReadonlyJSONObject}
        formContext={{ prefix, errors: part.errors, trans }}
        idPrefix={prefix}
        noValidate
        templates={TEMPLATES}
        validator={validator}
        onChange={({ formData }) => part.setData(formData ?? {})}
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
  const { id, schema, children } = props;
  const { prefix, errors } = props.formContext as IContext;
  // The form itself, and the elements of a list, are fields too.
  return id === prefix || schema.title === undefined ? (
    <>{children}</>
  ) : (
    <NamedField {...props} error={errors[id.slice(prefix.length + 1)]} />
  );
}

interface INamedFieldProps extends FieldTemplateProps {
  error: string | undefined;
}

function NamedField({ id, label, schema, children, error }: INamedFieldProps): JSX.Element {
  const node = useRef<HTMLDivElement>(null);
  const describedBy = [
    ...(error === undefined ? [] : [`${id}__error`]),
    ...(schema.description ? [`${id}__description`] : [])
  ].join(' ');
  // The inputs of the form library refer to descriptions that need not exist, and do not refer to
  // errors.
  useEffect(() => {
    for (const input of node.current?.querySelectorAll('input, select, textarea') ?? []) {
      input.setAttribute('aria-invalid', `${error !== undefined}`);
      if (describedBy) {
        input.setAttribute('aria-describedby', describedBy);
      } else {
        input.removeAttribute('aria-describedby');
      }
    }
    // Several boxes are one field.
    const boxes = node.current?.querySelector('.checkboxes');
    boxes?.setAttribute('role', 'group');
    boxes?.setAttribute('aria-labelledby', `${id}__title`);
  });
  return (
    <div className="jp-NbTasks-field" data-invalid={error !== undefined || undefined} ref={node}>
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
          {item.hasRemove && (
            <button
              aria-label={trans.__('Remove element %1 of %2', item.index + 1, title)}
              className="jp-NbTasks-drop"
              onClick={item.onDropIndexClick(item.index)}
              type="button"
            >
              <deleteIcon.react tag="span" />
            </button>
          )}
        </div>
      ))}
      {canAdd && (
        <button
          aria-label={trans.__('Add an element to %1', title)}
          className="jp-NbTasks-add"
          onClick={onAddClick}
          type="button"
        >
          <addIcon.react tag="span" />
          {trans.__('Add')}
        </button>
      )}
    </div>
  );
}
