/**
 * The parameters of notebooks as the server describes them, and the calls that concern them.
 */
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { ServerConnection } from '@jupyterlab/services';
import type { IEnvironment } from './environments';
import { request } from './request';

/**
 * A parameter of a notebook; *source* is the assignment as it is written in the cell.
 */
export interface IParameter {
  name: string;
  type: string;
  default: unknown;
  help: string;
  required: boolean;
  source: string;
  choices?: unknown[] | null;
  nullable?: boolean | null;
  items?: string | null;
}

/**
 * A name that a parameters cell uses without having imported it, and what would import it.
 */
export interface IMissingImport {
  name: string;
  statement: string;
}

/**
 * The parameters of a notebook, and a JSON Schema (draft 7) for a form.
 */
export interface IParameters {
  path: string | null;
  item_id: string | null;
  hash: string | null;
  kernel_name: string | null;
  environment: IEnvironment | null;
  language: string;
  cell: number | null;
  parameters: IParameter[];
  schema: Record<string, unknown>;
  warnings: string[];
  imports: IMissingImport[];
}

/**
 * The calls, on the server of *settings*; each throws a RequestError for a refusal.
 */
export class ParametersApi {
  constructor(private _settings: ServerConnection.ISettings) {}

  /** The parameters of the notebook file at *path*. */
  ofFile(path: string): Promise<IParameters> {
    return request(this._settings, 'GET', 'parameters', { query: { path } });
  }

  /** The parameters of a notebook that need not be a file. */
  ofNotebook(content: INotebookContent): Promise<IParameters> {
    return request(this._settings, 'POST', 'parameters', { body: { content } });
  }

  /** The parameters of a cell with this *source*, in the language of its kernel. */
  ofSource(source: string, language: string): Promise<IParameters> {
    return request(this._settings, 'POST', 'parameters', { body: { source, language } });
  }
}
