import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect as connectTo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { ProgramOutput } from '../support/program-output.js';
import { root } from '../support/repository.js';

const MAIN = join(root, 'apps/cli/dist/esm/main.js');
const RABBITMQ = new URL(process.env['RABBITMQ_URL'] ?? 'amqp://127.0.0.1:5672');

/** A way to RabbitMQ on which nothing more passes from some moment on. */
class Way {
  /** The rehearsal has sent its first message. */
  readonly firstMessage: Promise<void>;
  #sent: () => void = () => undefined;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server = createServer((client) => {
    const broker = connectTo(Number(RABBITMQ.port || 5672), RABBITMQ.hostname);
    client.on('data', (chunk) => {
      if (chunk.includes('rehearsal-')) this.#sent();
    });
    client.pipe(broker).pipe(client);
    for (const socket of [client, broker]) {
      this.#sockets.add(socket);
      socket.on('error', () => client.destroy());
    }
  });

  constructor() {
    this.firstMessage = new Promise((resolve) => {
      this.#sent = resolve;
    });
  }

  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo; // It listens on a port.
    return `amqp://127.0.0.1:${port}`;
  }

  stopPassing(): void {
    for (const socket of this.#sockets) socket.unpipe().pause();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** Consumes, and acknowledges after a moment. */
const SERVICE = `
const { connect } = require('amqplib');
(async () => {
  const channel = await (await connect(process.env.RABBITMQ_URL)).createChannel();
  await channel.assertQueue(process.env.QUEUE, { durable: false, expires: 60000 });
  await channel.prefetch(1);
  await channel.consume(process.env.QUEUE, (message) => setTimeout(() => channel.ack(message), 500));
  require('node:http').createServer((_request, response) => response.end('ok')).listen(process.env.PORT);
})();
`;

/** A rehearsal on the command line, of consumers that take much longer than the test. */
class Playing {
  readonly queue = `lifecycle-interrupted-${randomUUID()}`;
  readonly #output = new ProgramOutput();
  readonly #child: ChildProcessWithoutNullStreams;

  constructor(url: string) {
    const { queue } = this;
    const env = [`QUEUE=${queue}`, `RABBITMQ_URL=${url}`].flatMap((one) => ['--env', one]);
    const sent = ['--messages', url, queue];
    const pods = ['--replicas', '1', '--readiness', '/ready', '--warm-up', '60s', '--no-pid1', ...env];
    const args = [MAIN, 'rehearse', ...sent, '--backlog', '50', ...pods, '--', 'node', '-e', SERVICE];
    this.#child = spawn(process.execPath, args, { cwd: root });
    this.#output.read(this.#child.stdout, this.#child.stderr);
  }

  line(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#output.waitFor(pattern, 30_000);
  }

  interrupt(): void {
    this.#child.kill('SIGINT');
  }

  async end(): Promise<{ readonly code: number | null; readonly output: string }> {
    if (this.#child.exitCode === null) await once(this.#child, 'close');
    return { code: this.#child.exitCode, output: this.#output.text };
  }

  /** Whatever became of the test. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

/** How many messages the queue has, which goes with this. */
async function takeAway(queue: string): Promise<number> {
  const connection = await connect(RABBITMQ.href);
  try {
    const channel = await connection.createChannel();
    return (await channel.deleteQueue(queue)).messageCount;
  } finally {
    await connection.close();
  }
}

describe('a rehearsal with messages that is interrupted more than once', () => {
  let way: Way;
  let playing: Playing;
  beforeEach(async () => {
    way = new Way();
    playing = new Playing(await way.open());
    await way.firstMessage;
  }, 120_000);
  afterEach(async () => {
    playing.kill();
    await way.close();
  });

  it('takes its messages away all the same', async () => {
    playing.interrupt();
    await playing.line(/Interrupted: the pods are ended/);
    playing.interrupt();
    await playing.end();
    expect(await takeAway(playing.queue)).toBe(0);
  }, 120_000);

  it('says what stays, and how to remove it, where it is ended before that is done', async () => {
    way.stopPassing();
    playing.interrupt();
    await playing.line(/Interrupted: the pods are ended/);
    playing.interrupt();
    await playing.line(/still being taken/);
    playing.interrupt();
    const { code, output } = await playing.end();
    await takeAway(playing.queue);
    expect(code).toBe(130);
    expect(output).toMatch(new RegExp(`queue ${playing.queue} .* messageId from rehearsal-[0-9a-f]{8}-1 to `));
    expect(output).toContain(`rabbitmqctl purge_queue ${playing.queue}`);
  }, 120_000);
});
