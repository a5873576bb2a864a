import { Logger } from '@nestjs/common';
import { formatDuration } from '../deadline/duration.js';
import { describeError } from '../errors/lifecycle-error.js';
import { type LifecycleEvent } from './lifecycle-event.js';
import { LogRecord } from './log-record.js';

/** How the library's log lines are marked. */
export const LOG_CONTEXT = 'GracefulShutdown';

/** Writes events to Nest's Logger. */
export class EventLog {
  readonly #logger = new Logger(LOG_CONTEXT);

  readonly write = (event: LifecycleEvent): void => {
    const { level, text, fields } = render(event);
    this.#logger[level](new LogRecord(text, { event: event.type, ...fields }));
  };

  warn(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#logger.warn(new LogRecord(message, fields));
  }

  error(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#logger.error(new LogRecord(message, fields));
  }

  log(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#logger.log(new LogRecord(message, fields));
  }
}

interface Line {
  readonly level: 'log' | 'warn' | 'error' | 'debug';
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function render(event: LifecycleEvent): Line {
  switch (event.type) {
    case 'shutdown-started': {
      const { reason, signal, inFlight, budgetMs } = event;
      const text = `shutting down: ${reason}, ${inFlight} in flight, ${formatDuration(budgetMs)} to go`;
      return { level: 'log', text, fields: { reason, signal, inFlight, budgetMs } };
    }
    case 'phase-changed':
      return { level: 'debug', text: `phase ${event.phase}`, fields: { phase: event.phase } };
    case 'boot-awaited':
      return { level: 'log', text: 'told to stop while starting; waiting for the start to settle first', fields: {} };
    case 'hook-settled':
      return renderHook(event);
    case 'progressed': {
      const { phase, elapsedMs, remainingMs, waitingFor, total } = event;
      const names = waitingFor.join(', ') + (total > waitingFor.length ? `, and ${total - waitingFor.length} more` : '');
      const text =
        `${phase}: waiting ${formatDuration(elapsedMs)} for ${total}: ${names}; ` +
        `${formatDuration(remainingMs)} left`;
      return { level: 'log', text, fields: { phase, elapsedMs, remainingMs, waitingFor, total } };
    }
    case 'work-interrupted': {
      const names = event.items.map(({ name, ageMs }) => `${name} after ${formatDuration(ageMs)}`).join(', ');
      return { level: 'warn', text: `time is up, interrupting ${event.items.length}: ${names}`, fields: { items: event.items } };
    }
    case 'nest-hook-failed':
      return failure(`${event.name} failed`, event.error, { name: event.name });
    case 'error-uncaught':
      return failure(`uncaught during the shutdown (${event.origin})`, event.error, { origin: event.origin });
    case 'signal-repeated':
      return { level: 'warn', text: `${event.signal} again: ending at once`, fields: { signal: event.signal } };
    case 'deadline-passed': {
      const { waitingFor } = event;
      const text = `the budget is used up; still waiting for ${waitingFor.join(', ') || 'nothing that is known'}`;
      return { level: 'error', text, fields: { waitingFor } };
    }
  }
}

function renderHook(event: Extract<LifecycleEvent, { type: 'hook-settled' }>): Line {
  const { name, phase, priority, durationMs, result } = event;
  const fields = { name, phase, priority, durationMs: Math.round(durationMs), result };
  const text = `hook ${name} ${result === 'timed-out' ? 'timed out' : result} after ${formatDuration(durationMs)}`;
  if (result === 'done') return { level: 'debug', text, fields };
  return failure(text, event.error, fields);
}

function failure(text: string, error: unknown, fields: Readonly<Record<string, unknown>>): Line {
  const stack = error instanceof Error ? error.stack : undefined;
  return { level: 'error', text: `${text}: ${describeError(error)}`, fields: { ...fields, error: describeError(error), stack } };
}
