import { drain } from '../stopping/drain.js';
import { affordable } from '../support/limits.js';
import { type Node } from '../support/node-versions.js';
import { joined, type Part, type PartResult } from '../support/part.js';
import { measureConnections } from './connections.js';
import { measureCurve } from './curve.js';

const CONNECTIONS = [1000, 5000, 10_000];
const FEW_CONNECTIONS = [500, 1000, 2000];
const HOOKS = [10, 100, 1000];
const IDLE = { connections: 0, inFlight: 0, late: 0, lameDuckMs: 0 };

/** How what it costs grows with connections and with hooks. */
export const growth: Part = {
  name: 'growth',
  title: 'Growth',
  majors: [20, 24],
  measure: async ({ nodes, isQuick, say }) => {
    const results: PartResult[] = [];
    for (const node of nodes) {
      say(`growth: Node ${node.version}`);
      results.push(await byConnections(node, isQuick), await byHooks(node, isQuick));
    }
    return joined(results);
  },
};

function byConnections(node: Node, isQuick: boolean): Promise<PartResult> {
  return measureCurve({
    node,
    rounds: isQuick ? 1 : 2,
    of: 'connections',
    steps: (isQuick ? FEW_CONNECTIONS : CONNECTIONS).map(affordable),
    columns: [
      ['heapBytesEach', 'heap for each', 'B'],
      ['cpuMicros', 'CPU of a request', 'µs'],
      ['exitMs', 'signal to exit, all idle', 'ms'],
    ],
    measure: (variant, connections) =>
      measureConnections({ variant, node, connections, requests: isQuick ? 1000 : 6000 }),
  });
}

function byHooks(node: Node, isQuick: boolean): Promise<PartResult> {
  return measureCurve({
    node,
    rounds: isQuick ? 1 : 4,
    of: 'hooks',
    steps: HOOKS,
    columns: [
      ['bootMs', 'boot', 'ms'],
      ['exitMs', 'signal to exit', 'ms'],
    ],
    measure: async (variant, hooks) => {
      const result = await drain({ ...IDLE, variant, node, env: { HOOKS: String(hooks) } });
      return { bootMs: result.bootMs, exitMs: result.exitMs ?? Number.NaN };
    },
  });
}
