/**
 * The one door to the server: a typed call of our REST API.
 */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/**
 * What is wrong with one field of a request.
 */
export interface IFieldError {
  field: string;
  message: string;
}

/**
 * A refusal: a sentence for the person, a short code, and the fields that are wrong.
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
 * What a call sends.
 */
export interface ISent {
  body?: unknown;
  query?: Record<string, string>;
}

/**
 * The address of *path* below our API.
 */
export function address(
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
  { body, query }: ISent = {}
): Promise<T> {
  const init: RequestInit = { method };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
  }
  const response = await ServerConnection.makeRequest(
    address(settings, path, query),
    init,
    settings
  );
  const text = await response.text();
  if (!response.ok) {
    throw refusal(response.status, text);
  }
  return (text ? JSON.parse(text) : undefined) as T;
}

function refusal(status: number, text: string): RequestError {
  try {
    const said = JSON.parse(text) as {
      message?: string;
      reason?: string;
      errors?: IFieldError[];
    };
    return new RequestError(
      said.message ?? text,
      status,
      said.reason ?? '',
      said.errors ?? []
    );
  } catch {
    return new RequestError(text || `HTTP ${status}`, status, '', []);
  }
}
