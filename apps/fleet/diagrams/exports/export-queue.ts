/** Hands exports to the workers. */
export abstract class ExportQueue {
  /** Resolves when the export cannot get lost any more. */
  abstract add(exportId: string): Promise<void>;
}

/** Without Redis the table of exports is the queue: the workers take what is `queued` there. */
export class TableQueue extends ExportQueue {
  add(): Promise<void> {
    return Promise.resolve();
  }
}
