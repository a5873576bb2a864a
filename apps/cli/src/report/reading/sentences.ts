import { type Fields } from './foreign.js';

/** What a line of text says: the type of the event, and the fields that the sentence has. */
export interface Told {
  readonly event: string;
  readonly fields: Fields;
}

type Groups = Readonly<Record<string, string | undefined>>;

interface Sentence {
  readonly event: string;
  readonly pattern: RegExp;
  /** What the groups of the pattern are. */
  readonly fields: (groups: Groups) => Fields;
}

const TIME = String.raw`\d+(?:\.\d+)?(?:ms|s|m|h)`;
const pattern = (text: string): RegExp => new RegExp(`^${text.replaceAll('TIME', TIME)}$`, 's');

/** The sentences of the log that a picture is made of, as `libs/lifecycle/src/events` writes them; a test holds the two together. */
const SENTENCES: readonly Sentence[] = [
  {
    event: 'shutdown-started',
    pattern: pattern(String.raw`shutting down: (?<reason>.*), (?<count>\d+) in flight, (?<time>TIME) to go`),
    fields: ({ reason, count, time }) => ({ reason, inFlight: Number(count), budgetMs: msOf(time) }),
  },
  {
    event: 'phase-changed',
    pattern: pattern(String.raw`phase (?<phase>[a-z-]+)`),
    fields: ({ phase }) => ({ phase }),
  },
  {
    event: 'hook-started',
    pattern: pattern(String.raw`hook (?<name>.*) started, with (?<time>TIME)`),
    fields: ({ name }) => ({ name }),
  },
  {
    event: 'hook-settled',
    pattern: pattern(
      String.raw`hook (?<name>.*?) (?<result>done|failed|timed out) after (?<time>TIME)(?:: (?<error>.*))?`,
    ),
    fields: ({ name, result, time, error }) => ({
      name,
      result: result?.replace(' ', '-'),
      durationMs: msOf(time),
      error,
    }),
  },
  {
    event: 'nest-hook-settled',
    pattern: pattern(
      String.raw`(?<name>\S+\.(?:onModuleDestroy|beforeApplicationShutdown|onApplicationShutdown)) (?<result>done|failed) after (?<time>TIME)`,
    ),
    fields: ({ name, result, time }) => ({ name, result, durationMs: msOf(time) }),
  },
  {
    event: 'source-drained',
    pattern: pattern(String.raw`(?<source>.*): nothing in flight after (?<time>TIME), (?<drained>\d+) drained`),
    fields: ({ source, time, drained }) => ({ source, durationMs: msOf(time), drained: Number(drained) }),
  },
  {
    event: 'source-interrupted',
    pattern: pattern(String.raw`(?<source>.*): (?<count>\d+) interrupted after (?<time>TIME), (?<drained>\d+) drained`),
    fields: ({ source, count, time, drained }) => ({
      source,
      interrupted: Number(count),
      durationMs: msOf(time),
      drained: Number(drained),
    }),
  },
  {
    event: 'drain-ended',
    pattern: pattern(String.raw`drain over after (?<time>TIME): (?<drained>\d+) drained, (?<count>\d+) interrupted`),
    fields: ({ time, drained, count }) => ({
      durationMs: msOf(time),
      drained: Number(drained),
      interrupted: Number(count),
    }),
  },
  {
    event: 'work-interrupted',
    pattern: pattern(String.raw`time is up, interrupting (?<count>\d+): (?<names>.*)`),
    fields: ({ count, names }) => ({ total: Number(count), items: cutItems(names ?? '') }),
  },
  {
    event: 'progressed',
    pattern: pattern(
      String.raw`(?<phase>[a-z-]+): waiting for (?<count>\d+) since (?<time>TIME), (?<left>TIME) left: (?<names>.*)`,
    ),
    fields: ({ phase, count, time, names }) => ({
      phase,
      total: Number(count),
      elapsedMs: msOf(time),
      waitingFor: [names],
    }),
  },
  {
    event: 'deadline-passed',
    pattern: pattern(String.raw`the budget is used up(?:; still waiting for (?<names>.*))?`),
    fields: ({ names }) => ({ waitingFor: names === undefined ? [] : [names] }),
  },
  {
    event: 'signal-repeated',
    pattern: pattern(String.raw`(?<signal>SIG[A-Z\d]+) again: ending at once`),
    fields: ({ signal }) => ({ signal }),
  },
  {
    event: 'error-uncaught',
    pattern: pattern(
      String.raw`(?:stopping because of |uncaught during the shutdown \()(?<origin>\w+)\)?: (?<error>.*)`,
    ),
    fields: ({ origin, error }) => ({ origin, error }),
  },
  {
    event: 'process-exited',
    pattern: pattern(String.raw`process\.exit\(\) was called before the shutdown was over, by (?<by>.*)`),
    fields: ({ by }) => ({ by }),
  },
  {
    event: 'shutdown-ended',
    pattern: pattern(
      String.raw`stopped (?<outcome>clean|unverified|interrupted|failed|forced) after (?<time>TIME)(?<late>, later than its budget of (?<budget>TIME))?; ` +
        String.raw`reason (?<reason>.*?); (?:(?<phases>(?:[a-z-]+ TIME(?:, )?)+); )?(?<inFlight>\d+) in flight at the start, ` +
        String.raw`(?<drained>\d+) drained, (?<refused>\d+) refused, (?<interrupted>\d+) interrupted(?<rest>.*)`,
    ),
    fields: (groups) => ({ summary: summaryOf(groups) }),
  },
];

