/** A row as the database returns it, by column name. */
export type Row = Record<string, unknown>;

/** Where SQL can be run: the database itself, or one transaction of it. */
export interface Sql {
  /** Runs one statement with `$1`, `$2`, … filled from `values`. `T` is what the statement selects or returns. */
  query<T extends Row>(statement: string, values?: readonly unknown[]): Promise<T[]>;
}

/** The demo's PostgreSQL, embedded or a server. Abstract, so that it is also the token to inject. */
export abstract class Database implements Sql {
  abstract query<T extends Row>(statement: string, values?: readonly unknown[]): Promise<T[]>;

  /** Runs `work` in one transaction: committed when it resolves, rolled back when it rejects. */
  abstract transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;

  /** Resolves when the database answers. Never queues behind orders: a busy service is still a ready one. */
  abstract ping(): Promise<void>;

  /** Waits for what is running, then lets go of every connection. */
  abstract close(): Promise<void>;
}

/** The row of a statement that always gives exactly one, such as `insert … returning`. */
export function onlyRow<T>(rows: readonly T[]): T {
  const [row, ...others] = rows;
  if (row === undefined || others.length > 0) throw new Error(`Expected one row, got ${rows.length}`);
  return row;
}
