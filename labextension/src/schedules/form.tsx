/**
 * What stands below "On a schedule": the rule, when it is due next, and its limits.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { Collapsible } from '../forms/collapsible';
import { PartFields } from '../forms/fields';
import { Forecast } from './forecast';
import type { ScheduleFormModel } from './formmodel';

interface IScheduleFormProps {
  model: ScheduleFormModel;
  trans: TranslationBundle;
}

/**
 * The fields of *model*; for a schedule that exists they cannot be collapsed.
 */
export function ScheduleForm({ model, trans }: IScheduleFormProps): JSX.Element {
  const label = trans.__('On a schedule');
  const isFixed = (model.edited ?? model.copied) !== null;
  return isFixed ? (
    <section className="jp-NbTasks-more" aria-label={label}>
      <h3 className="jp-NbTasks-more-title">{label}</h3>
      <Inside model={model} trans={trans} />
    </section>
  ) : (
    <Collapsible
      label={label}
      hint={trans.__('again and again, by itself')}
      isExpanded={model.isOpen}
      onToggle={() => model.toggle()}
    >
      <Inside model={model} trans={trans} />
    </Collapsible>
  );
}

function Inside({ model, trans }: IScheduleFormProps): JSX.Element {
  const { limits, rule } = model;
  return (
    <>
      <PartFields name="rule" label={trans.__('Rule')} part={rule} trans={trans} />
      <Forecast preview={model.preview} trans={trans} />
      <Collapsible
        label={trans.__('Limits')}
        hint={trans.__('start, end, overlaps, missed runs, failures …')}
        isExpanded={limits.isExpanded}
        onToggle={() => limits.toggle()}
      >
        <PartFields name="limits" label={trans.__('Limits')} part={limits} trans={trans} />
      </Collapsible>
    </>
  );
}
