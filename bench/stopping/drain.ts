import { setTimeout as sleep } from 'node:timers/promises';
import { type CrowdCommand, type CrowdResult } from '../support/crowd.js';
import { HelperProgram } from '../support/helper-program.js';
import { type Node } from '../support/node-versions.js';
import { Service, type ServiceExit } from '../support/service.js';
import { wallClock } from '../support/within.js';
import { type Variant } from '../variants.js';

/** A service that is told to stop while so many clients do this and that. */
export interface DrainCase {
  readonly variant: Variant;
  readonly node: Node;
  /** Kept-alive connections, each of which has asked once before. */
  readonly connections: number;
  /** How many of them have a slow request in flight at the signal. */
  readonly inFlight: number;
  /** How many others ask while the service is a lame duck. */
  readonly late: number;
  readonly lameDuckMs: number;
  /** Whether the clients say with their request that they will close: plain Nest waits for those that do not. */
  readonly closing?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** How it stopped. */
export interface DrainResult {
  /** From the signal to the exit; `undefined` when it had to be killed. */
  readonly exitMs: number | undefined;
  /** From the last answer to the exit. */
  readonly lastAnswerToExitMs: number | undefined;
  /** Sent at the signal or later, and not answered well. */
  readonly lost: number;
  readonly asked: number;
  readonly bootMs: number;
  /** Bytes of the process at its start, with its connections, and at its peak. */
  readonly startMemory: number;
  readonly connectedMemory: number;
  readonly peakMemory: number;
}

const STEP_MS = 60_000;
/** Later than any of them ends by itself, but for Fastify's 72 s. */
const MOST_MS = 15_000;
const SLOW_MS = 1000;

/** Lets a service stop, and tells how it went. */
export async function drain(options: DrainCase): Promise<DrainResult> {
  const { variant, node, lameDuckMs, env = {} } = options;
  const service = await Service.start({ variant, node, env, options: { lameDuck: lameDuckMs } });
  const crowd = await HelperProgram.start<CrowdCommand, CrowdResult>('support/crowd-program.js');
  try {
    const startMemory = (await service.usage()).memory.rss;
    if (options.connections > 0) await gather(crowd, service, options);
    const connectedMemory = (await service.usage()).memory.rss;
    return { ...(await stop(crowd, service, options)), bootMs: service.bootMs, startMemory, connectedMemory };
  } finally {
    crowd.stop();
    await service.kill();
  }
}

/** Opens the connections, each of which asks once, and sends what is to be in flight. */
async function gather(
  crowd: HelperProgram<CrowdCommand, CrowdResult>,
  service: Service,
  { connections, inFlight, closing = false }: DrainCase,
): Promise<void> {
  await crowd.do({ do: 'open', port: service.port, count: connections }, STEP_MS);
  await crowd.do({ do: 'ask', count: connections, path: '/', overMs: 0 }, STEP_MS);
  await crowd.do({ do: 'settle' }, STEP_MS);
  if (inFlight === 0) return;
  await crowd.do({ do: 'ask', count: inFlight, path: `/slow?ms=${SLOW_MS}`, overMs: 0, closing }, STEP_MS);
  await sleep(SLOW_MS / 4);
}

async function stop(
  crowd: HelperProgram<CrowdCommand, CrowdResult>,
  service: Service,
  { connections, late, lameDuckMs }: DrainCase,
): Promise<Pick<DrainResult, 'exitMs' | 'lastAnswerToExitMs' | 'lost' | 'asked' | 'peakMemory'>> {
  const signalledAt = wallClock();
  service.terminate();
  const peak = watchPeak(service);
  const ended = Promise.race([service.exit, sleep(MOST_MS, undefined, { ref: false })]);
  if (late > 0) await crowd.do({ do: 'ask', count: late, path: '/', overMs: lameDuckMs * 0.9 }, STEP_MS);
  const ending = await ended;
  const peakMemory = peak();
  if (ending === undefined) await service.kill();
  const seen = connections > 0 ? await crowd.do({ do: 'settle' }, STEP_MS) : undefined;
  return {
    exitMs: ending === undefined ? undefined : ending.at - signalledAt,
    lastAnswerToExitMs: sinceLastAnswer(ending, seen, signalledAt),
    lost: seen === undefined ? 0 : seen.failed + seen.cut,
    asked: seen === undefined ? 0 : seen.asked - connections,
    peakMemory,
  };
}

/** `undefined` where no request was answered any more, or the process did not end. */
function sinceLastAnswer(
  ending: ServiceExit | undefined,
  seen: CrowdResult | undefined,
  signalledAt: number,
): number | undefined {
  if (ending === undefined || seen === undefined || seen.lastAnswerAt < signalledAt) return undefined;
  return ending.at - seen.lastAnswerAt;
}

const LOOK_MS = 50;

/** The peak is the kernel's to tell, and only while the process lives. */
function watchPeak(service: Service): () => number {
  let peak = service.peakMemory();
  const timer = setInterval(() => {
    const now = service.peakMemory();
    if (now > peak) peak = now;
  }, LOOK_MS);
  return () => {
    clearInterval(timer);
    return peak;
  };
}
