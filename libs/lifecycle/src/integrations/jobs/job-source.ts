import { type Clock } from '../../deadline/clock.js';
import { type Deadline } from '../../deadline/deadline.js';
import { type InFlightWork } from '../../in-flight/in-flight-work.js';
import { type CallName, FollowedCalls } from '../followed-calls.js';
import { type JobConsumer } from './job-consumer.js';

/** How long consumers have to close when nothing runs any more. One whose server cannot be reached may never close. */
const CLOSE_MS = 2000;
/** How long a job that was asked for before the signal may take to arrive. */
const FETCH_MS = 2000;

/** The jobs of one queue that run here, of all its workers. */
export class JobSource extends FollowedCalls {
  readonly #consumers = new Set<JobConsumer>();
  #hasStopped = false;
  #isWanted = false;
  /** Work in flight here that waits for a job of this queue. */
  #waiting = 0;
  #hasBeenAwaited = false;
  #cut: Promise<unknown> = Promise.resolve();

  constructor(
    kind: string,
    readonly queue: string,
    private readonly parts: { readonly clock: Clock; readonly inFlight: InFlightWork },
  ) {
    super(`${kind}:${queue}`, 'job', parts.clock, parts.inFlight);
  }

  /** Where work of this process waits for jobs of this queue, it may need these workers to end. */
  get intake(): 'lame-duck' | 'drain' {
    return this.#hasBeenAwaited ? 'drain' : 'lame-duck';
  }

  /** Begins a job, by the names of its queue and its own. Returns its end. */
  beginJob(name: string, id: string | undefined): () => void {
    return this.begin(this.nameOf(name, id));
  }

  /** A job may be on its way from the server. One that cannot be reached answers nothing, and is not waited for. */
  beginFetch(): () => void {
    const end = this.beginJob('a job that is being fetched', undefined);
    const cancel = this.parts.clock.meanwhile(FETCH_MS, end);
    return () => {
      cancel();
      end();
    };
  }

  /** What a job is called: by its queue and its own name, never by its data. */
  nameOf(name: string, id: string | undefined): CallName {
    const called = { name: name === '' ? this.queue : `${this.queue}: ${name}` };
    return id === undefined ? called : { ...called, correlationId: id };
  }

  add(consumer: JobConsumer): void {
    this.#consumers.add(consumer);
    if (this.#hasStopped) consumer.stop();
  }

  /** Work of this process waits for a job of this queue until the returned function is called. */
  await(): () => void {
    this.#hasBeenAwaited = true;
    this.#waiting += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#waiting -= 1;
      if (this.#isWanted) this.#stopUnlessAwaited();
    };
  }

  /** Goes on while work of this process waits for a job of this queue. */
  stopIntake(): void {
    this.#isWanted = true;
    this.#stopUnlessAwaited();
  }

  interrupt(reason: Error): void {
    this.#stop();
    this.#each((consumer) => consumer.interrupt(reason));
  }

  terminate(): void {
    this.#stop();
    this.#cut = Promise.all([...this.#consumers].map((consumer) => consumer.terminate()));
    // Told by close(), which awaits it.
    this.#cut.catch(() => undefined);
  }

  async close(deadline: Deadline): Promise<void> {
    await settle(deadline, this.#close());
  }

  async afterHooks(deadline: Deadline): Promise<void> {
    await settle(
      deadline,
      Promise.all([...this.#consumers].map((consumer) => consumer.afterHooks?.() ?? Promise.resolve())),
    );
  }

  /** What is cut is closed by force first: what closes it afterwards does not wait for what runs. */
  async #close(): Promise<void> {
    await this.#cut;
    await Promise.all([...this.#consumers].map((consumer) => consumer.close?.() ?? Promise.resolve()));
  }

  #stopUnlessAwaited(): void {
    if (this.#waiting === 0) this.#stop();
  }

  #stop(): void {
    if (this.#hasStopped) return;
    this.#hasStopped = true;
    this.#each((consumer) => consumer.stop());
  }

  /** All of them, also when one throws. */
  #each(step: (consumer: JobConsumer) => void): void {
    const errors: unknown[] = [];
    for (const consumer of [...this.#consumers]) {
      try {
        step(consumer);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0)
      throw errors.length === 1 ? errors[0] : new AggregateError(errors, 'consumers of jobs failed');
  }
}

async function settle(deadline: Deadline, work: Promise<unknown>): Promise<void> {
  const settled = await deadline.within(CLOSE_MS).settle(work);
  if (settled.how === 'failed') throw settled.error;
}
