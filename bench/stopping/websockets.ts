import { HelperProgram } from '../support/helper-program.js';
import { figure, table } from '../support/format.js';
import { type Node } from '../support/node-versions.js';
import { Service } from '../support/service.js';
import { wallClock, within } from '../support/within.js';
import { variantNamed } from '../variants.js';
import { type SocketCommand, type SocketResult } from './websocket-program.js';

const STEP_MS = 60_000;

/** How WebSockets end when their service stops. */
export async function measureWebSockets(node: Node, count: number): Promise<string> {
  const rows: string[][] = [];
  for (const name of ['nestjs-lifecycle', 'enableShutdownHooks']) {
    const service = await Service.start({
      variant: variantNamed(name),
      node,
      env: { WEBSOCKETS: 'yes' },
      options: { lameDuck: 0 },
    });
    const clients = await HelperProgram.start<SocketCommand, SocketResult>('stopping/websocket-program.js');
    try {
      await clients.do({ do: 'open', port: service.port, count }, STEP_MS);
      const signalledAt = wallClock();
      service.terminate();
      const { at } = await within(STEP_MS, service.exit, `the end of ${name}`);
      const { codes, firstAt, lastAt } = await clients.do({ do: 'settle' }, STEP_MS);
      const ends = Object.entries(codes).map(([code, closed]) => `${figure(closed)} × ${code}`);
      const times = [firstAt, lastAt, at].map((time) => `${figure(time - signalledAt)} ms`);
      rows.push([name, ends.join(', '), ...times]);
    } finally {
      clients.stop();
      await service.kill();
    }
  }
  const header = [
    `${figure(count)} WebSockets, Node ${node.version.slice(1)}`,
    'close codes',
    'signal to first close',
    'to last close',
    'to exit',
  ];
  return table(header, rows);
}
