import { type LifecycleEvent } from './lifecycle-event.js';

/** A log line before it is written. */
export interface Line {
  readonly level: 'log' | 'warn' | 'error' | 'debug';
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A renderer for each type of event. It returns `undefined` for an event that the log leaves out. */
export type Lines = {
  readonly [T in LifecycleEvent['type']]: (event: Extract<LifecycleEvent, { type: T }>) => Line | undefined;
};
