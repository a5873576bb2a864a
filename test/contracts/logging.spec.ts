import { Injectable } from '@nestjs/common';
import { OnGracefulShutdown } from 'nestjs-lifecycle';
import { until } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { ADAPTERS, createHttpApp, startHttpApp } from '../support/http-app.js';
import { type LogLine, RecordingLogger } from '../support/recording-logger.js';

interface Fields {
  readonly msg: string;
  readonly event?: string;
  readonly [field: string]: unknown;
}

interface OurLine extends Pick<LogLine, 'level' | 'message'> {
  readonly fields: Fields;
}

/** A line of ours as a JSON logger writes it: what the object carries by itself, not what it prints as. */
function fieldsOf(message: unknown): Fields {
  return JSON.parse(JSON.stringify(message)) as Fields;
}

function ours(logger: RecordingLogger): OurLine[] {
  return logger.lines
    .filter(({ context }) => context === 'GracefulShutdown')
    .map(({ level, message }) => ({ level, message, fields: fieldsOf(message) }));
}

const withEvent = (logger: RecordingLogger, event: string): OurLine[] =>
  ours(logger).filter(({ fields }) => fields.event === event);

/** Every number in a field whose name ends in Ms, however deep. */
function durationsIn(value: unknown): number[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, field]: [string, unknown]) =>
    name.endsWith('Ms') && typeof field === 'number' ? [field] : durationsIn(field),
  );
}

describe.each(ADAPTERS)("log lines through the application's own logger (%s)", (adapter) => {
  it('carry the whole report, once, as fields of one object', async () => {
    const { app, shutdown } = await createHttpApp(adapter, {});
    const logger = new RecordingLogger();
    app.useLogger(logger);
    await app.listen(0, '127.0.0.1');
    await app.close();
    await app.close();
    const [line, ...more] = withEvent(logger, 'shutdown-ended');
    expect(more).toEqual([]);
    expect(line?.level).toBe('log');
    expect(line?.fields).toEqual({
      msg: expect.stringMatching(/^stopped clean after .*; reason app\.close\(\); .*; exit code 0$/) as string,
      event: 'shutdown-ended',
      report: JSON.parse(JSON.stringify(shutdown.report)) as object,
      totals: { interrupted: 0, exemptCut: 0, errors: 0, leftBehind: 0 },
    });
    expect(String(line?.message)).toBe(line?.fields.msg);
  });

  it('are three at the default level when all is well, and have whole milliseconds in every field', async () => {
    const { app, logger } = await startHttpApp(adapter, {});
    const before = ours(logger).length;
    await app.close();
    const lines = ours(logger).slice(before);
    const shown = lines.filter(({ level }) => level !== 'debug');
    expect(shown.map(({ level, fields }) => [level, fields.event])).toEqual([
      ['log', 'shutdown-started'],
      ['log', 'drain-ended'],
      ['log', 'shutdown-ended'],
    ]);
    const durations = lines.flatMap(({ fields }) => durationsIn(fields));
    expect(durations.length).toBeGreaterThan(5);
    expect(durations.filter((ms) => !Number.isInteger(ms))).toEqual([]);
  });

  it('say how it went before hooks close the logs, and again at the end', async () => {
    const file = new RecordingLogger();
    const logger = new RecordingLogger();
    @Injectable()
    class Logs {
      @OnGracefulShutdown(95)
      close(): void {
        file.lines.push(...logger.lines);
      }
    }
    const { app } = await createHttpApp(adapter, { providers: [Logs] });
    app.useLogger(logger);
    await app.listen(0, '127.0.0.1');
    await app.close();
    expect(withEvent(file, 'shutdown-ended')).toEqual([]);
    expect(withEvent(logger, 'shutdown-ended')).toHaveLength(1);
    const [line, ...more] = withEvent(file, 'shutdown-ending');
    expect(more).toEqual([]);
    expect(line?.fields.msg).toMatch(/^before logs are closed: so far clean after .*; exit code 0; still to come/);
    expect(line?.fields['report']).toMatchObject({ outcome: 'clean', reason: 'app.close()' });
  });

  it('say as an error, with the trouble by name, that a shutdown was not clean', async () => {
    @Injectable()
    class Outbox {
      @OnGracefulShutdown()
      flush(): void {
        throw new Error('the broker is away');
      }
    }
    const { app, logger } = await startHttpApp(adapter, { providers: [Outbox] });
    await app.close();
    expect(withEvent(logger, 'shutdown-ended')).toMatchObject([
      {
        level: 'error',
        fields: {
          msg: expect.stringContaining('Outbox.flush failed (the broker is away)') as string,
          report: { outcome: 'failed', exitCode: 1, hooks: [{ name: 'Outbox.flush', error: 'the broker is away' }] },
        },
      },
    ]);
    expect(withEvent(logger, 'hook-settled')).toMatchObject([
      { level: 'error', fields: { name: 'Outbox.flush', result: 'failed', error: 'the broker is away' } },
    ]);
  });

  it('tell progress while waiting: what is left, for how long, and whose', async () => {
    const { app, logger, shutdown } = await startHttpApp(adapter, {});
    const tasks = Array.from({ length: 6 }, (_none, n) => shutdown.track(`import ${n}`));
    const closing = app.close();
    // The first word comes after a second.
    await until('progress is told', () => withEvent(logger, 'progressed').length > 0);
    for (const task of tasks) task.done();
    await closing;
    const lines = withEvent(logger, 'progressed');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: 'log',
      fields: {
        msg: expect.stringMatching(/^draining: waiting for 6 since .* left: import 0, .*, and 1 more$/) as string,
        event: 'progressed',
        phase: 'draining',
        total: 6,
        waitingFor: ['import 0', 'import 1', 'import 2', 'import 3', 'import 4'],
      },
    });
    expect(typeof lines[0]?.fields['remainingMs']).toBe('number');
    expect(shutdown.report).toMatchObject({ outcome: 'clean' });
  });

  it('tell no progress of a shutdown that is over in no time', async () => {
    const { app, logger } = await startHttpApp(adapter, {});
    await app.close();
    expect(withEvent(logger, 'progressed')).toEqual([]);
  });

  it('tell the phases as they pass, and the start of the shutdown, once each', async () => {
    const { app, logger, shutdown } = await startHttpApp(adapter, {});
    const gate = new Gate();
    shutdown.register('hold', () => gate.pass(), { phase: 'lame-duck' });
    const closing = app.close();
    await gate.reached();
    expect(withEvent(logger, 'shutdown-started')).toMatchObject([
      {
        level: 'log',
        fields: { reason: 'app.close()', inFlight: 0, msg: expect.stringContaining('app.close()') as string },
      },
    ]);
    gate.open();
    await closing;
    expect(withEvent(logger, 'phase-changed').map(({ fields }) => fields['phase'])).toEqual([
      'ready',
      'lame-duck',
      'draining',
      'closing',
      'stopped',
    ]);
  });
});
