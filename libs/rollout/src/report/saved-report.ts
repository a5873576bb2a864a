import { z } from 'zod';
import { MESSAGE_FATES } from '../ledger/message-record.js';
import { type Level, type MessageVerdict, type Rehearsal, type RequestCounts } from '../verdict/verdict.js';

/** What a comparison needs of a run: one that was just played, or one that a JSON report has kept. */
export interface SavedReport {
  /** What it is called; left out: nothing said. */
  readonly name: string | undefined;
  readonly seed: number;
  readonly isClean: boolean;
  readonly passes: boolean;
  readonly update: string;
  readonly requests: Pick<RequestCounts, 'sent' | 'lost'>;
  readonly during: Level;
  /** Left out where the service got none. */
  readonly messages?: SavedMessages;
  readonly faults: readonly SavedFault[];
}

/** What became of the messages, or jobs, of such a run. */
export interface SavedMessages {
  readonly noun: 'message' | 'job';
  readonly sent: number;
  readonly byFate: MessageVerdict['byFate'];
}

/** A fault of such a run. */
export interface SavedFault {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly title: string;
  readonly evidence: string;
  readonly remedy: string;
  readonly lost: number;
}

const number = z.number().min(0);
const latency = z.object({ p50: number, p99: number, max: number });

const saved = z.object({
  format: z.literal('nestjs-lifecycle-rehearsal'),
  version: z.literal(1),
  name: z.string().nullish(),
  verdict: z.object({
    seed: number,
    isClean: z.boolean(),
    passes: z.boolean(),
    update: z.string(),
    requests: z.object({ sent: number, lost: number }),
    messages: z
      .object({ noun: z.enum(['message', 'job']), sent: number, byFate: z.record(z.enum(MESSAGE_FATES), number) })
      .nullish(),
    serviceLevel: z.object({ during: z.object({ sent: number, lost: number, timed: number, latency }) }),
    faults: z.array(
      z.object({
        code: z.string(),
        severity: z.enum(['error', 'warning']),
        title: z.string(),
        evidence: z.string(),
        remedy: z.string(),
        lost: number,
      }),
    ),
  }),
});

/** What a JSON report of this version says of its run; `undefined` for anything else. */
export function readJsonReport(text: string): SavedReport | undefined {
  const read = saved.safeParse(parsed(text));
  if (!read.success) return undefined;
  const { name, verdict } = read.data;
  const { serviceLevel, messages, ...others } = verdict;
  return { ...others, ...(messages && { messages }), name: name ?? undefined, during: serviceLevel.during };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // It is no JSON, and the schema says so.
    return undefined;
  }
}

/** The same of a run that was just played. */
export function savedOf({ name, verdict }: Rehearsal): SavedReport {
  const { seed, isClean, passes, update, requests, faults, serviceLevel, messages } = verdict;
  const { during } = serviceLevel;
  return { name, seed, isClean, passes, update, requests, faults, during, ...(messages && { messages }) };
}
