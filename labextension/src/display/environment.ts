/**
 * Environments in words, for people.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IEnvironment } from '../api/environments';

/**
 * An environment by the name of its kernel, its interpreter, and its versions where known.
 */
export function environmentWords({ display_name, place, versions }: IEnvironment): string {
  const known = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [display_name, place, ...known].join(' · ');
}

/**
 * That something runs elsewhere than in this JupyterLab; empty where that is not so, or not known.
 */
export function elsewhereWords(
  environment: IEnvironment | null | undefined,
  trans: TranslationBundle
): string {
  if (!environment || environment.is_here) {
    return '';
  }
  return environment.is_gone
    ? trans.__('Its environment is gone: %1', environment.place)
    : trans.__('Runs in another environment: %1', environment.place);
}
