/**
 * The frames of a job's stream.
 */
import type { ICellState, JobStatus } from '../api/jobs';

/**
 * An output as nbformat 4 has it.
 */
export interface IOutput {
  output_type: string;
  [field: string]: unknown;
}

/**
 * One frame: an event of a cell, a status of the job, or the state of all cells that were begun.
 */
export type IFrame = { seq: number } & (
  | { type: 'state'; cells: ReadonlyArray<IBegunCell> }
  | { type: 'cell_started'; cell: number; at: number }
  | { type: 'execution_count'; cell: number; count: number }
  | { type: 'output'; cell: number; output: IOutput; display_id?: string }
  | { type: 'clear_output'; cell: number }
  | { type: 'update_display'; display_id: string; data: unknown; metadata: unknown }
  | {
      type: 'cell_finished';
      cell: number;
      at: number;
      status: ICellState['status'];
      seconds: number | null;
    }
  | { type: 'status'; status: JobStatus; attempt: number; message: string | null }
);

/**
 * A code cell that was begun, with its outputs; times are in seconds since the epoch.
 */
export interface IBegunCell {
  index: number;
  id: string | null;
  status: ICellState['status'];
  started_at: number | null;
  seconds: number | null;
  execution_count: number | null;
  outputs: ReadonlyArray<IOutput & { display_id?: string }>;
}
