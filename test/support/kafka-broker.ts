import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Capability } from './machine.js';

/** kcat is a Kafka client; the library below it, librdkafka, brings the broker that it is tested against. */
const COMMAND = 'kcat';
const ARGUMENTS = ['-P', '-b', 'none', '-t', 'unused', '-X', 'test.mock.num.brokers=1', '-d', 'mock'];

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
    private readonly cluster?: Cluster,
  ) {}

  static async start(): Promise<KafkaBroker> {
    const { KAFKA_URL } = process.env;
    if (KAFKA_URL !== undefined) return new KafkaBroker(KAFKA_URL);
    const cluster = new Cluster();
    return new KafkaBroker(await cluster.address, cluster);
  }

  /** Its cluster goes with it. Rejects when that had ended before: what its clients have seen since says nothing. */
  async stop(): Promise<void> {
    await this.cluster?.stop();
  }
}

/** How much of what it says last is in an error. */
const LAST_LINES = 20;

/** A producer that waits for lines of its stdin, and has the cluster in its own process. */
class Cluster {
  readonly address: Promise<string>;
  readonly #child = spawn(COMMAND, ARGUMENTS, { stdio: ['pipe', 'ignore', 'pipe'] });
  readonly #ended: Promise<void>;
  /** It tells of every request. */
  readonly #lastLines: string[] = [];

  constructor() {
    const lines = createInterface(this.#child.stderr);
    this.address = new Promise((resolve, reject) => {
      lines.on('line', (line) => {
        this.#keep(line);
        const address = /bootstrap\.servers=(\S+)/.exec(line)?.[1];
        if (address !== undefined) resolve(address);
      });
      this.#child.once('error', reject);
      this.#child.once('close', () => reject(this.#ownEnd()));
    });
    this.#ended = new Promise((resolve) => this.#child.once('close', () => resolve()));
  }

  async stop(): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) throw this.#ownEnd();
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  #keep(line: string): void {
    this.#lastLines.push(line);
    if (this.#lastLines.length > LAST_LINES) this.#lastLines.shift();
  }

  #ownEnd(): Error {
    const { exitCode, signalCode } = this.#child;
    return new Error(`${COMMAND} ended by itself (${signalCode ?? exitCode}):\n${this.#lastLines.join('\n')}`);
  }
}
