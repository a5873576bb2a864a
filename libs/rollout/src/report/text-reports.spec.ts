import { stripVTControlCharacters } from 'node:util';
import { lossyRollout, quietRollout } from '../../../../test/support/made-up-losses.js';
import { MessageRollout } from '../../../../test/support/made-up-messages.js';
import { githubSummary } from './github-summary.js';
import { jsonReport } from './json-report.js';
import { textReport } from './text-report.js';

const lossy = lossyRollout().rehearsal();
const quiet = quietRollout().rehearsal();

function reportsOf(rehearsal: typeof quiet): { text: string; summary: string } {
  return { text: textReport(rehearsal), summary: githubSummary(rehearsal) };
}

describe('textReport', () => {
  it('says in its first line what became of it', () => {
    expect(textReport(quiet).split('\n')[0]).toBe('✓ Nothing lost in 2 requests  (seed 7, 50 s)');
    expect(textReport(lossy).split('\n')[0]).toBe('✕ 4 of 6 requests lost  (seed 7, 50 s)');
  });

  it('names each fault with its evidence and its remedy', () => {
    expect(textReport(lossy)).toContain(
      '✕ The listener closes while requests are still routed to it  listener-closed-early, 3 lost',
    );
    expect(textReport(lossy)).toContain('    SHUTDOWN_LAME_DUCK=5s');
  });

  it('counts jobs as jobs', () => {
    const jobs = new MessageRollout({ broker: 'bullmq', queue: 'mails' });
    const cut = { deliveries: [{ at: 9500, connectionEnd: { at: 10_500, how: 'cut' } }] } as const;
    const { text, summary } = reportsOf(jobs.message(cut).message(cut).rehearsal());
    for (const report of [text, summary]) {
      expect(report).toMatch(/with jobs in its hands|message-cut-in-hand, 2 jobs/);
      expect(report).not.toMatch(/\d messages?/);
    }
  });

  it('keeps evidence within the width, down to 40 columns', () => {
    const evidence = (width: number): string[] =>
      textReport(lossy, { width })
        .split('\n')
        .filter((line) => /^ {2}New connections/.test(line));
    expect(evidence(40)[0]?.length).toBeLessThanOrEqual(40);
    expect(evidence(120)[0]?.length).toBeGreaterThan(80);
  });

  it('leaves out of a lost request what does not fit, and never its cause', () => {
    const lines = textReport(lossy, { width: 60 }).split('\n');
    const lost = lines.slice(lines.indexOf('Lost') + 1).filter((line) => line.includes(' – '));
    expect(lost.length).toBeGreaterThan(0);
    for (const line of lost) expect(line).toMatch(/… – [a-z-]+$|^.{1,60}$/);
    expect(lost.some((line) => line.includes('…'))).toBe(true);
  });

  it('says how long each phase of a stop took, where the service says its phases', () => {
    expect(textReport(lossy)).toMatch(/Longest phases of a stop\n {2}closing +2 s of 30 s +old/);
    const pods = lossy.verdict.pods.map((pod) => ({ ...pod, servicePhases: [] }));
    expect(textReport({ ...lossy, verdict: { ...lossy.verdict, pods } })).not.toContain('Longest phases');
  });

  it.each([true, false])(
    'is obeyed by no CI runner, wherever a word of the service comes to stand (colours: %s)',
    (colours) => {
      const words = Array.from({ length: 60 }, (_, at) => `::error::${'x'.repeat(at)}`).join(' ');
      const evil = `answered ${words}\n::stop-commands::x\n##[error]y\u202e`;
      const faults = lossy.verdict.faults.map((fault) => ({ ...fault, evidence: evil, remedy: evil }));
      const text = textReport({ ...lossy, verdict: { ...lossy.verdict, faults, notes: [evil] } }, { colours });
      expect(text).toContain(':error::xxx');
      const lines = stripVTControlCharacters(text).split('\n');
      expect(lines.filter((line) => /^\s*::|##\[|\u202e/.test(line))).toEqual([]);
    },
  );

  it('has colours only when asked, and the same words', () => {
    const coloured = textReport(lossy, { colours: true });
    expect(textReport(lossy)).not.toContain('\u001b');
    expect(coloured).toContain('\u001b[31m');
    expect(stripVTControlCharacters(coloured)).toBe(textReport(lossy));
  });

  it('puts the figures of another run beside its own', () => {
    expect(textReport(quiet, { against: lossy })).toMatch(/Requests lost +0 of 2 +against +4 of 6/);
  });

  it('says which run is which, and what each has done wrong', () => {
    const text = textReport(quiet, { against: lossy });
    expect(text).toMatch(/^This: +node main\.js\nAgainst: node plain\.js$/m);
    expect(text).toMatch(/listener-closed-early +– +against +3 lost/);
    expect(textReport(lossy, { against: quiet })).toMatch(/listener-closed-early +3 lost +against +–/);
  });

  it('says what chaos was played, when and on which pod, though nothing was lost by it', () => {
    const { text, summary } = reportsOf(
      quietRollout()
        .happen(5000, { type: 'chaos-played', chaos: 'slow-endpoints', pod: undefined, detail: 'late' })
        .happen(10_500, { type: 'chaos-played', chaos: 'second-signal', pod: 'old', detail: 'old' })
        .rehearsal(),
    );
    expect(text).toContain('Chaos\n  5 s: slow-endpoints, late\n  10.5 s: second-signal, old\n');
    expect(summary).toContain('- chaos at 10.5 s: second-signal, old');
    expect(textReport(quiet)).not.toContain('Chaos');
  });

  it('lists a pod that chaos has killed among those that stopped', () => {
    const { text } = reportsOf(
      quietRollout()
        .happen(20_000, { type: 'chaos-played', chaos: 'kill', pod: 'other', detail: 'other' })
        .exit(20_001, { pod: 'other', code: 137, signal: 'SIGKILL' })
        .rehearsal(),
    );
    expect(text).toMatch(/Pods killed +0 of 2, 1 otherwise/);
    expect(text).toMatch(/other +without SIGTERM +SIGKILL/);
  });
});

describe('githubSummary', () => {
  it('keeps hostile text text', () => {
    const summary = githubSummary(lossy);
    expect(summary).not.toContain('<img');
    expect(summary).not.toContain('@all');
    expect(summary).not.toContain('\u001b');
  });

  it('has as many cells in every row of a table as in its head', () => {
    const rows = githubSummary(lossy)
      .split('\n')
      .filter((line) => line.startsWith('|') && line.endsWith('|'));
    const cells = rows.map((row) => row.replaceAll('\\|', '').split('|').length);
    expect(new Set(cells)).toEqual(new Set([4, 10]));
  });

  it('compares two runs in columns', () => {
    expect(githubSummary(quiet, { against: lossy })).toContain('| Requests lost | 0 of 2 | **4 of 6** |');
    expect(githubSummary(quiet, { against: lossy })).toContain('| | node main.js | against node plain.js |');
    expect(githubSummary(quiet, { against: lossy })).toContain('| listener-closed-early | – | 3 lost |');
  });

  it('says how to play it again', () => {
    expect(githubSummary(quiet, { command: 'rehearse --seed 7' })).toContain('```\nrehearse --seed 7\n```');
    expect(githubSummary(quiet)).not.toContain('Play it again');
  });
});

describe('jsonReport', () => {
  const parsed = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

  it('has a format and a version', () => {
    expect(parsed(jsonReport(quiet))).toMatchObject({
      format: 'nestjs-lifecycle-rehearsal',
      version: 1,
      command: null,
      against: null,
    });
  });

  it('is the verdict, with null for what is not known', () => {
    const report = parsed(jsonReport(quiet)) as { verdict: { isClean: boolean; pods: { stop: unknown }[] } };
    expect(report.verdict.isClean).toBe(true);
    expect(report.verdict.pods[1]?.stop).toBeNull();
  });

  it('leaves out the values of the environment and of headers', () => {
    const service = { ...quiet.scenario.service, env: { TOKEN: 'hush' } };
    const kind = { headers: { authorization: 'hush' } } as unknown as (typeof quiet.scenario.load.kinds)[number];
    const scenario = {
      ...quiet.scenario,
      service,
      nextService: service,
      load: { ...quiet.scenario.load, kinds: [kind] },
    };
    const text = jsonReport({ ...quiet, scenario });
    expect(text).not.toContain('hush');
    expect(text).toContain('"TOKEN"');
    expect(text).toContain('"authorization"');
  });

  it('holds the events, and requests, probes and lines of the log only when asked', () => {
    const typesOf = (text: string): Set<unknown> =>
      new Set((parsed(text)['events'] as { type: string }[]).map(({ type }) => type));
    const some = jsonReport(lossy);
    expect(parsed(some)).not.toHaveProperty('records');
    expect(typesOf(some)).toContain('signal-sent');
    expect(typesOf(some)).not.toContain('log-written');
    const all = jsonReport(lossy, { withFacts: true });
    expect(parsed(all)).toMatchObject({ records: expect.any(Array) as unknown });
    expect(typesOf(all)).toContain('probe-answered');
    expect(typesOf(some)).not.toContain('probe-answered');
  });
});
