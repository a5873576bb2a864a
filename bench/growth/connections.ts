import { type LoadResult, type Load } from '../serving/load-generator.js';
import { type CrowdCommand, type CrowdResult } from '../support/crowd.js';
import { HelperProgram } from '../support/helper-program.js';
import { type Node } from '../support/node-versions.js';
import { Service } from '../support/service.js';
import { wallClock, within } from '../support/within.js';
import { type Variant } from '../variants.js';

/** A service with so many open connections. */
export interface ConnectionCase {
  readonly variant: Variant;
  readonly node: Node;
  readonly connections: number;
  readonly requests: number;
}

/** What the connections cost. */
export interface ConnectionResult {
  readonly connections: number;
  /** Of the heap, after a collection. */
  readonly heapBytesEach: number;
  /** Of a request on one of a few busy connections, while the others are idle. */
  readonly cpuMicros: number;
  readonly exitMs: number;
}

const STEP_MS = 60_000;
const BUSY = 32;

/** Opens the connections, serves on a few more, and stops. */
export async function measureConnections(options: ConnectionCase): Promise<ConnectionResult> {
  const { variant, node, connections, requests } = options;
  const service = await Service.start({
    variant,
    node,
    nodeArgs: ['--expose-gc'],
    options: { lameDuck: 0 },
    env: { KEEP_ALIVE_MS: '65000' },
    cpu: 0,
  });
  const crowd = await HelperProgram.start<CrowdCommand, CrowdResult>('support/crowd-program.js', { cpu: 1 });
  const generator = await HelperProgram.start<Load, LoadResult>('serving/load-program.js', { cpu: 1 });
  try {
    const load: Load = { port: service.port, connections: BUSY, requests };
    await generator.do(load, STEP_MS);
    const before = await service.usage({ afterGc: true });
    await crowd.do({ do: 'open', port: service.port, count: connections }, STEP_MS);
    // Plain Nest waits for ever for connections that were never used.
    await crowd.do({ do: 'ask', count: connections, path: '/', overMs: 0 }, STEP_MS);
    await crowd.do({ do: 'settle' }, STEP_MS);
    const opened = await service.usage({ afterGc: true });
    await generator.do(load, STEP_MS);
    const served = await service.usage();
    const signalledAt = wallClock();
    service.terminate();
    const { at } = await within(STEP_MS, service.exit, `the end of ${variant.name}`);
    return {
      connections,
      heapBytesEach: (heldBy(opened.memory) - heldBy(before.memory)) / connections,
      cpuMicros: (total(served.cpu) - total(opened.cpu)) / requests,
      exitMs: at - signalledAt,
    };
  } finally {
    crowd.stop();
    generator.stop();
    await service.kill();
  }
}

function heldBy({ heapUsed, external }: NodeJS.MemoryUsage): number {
  return heapUsed + external;
}

function total({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}
