/**
 * The form below "More": how a notebook is run.
 */
import type { KernelSpec } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { RJSFSchema } from '@rjsf/utils';
import type { IEnvironment } from '../api/environments';
import type { IScheduleRequest } from '../api/schedules';
import type { IForm } from '../forms/form';

/**
 * The values of options that are left empty.
 */
export const DEFAULT_OPTIONS = {
  kernel_name: null,
  timeout: null,
  max_attempts: 1,
  retry_delay: 10,
  output_path: null,
  update_notebook: false,
  keep_kernel_on_failure: 0
} satisfies Partial<IScheduleRequest>;

/**
 * The options of a run, of a file or not; each is named as in a request. *environment* is where it
 * runs unless another kernel is chosen.
 */
export function optionsForm(
  specs: KernelSpec.ISpecModels | null,
  environment: IEnvironment | null,
  isFile: boolean,
  trans: TranslationBundle
): IForm {
  const kernels = Object.values(specs?.kernelspecs ?? {}).flatMap(spec => spec ?? []);
  const properties: Record<string, RJSFSchema> = {
    kernel_name: {
      title: trans.__('Kernel'),
      ...(environment && {
        description: trans.__('%1 runs on %2.', environment.display_name, environment.place)
      }),
      type: 'string',
      enum: kernels.map(({ name }) => name),
      // JupyterLab's forms do not read ui:enumNames.
      enumNames: kernels.map(({ display_name }) => display_name)
    },
    ...limitFields(trans),
    ...outputFields(trans)
  };
  if (kernels.length === 0) {
    delete properties['kernel_name'];
  }
  if (!isFile) {
    delete properties['update_notebook'];
  }
  return {
    schema: { type: 'object', properties },
    uiSchema: {
      kernel_name: { 'ui:placeholder': trans.__("The notebook's own") },
      timeout: { 'ui:placeholder': trans.__('The default of the server') },
      max_attempts: { 'ui:placeholder': '1' },
      retry_delay: { 'ui:placeholder': '10' },
      output_path: { 'ui:placeholder': 'reports/{name}-{date}.ipynb' },
      update_notebook: { 'ui:options': { label: false } },
      keep_kernel_on_failure: { 'ui:placeholder': '0' }
    }
  };
}

/** How long it may take, and how often it is tried. */
function limitFields(trans: TranslationBundle): Record<string, RJSFSchema> {
  return {
    timeout: {
      title: trans.__('Timeout'),
      description: trans.__('Seconds after which it is stopped.'),
      type: 'number',
      exclusiveMinimum: 0
    },
    max_attempts: {
      title: trans.__('Attempts'),
      description: trans.__('How many times it is tried if it fails.'),
      type: 'integer',
      minimum: 1,
      maximum: 100
    },
    retry_delay: {
      title: trans.__('Delay'),
      description: trans.__(
        'Seconds before the second attempt; they double with each further one.'
      ),
      type: 'number',
      minimum: 0,
      maximum: 86400
    }
  };
}

/** What is to be left of it. */
function outputFields(trans: TranslationBundle): Record<string, RJSFSchema> {
  return {
    output_path: {
      title: trans.__('Output'),
      description: trans.__(
        'Also write the output to this path; it may use %1.',
        '{name}, {date}, {time}, {job_id}'
      ),
      type: 'string'
    },
    update_notebook: {
      title: trans.__('Update this notebook'),
      description: trans.__('Write the outputs back into the notebook.'),
      type: 'boolean'
    },
    keep_kernel_on_failure: {
      title: trans.__('Keep kernel'),
      description: trans.__(
        'How many seconds the kernel is kept if the run fails, so that you can look into it.'
      ),
      type: 'integer',
      minimum: 0,
      maximum: 86400
    }
  };
}
