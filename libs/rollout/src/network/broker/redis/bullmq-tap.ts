import { type BrokerTap, type TapSink } from '../broker-tap.js';
import { type RespValue, RespReader } from './resp-reader.js';

/**
 * Reads which jobs of BullMQ a connection of a pod is given. Its scripts answer a worker that asks for a job with the fields of the job and its id:
 * `[[field, value, …], id, …]`. How a job ends is told by the events of its queue.
 */
export class BullmqTap implements BrokerTap {
  readonly #answers = new RespReader((value) => this.#look(value));

  constructor(private readonly sink: TapSink) {}

  fromPod(): void {
    // What a worker writes says nothing that the events of the queue do not say as well.
  }

  fromBroker(chunk: Buffer): void {
    this.#answers.read(chunk);
  }

  ended(): void {
    // The lock of a job outlives the connection of its worker.
  }

  #look(value: RespValue): void {
    if (!Array.isArray(value)) return;
    const [job, id] = value as readonly RespValue[];
    if (!Array.isArray(job) || typeof id !== 'string' || !job.includes('data')) return;
    const number = this.sink.numberOf(id);
    if (number !== undefined) this.sink.deliver(number, true);
  }
}
