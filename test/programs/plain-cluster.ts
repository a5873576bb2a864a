import cluster from 'node:cluster';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runCluster } from 'nestjs-lifecycle/processes';
import { block } from './faults.js';

/** A cluster of workers without Nest. The worker whose number is FAULTY misbehaves at the stop as FAULT says. */
const { FAULTY, FAULT, BROKEN_FROM = 'Infinity', CLUSTER = '{}' } = process.env;
const id = cluster.worker?.id ?? 0;

function stop(server: ReturnType<typeof createServer>): void {
  console.log(`${id}: told to stop`);
  if (id === Number(FAULTY)) {
    if (FAULT === 'hangs') block(3_600_000);
    if (FAULT === 'crashes') process.kill(process.pid, 'SIGKILL');
    if (FAULT === 'fails') process.exitCode = 4;
    if (FAULT === 'waits') return;
  }
  server.close(() => process.exit());
}

function serve(): void {
  console.log(`${id}: pid ${process.pid}`);
  // As with a faulty version of the code.
  if (id >= Number(BROKEN_FROM)) process.exit(3);
  const server = createServer((_request, response) =>
    response.setHeader('connection', 'close').end(`hello from ${id}`),
  );
  process.on('SIGTERM', () => stop(server));
  server.listen(0, '127.0.0.1', () => console.log(`listening on ${(server.address() as AddressInfo).port}`));
}

async function main(): Promise<void> {
  const onReport = (report: unknown): void => console.log(`cluster: ${JSON.stringify(report)}`);
  const running = await runCluster({ workers: 2, ...(JSON.parse(CLUSTER) as object), onReport }, serve);
  if (running === undefined) return;
  console.log(`the cluster is ${running.state}`);
  process.on('message', (message) => {
    if (message === 'stop') void running.stop('the test says so');
    else
      running.reload().then(
        () => console.log('reloaded'),
        (error: Error & { code: string }) => console.log(`not reloaded: ${error.code}`),
      );
  });
}

void main();