/** What a sentence of the library says; `undefined` for one that no picture needs, and for any other. */
export function readSentence(text: string): Told | undefined {
  for (const { event, pattern: written, fields } of SENTENCES) {
    const groups = written.exec(text)?.groups;
    if (groups !== undefined) return { event, fields: fields(groups) };
  }
  return undefined;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a time as the log writes it: `1.2s`. */
function msOf(text: string | undefined): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text ?? '') ?? [];
  const factor = UNITS[unit];
  return number === undefined || factor === undefined ? undefined : Math.round(Number(number) * factor);
}

/** `GET /report after 21.3s, GET /a after 2s`, with `and 95 more` at the end where there were more. */
function cutItems(names: string): Fields[] {
  const written = new RegExp(`(?<name>.*?) after (?<time>${TIME})(?:, |$)`, 'gs');
  return [...names.matchAll(written)].map(({ groups }) => ({ name: groups?.['name'], ageMs: msOf(groups?.['time']) }));
}

function summaryOf(groups: Groups): Fields {
  const { outcome, time, late, budget, reason, phases = '', rest = '' } = groups;
  const numbers = ['inFlight', 'drained', 'refused', 'interrupted'].map((name) => Number(groups[name]));
  const [inFlightAtStart, drained, refused, interrupted] = numbers;
  return {
    outcome,
    durationMs: msOf(time),
    late: late !== undefined,
    budgetMs: msOf(budget),
    reason,
    phases: phases.split(', ').flatMap(spentIn),
    requests: { inFlightAtStart, drained, refused, interrupted },
    ...behind(rest),
  };
}

/** `draining 1.2s`. */
function spentIn(text: string): Fields[] {
  const [phase, ms] = text.split(' ');
  return phase === undefined || phase === '' ? [] : [{ phase, durationMs: msOf(ms) }];
}

/** What stands behind the figures. */
function behind(rest: string): Fields {
  const found = (written: RegExp): string | undefined => written.exec(rest)?.[1];
  const exitCode = found(/; exit code (\d+)/);
  const unseen = found(/; some work may have been cut: (.*)$/s);
  return {
    exitCode: exitCode === undefined ? undefined : Number(exitCode),
    trouble: found(/; \d+ of \d+ hooks done.*? \[(.*)\](?:; |$)/s)?.split('; ') ?? [],
    unseen: unseen === undefined ? [] : [unseen],
  };
}
