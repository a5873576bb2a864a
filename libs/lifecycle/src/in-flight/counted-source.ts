import { type InFlightWork } from './in-flight-work.js';
import { type Work } from './work.js';
import { WorkSet } from './work-set.js';
import { type Source } from './work-sources.js';

/** A source whose work is added and removed one by one. */
export abstract class CountedSource implements Source {
  abstract readonly name: string;
  protected readonly running: WorkSet;

  constructor(inFlight: InFlightWork) {
    this.running = new WorkSet(inFlight.settled);
  }

  get size(): number {
    return this.running.size;
  }

  get ended(): number {
    return this.running.ended;
  }

  followEnds(onEnded: (work: Work) => void): void {
    this.running.followEnds(onEnded);
  }

  active(): Iterable<Work> {
    return this.running.active();
  }
}
