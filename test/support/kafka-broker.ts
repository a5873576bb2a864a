import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Capability } from './machine.js';

/** kcat is a Kafka client; the library below it, librdkafka, brings the broker that it is tested against. */
const COMMAND = 'kcat';

/** A broker of the Kafka protocol can be started on this machine, or is named by `KAFKA_URL`. */
export const kafkaBroker: Capability = {
  name: 'kcat, or KAFKA_URL',
  isAvailable: process.env['KAFKA_URL'] !== undefined || spawnSync(COMMAND, ['-V'], { stdio: 'ignore' }).status === 0,
};

/**
 * A broker that speaks the Kafka protocol on a real socket: the mock cluster of librdkafka, with consumer groups, rebalances,
 * committed offsets and topics of four partitions. It keeps everything in memory. With `KAFKA_URL` it is the broker there.
 */
export class KafkaBroker {
  private constructor(
    readonly address: string,
    private readonly process?: ChildProcess,
  ) {}

  static async start(): Promise<KafkaBroker> {
    const { KAFKA_URL } = process.env;
    if (KAFKA_URL !== undefined) return new KafkaBroker(KAFKA_URL);
    // A producer that waits for lines of its stdin, and has the cluster in its own process.
    const args = ['-P', '-b', 'none', '-t', 'unused', '-X', 'test.mock.num.brokers=1', '-d', 'mock'];
    const child = spawn(COMMAND, args, { stdio: ['pipe', 'ignore', 'pipe'] });
    for await (const line of createInterface(child.stderr)) {
      const address = /bootstrap\.servers=(\S+)/.exec(line)?.[1];
      if (address === undefined) continue;
      // It goes on to tell of every request.
      child.stderr.resume();
      return new KafkaBroker(address, child);
    }
    throw new Error('kcat ended without a cluster');
  }

  /** Its cluster goes with it. */
  async stop(): Promise<void> {
    const { process: child } = this;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
  }
}
