/**
 * What the server says of itself.
 */
import type { ServerConnection } from '@jupyterlab/services';
import { request } from './request';

/**
 * The name under which the server knows this person: the owner of what they submit.
 */
export async function fetchUser(settings: ServerConnection.ISettings): Promise<string> {
  return (await request<{ user: string }>(settings, 'GET', 'config')).user;
}
