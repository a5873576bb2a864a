import { inspect, stripVTControlCharacters } from 'node:util';
import { ConsoleLogger, Logger, type LoggerService } from '@nestjs/common';
import { nestLog } from '../nest/nest-log.js';
import { LogRecord } from './log-record.js';

/** What is written to a stream while `work` runs. */
function written(stream: NodeJS.WriteStream, work: () => void): string {
  let text = '';
  const write = jest.spyOn(stream, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    work();
  } finally {
    write.mockRestore();
  }
  return stripVTControlCharacters(text);
}

/** A logger of the application, which keeps what it gets. */
class KeepingLogger implements LoggerService {
  readonly lines: { readonly level: string; readonly message: unknown; readonly context: unknown }[] = [];
  readonly log = this.#keep('log');
  readonly warn = this.#keep('warn');
  readonly error = this.#keep('error');
  readonly debug = this.#keep('debug');

  #keep(level: string): (message: unknown, ...more: unknown[]) => void {
    return (message, ...more) => void this.lines.push({ level, message, context: more.at(-1) });
  }
}

afterEach(() => {
  Logger.overrideLogger(new ConsoleLogger());
});

describe('LogRecord', () => {
  const record = new LogRecord('shutting down', { reason: 'SIGTERM', inFlight: 3 });

  it('is its sentence wherever text is wanted', () => {
    expect(String(record)).toBe('shutting down');
    expect(inspect(record)).toBe('shutting down');
    expect(inspect(record, { colors: true, compact: false })).toBe('shutting down');
  });

  it('has msg and the fields for pino, which copies own properties', () => {
    expect(Object.assign({}, record)).toEqual({ msg: 'shutting down', reason: 'SIGTERM', inFlight: 3 });
    expect(JSON.parse(JSON.stringify(record))).toEqual({ msg: 'shutting down', reason: 'SIGTERM', inFlight: 3 });
  });

  it('has message for winston, and only for those who ask', () => {
    expect(record.message).toBe('shutting down');
    expect(Object.keys(record)).not.toContain('message');
  });

  it('needs no fields', () => {
    expect(Object.keys(new LogRecord('disabled'))).toEqual(['msg']);
  });
});

describe('EventLog', () => {
  const started = {
    type: 'shutdown-started',
    reason: 'SIGTERM',
    signal: 'SIGTERM',
    inFlight: 3,
    budgetMs: 28_000,
  } as const;

  it("writes one line of plain text to Nest's logger", () => {
    Logger.overrideLogger(new ConsoleLogger());
    const text = written(process.stdout, () => nestLog().write(started));
    expect(text).toMatch(/ LOG \[GracefulShutdown\] shutting down: SIGTERM, 3 in flight, 28s to go( \+\d+ms)?\n$/);
    expect(text.split('\n')).toHaveLength(2);
  });

  it('writes the stack of an error that was not caught, and of no other one', () => {
    const error = new Error('boom');
    const [, frame = ''] = error.stack?.split('\n') ?? [];
    expect(frame).toContain('    at ');
    Logger.overrideLogger(new ConsoleLogger());
    const uncaught = written(process.stderr, () =>
      nestLog().write({ type: 'error-uncaught', origin: 'unhandledRejection', error }),
    );
    expect(uncaught).toContain('uncaught during the shutdown (unhandledRejection): boom');
    expect(uncaught).toContain(frame);
    const failed = written(process.stderr, () =>
      nestLog().write({ type: 'nest-hook-failed', name: 'Pool.onModuleDestroy', error }),
    );
    expect(failed).toContain('Pool.onModuleDestroy failed: boom');
    expect(failed).not.toContain(frame);
    Logger.overrideLogger(new ConsoleLogger({ json: true }));
    const json = written(process.stderr, () =>
      nestLog().write({ type: 'error-uncaught', origin: 'unhandledRejection', error }),
    );
    expect(JSON.parse(json)).toMatchObject({ message: { error: 'boom', stack: error.stack } });
  });

  it("writes the fields where Nest's logger writes JSON", () => {
    Logger.overrideLogger(new ConsoleLogger({ json: true }));
    const text = written(process.stdout, () => nestLog().write(started));
    expect(JSON.parse(text)).toMatchObject({
      level: 'log',
      context: 'GracefulShutdown',
      message: {
        msg: 'shutting down: SIGTERM, 3 in flight, 28s to go',
        event: 'shutdown-started',
        reason: 'SIGTERM',
        signal: 'SIGTERM',
        inFlight: 3,
        budgetMs: 28_000,
      },
    });
  });

  it('writes to the logger of the application, at the level of the event', () => {
    const logger = new KeepingLogger();
    Logger.overrideLogger(logger);
    const log = nestLog();
    log.write(started);
    log.write({ type: 'phase-changed', phase: 'draining' });
    log.warn('a warning');
    log.error('an error', { port: 9000 });
    log.log('a word');
    expect(logger.lines.map(({ level, message, context }) => [level, String(message), context])).toEqual([
      ['log', 'shutting down: SIGTERM, 3 in flight, 28s to go', 'GracefulShutdown'],
      ['debug', 'phase draining', 'GracefulShutdown'],
      ['warn', 'a warning', 'GracefulShutdown'],
      ['error', 'an error', 'GracefulShutdown'],
      ['log', 'a word', 'GracefulShutdown'],
    ]);
    expect(logger.lines[1]?.message).toMatchObject({ event: 'phase-changed', phase: 'draining' });
    expect(logger.lines[3]?.message).toMatchObject({ port: 9000 });
  });

  it('goes on when the logger of the application throws, and says it where it always can', () => {
    const logger = new KeepingLogger();
    logger.lines.push = () => {
      throw new Error('disk full');
    };
    Logger.overrideLogger(logger);
    const text = written(process.stderr, () => nestLog().warn('a warning'));
    expect(text).toBe('[GracefulShutdown] a warning (the logger failed: disk full)\n');
  });
});
