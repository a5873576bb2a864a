import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endedReport } from '../../../../test/support/ended-report.js';
import { writeTerminationLog } from './termination-log.js';

describe('writeTerminationLog', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'termination-log-'));
    path = join(folder, 'termination-log');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('writes in place, and replaces what was there', () => {
    writeFileSync(path, 'x'.repeat(5000));
    expect(writeTerminationLog(path, endedReport())).toBe(true);
    expect(readFileSync(path, 'utf8')).toMatch(/^Stopped in order, 6\.5 s after SIGTERM\. Exit code 0\.\ntime: .*$/);
  });

  it('creates no file', () => {
    expect(writeTerminationLog(path, endedReport())).toBe(false);
    expect(existsSync(path)).toBe(false);
  });

  it('has the messages of all applications of the process, the worst first, within what the kubelet reads', () => {
    writeFileSync(path, '');
    writeTerminationLog(path, endedReport());
    writeTerminationLog(path, endedReport({ outcome: 'failed', exitCode: 1 }));
    expect(readFileSync(path, 'utf8').match(/Exit code \d/g)).toEqual(['Exit code 1', 'Exit code 0']);
    for (let more = 0; more < 50; more += 1) writeTerminationLog(path, endedReport());
    expect(readFileSync(path).length).toBeLessThanOrEqual(4096);
  });

  it('refuses what is no file', () => {
    expect(() => writeTerminationLog('/dev/null', endedReport())).toThrow('/dev/null is no file');
  });
});
