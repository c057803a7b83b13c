/**
 * What stands below "On a schedule": the rule, when it is due next, and its limits.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { Fold } from '../forms/collapsible';
import { PartFields } from '../forms/fields';
import { Forecast } from './forecast';
import type { ScheduleDraft } from './formmodel';

interface IScheduleFormProps {
  draft: ScheduleDraft;
  trans: TranslationBundle;
}

/**
 * The fields of *draft*; for a schedule that there is they cannot be folded.
 */
export function ScheduleForm({ draft, trans }: IScheduleFormProps): JSX.Element {
  const label = trans.__('On a schedule');
  const isFixed = (draft.changing ?? draft.copied) !== null;
  return isFixed ? (
    <section className="jp-NbTasks-more" aria-label={label}>
      <h3 className="jp-NbTasks-more-title">{label}</h3>
      <Inside draft={draft} trans={trans} />
    </section>
  ) : (
    <Fold
      label={label}
      hint={trans.__('again and again, by itself')}
      isUnfolded={draft.isOpen}
      onToggle={() => draft.toggle()}
    >
      <Inside draft={draft} trans={trans} />
    </Fold>
  );
}

function Inside({ draft, trans }: IScheduleFormProps): JSX.Element {
  const { limits, rule } = draft;
  return (
    <>
      <PartFields name="rule" label={trans.__('Rule')} part={rule} trans={trans} />
      <Forecast preview={draft.preview} trans={trans} />
      <Fold
        label={trans.__('Limits')}
        hint={trans.__('start, end, overlaps, missed runs, failures …')}
        isUnfolded={limits.isUnfolded}
        onToggle={() => limits.toggle()}
      >
        <PartFields name="limits" label={trans.__('Limits')} part={limits} trans={trans} />
      </Fold>
    </>
  );
}
