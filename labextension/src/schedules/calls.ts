/**
 * The calls of the server's REST API that concern schedules.
 */
import type { ServerConnection } from '@jupyterlab/services';
import type { IPage } from '../lists/paged';
import { request } from '../request';
import type { IJob } from '../tokens';
import type { IOccurrence, IPreview, ISchedule, IScheduleRequest, ITiming } from './answers';

/**
 * The calls, on the server of *settings*; each throws a RequestError for a refusal.
 */
export class ScheduleCalls {
  constructor(private _settings: ServerConnection.ISettings) {}

  list(query: Record<string, string>): Promise<IPage<ISchedule>> {
    return request(this._settings, 'GET', 'schedules', { query });
  }

  get(id: string): Promise<ISchedule> {
    return request(this._settings, 'GET', `schedules/${id}`);
  }

  create(body: IScheduleRequest): Promise<ISchedule> {
    return request(this._settings, 'POST', 'schedules', { body });
  }

  change(id: string, body: Partial<IScheduleRequest>): Promise<ISchedule> {
    return request(this._settings, 'PATCH', `schedules/${id}`, { body });
  }

  remove(id: string): Promise<void> {
    return request(this._settings, 'DELETE', `schedules/${id}`);
  }

  pause(id: string): Promise<ISchedule> {
    return request(this._settings, 'POST', `schedules/${id}/pause`);
  }

  resume(id: string): Promise<ISchedule> {
    return request(this._settings, 'POST', `schedules/${id}/resume`);
  }

  run(id: string): Promise<IJob> {
    return request(this._settings, 'POST', `schedules/${id}/run`);
  }

  occurrences(id: string, query: Record<string, string>): Promise<IPage<IOccurrence>> {
    return request(this._settings, 'GET', `schedules/${id}/occurrences`, { query });
  }

  /** The jobs of a schedule, those run by hand included. */
  jobs(id: string, query: Record<string, string>): Promise<IPage<IJob>> {
    return request(this._settings, 'GET', 'jobs', { query: { ...query, schedule_id: id } });
  }

  preview(body: ITiming & { count?: number }): Promise<IPreview> {
    return request(this._settings, 'POST', 'schedules/preview', { body });
  }
}
