import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { postgresLimit, redisLimit, startLifecycle } from 'nestjs-lifecycle/standalone';
import { plan, toldLimit } from './coordinated-plan.js';

/** An instance of a service without Nest; see coordinated-plan.ts. */

const { group, limit, maxWait } = plan;
const lifecycle = startLifecycle(plan.options);
lifecycle.coordinate({ group, limit, through: toldLimit({ redisLimit, postgresLimit }), maxWait });
const task = lifecycle.track('the last batch');
lifecycle.onPhase((phase) => {
  // One clock for all processes of the machine.
  console.log(`phase: ${phase} at ${process.hrtime.bigint()}`);
  if (phase === 'draining') void setTimeout(plan.workMs).then(() => task.done());
});
process.on('exit', () => console.log(`report: ${JSON.stringify(lifecycle.report)}`));
const server = createServer((_request, response) => response.end('hello'));
lifecycle.http(server);
server.listen(0, '127.0.0.1', () => {
  // Of a TCP server, an object.
  console.log(`listening on ${(server.address() as AddressInfo).port}`);
});
