/**
 * The only place that calls the server: a typed request to our REST API.
 */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/**
 * An error in one field of a request.
 */
export interface IFieldError {
  field: string;
  message: string;
}

/**
 * A refusal by the server: *message* is a sentence for the person, *status* the HTTP status,
 * *reason* a short code, and *errors* the fields that are wrong.
 */
export class RequestError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly reason: string,
    readonly errors: ReadonlyArray<IFieldError>
  ) {
    super(message);
    this.name = 'RequestError';
  }
}

/**
 * The body and the query of a request.
 */
export interface IRequestOptions {
  body?: unknown;
  query?: Record<string, string>;
  /** Whether it is sent even if the person leaves the page in the meantime. */
  keepalive?: boolean;
}

/**
 * The address of *path* below our API.
 */
export function apiUrl(
  settings: ServerConnection.ISettings,
  path: string,
  query: Record<string, string> = {}
): string {
  const url = URLExt.join(settings.baseUrl, 'nbtasks', 'api', path);
  return url + URLExt.objectToQueryString(query);
}

/**
 * Call the server and return its answer; throws a RequestError for a refusal, and a
 * ServerConnection.NetworkError where the server cannot be reached.
 */
export async function request<T>(
  settings: ServerConnection.ISettings,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  { body, keepalive = false, query }: IRequestOptions = {}
): Promise<T> {
  return call(settings, apiUrl(settings, path, query), body, { method, keepalive: keepalive });
}

/**
 * The path of the file with this stable id; null if the file is gone, or if the server keeps no
 * ids.
 */
export async function pathOfItem(
  settings: ServerConnection.ISettings,
  itemId: string
): Promise<string | null> {
  const id = itemId.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const query = URLExt.objectToQueryString({ id });
  const url = URLExt.join(settings.baseUrl, 'api/fileid/path') + query;
  try {
    return (await call<{ path: string }>(settings, url)).path;
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) {
      return null;
    }
    throw error;
  }
}

async function call<T>(
  settings: ServerConnection.ISettings,
  url: string,
  body?: unknown,
  init: RequestInit = { method: 'GET' }
): Promise<T> {
  if (body !== undefined) {
    init.body = JSON.stringify(body);
  }
  const response = await ServerConnection.makeRequest(url, init, settings).catch(
    (error: unknown) => {
      throw error instanceof ServerConnection.NetworkError ? unreachable() : error;
    }
  );
  const text = await response.text();
  if (!response.ok) {
    throw refusal(response.status, text);
  }
  return (text ? JSON.parse(text) : undefined) as T;
}

/** The browser's own words for it are not for people. */
function unreachable(): Error {
  return new ServerConnection.NetworkError(new TypeError('The server cannot be reached.'));
}

function refusal(status: number, text: string): RequestError {
  try {
    const body = JSON.parse(text) as {
      message?: string;
      reason?: string;
      errors?: IFieldError[];
    };
    return new RequestError(body.message ?? text, status, body.reason ?? '', body.errors ?? []);
  } catch {
    return new RequestError(text || `HTTP ${status}`, status, '', []);
  }
}
