/** The queue of BullMQ, and what a job of it carries. */
export const EXPORTS = 'exports';

/** An export to be made. */
export interface ExportJob {
  readonly exportId: string;
}
