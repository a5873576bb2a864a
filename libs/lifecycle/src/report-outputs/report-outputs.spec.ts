import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endedReport } from '../../../../test/support/ended-report.js';
import { ManualClock } from '../../../../test/support/manual-clock.js';
import { EventLog } from '../events/event-log.js';
import { type LogRecord } from '../events/log-record.js';
import { type Settings } from '../options/settings.js';
import { ReportOutputs } from './report-outputs.js';

describe('ReportOutputs', () => {
  let folder: string;
  let clock: ManualClock;
  const lines: string[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'report-outputs-'));
    clock = new ManualClock();
    lines.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const end = (settings: Partial<Pick<Settings, 'reportFile' | 'terminationLog' | 'onReport'>>): ReportOutputs => {
    const write = (level: string, { msg }: LogRecord): void => void lines.push(`${level}: ${msg}`);
    const log = new EventLog({ write, flush: () => undefined });
    const nothing = {
      reportFile: undefined,
      terminationLog: { path: undefined, isDefault: true },
      onReport: undefined,
    };
    const outputs = new ReportOutputs({ clock, log, settings: { ...nothing, ...settings } });
    outputs.read({ type: 'shutdown-ended', report: endedReport() });
    return outputs;
  };

  it('writes the whole report in the tick in which the shutdown is over', () => {
    const reportFile = join(folder, 'report.json');
    end({ reportFile });
    expect(JSON.parse(readFileSync(reportFile, 'utf8'))).toEqual(endedReport());
    expect(lines).toEqual([]);
  });

  it('logs what could not be written, with what to type', () => {
    const reportFile = join(folder, 'missing', 'report.json');
    const path = join(folder, 'missing');
    end({ reportFile, terminationLog: { path, isDefault: false } });
    expect(lines).toEqual([
      expect.stringMatching(
        /^error: the report was not written to .*: ENOENT.* Type a path in a folder that exists/,
      ) as string,
      expect.stringMatching(
        /^error: the termination message was not written to .*: there is no such file\. Type /,
      ) as string,
    ]);
  });

  it('says nothing where the file of Kubernetes is missing that no option asks for', () => {
    const path = join(folder, 'termination-log');
    end({ terminationLog: { path, isDefault: true } });
    expect(lines).toEqual([]);
    expect(existsSync(path)).toBe(false);
  });

  it('has nothing to wait for without onReport, or once that has returned', async () => {
    expect(end({}).settled(1000)).toBeUndefined();
    const outputs = end({ onReport: () => undefined });
    await outputs.settled(1000);
    expect(outputs.settled(1000)).toBeUndefined();
    expect(lines).toEqual([]);
  });

  it('waits for onReport, and no longer than it may', async () => {
    let finish = (): void => undefined;
    const settled = end({ onReport: () => new Promise<void>((resolve) => (finish = resolve)) }).settled(1000);
    let isOver = false;
    void settled?.then(() => (isOver = true));
    await clock.advance(999);
    expect(isOver).toBe(false);
    finish();
    await settled;
    const hanging = end({ onReport: () => new Promise(() => undefined) });
    const late = hanging.settled(1000);
    await clock.advance(1000);
    await late;
    expect(lines).toEqual(['warn: onReport() has not ended within 1s: the process does not wait for it any longer.']);
    expect(hanging.settled(1000)).toBeUndefined();
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no network');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no network'))],
  ])('logs that onReport %s', async (_how, onReport) => {
    await end({ onReport }).settled(1000);
    expect(lines).toEqual(['warn: onReport() failed: no network']);
  });

  it('gives onReport a copy, which it may change', async () => {
    const report = endedReport();
    const log = new EventLog({ write: () => undefined, flush: () => undefined });
    const onReport = (copy: object): void => void Reflect.set(copy, 'exitCode', 0);
    const settings = { reportFile: undefined, terminationLog: { path: undefined, isDefault: true }, onReport };
    const outputs = new ReportOutputs({ clock, log, settings });
    const failed = { ...report, exitCode: 3 };
    outputs.read({ type: 'shutdown-ended', report: failed });
    await outputs.settled(1000);
    expect(failed.exitCode).toBe(3);
  });
});
