import { Pool } from 'pg';

/** A pool that notes how often it is ended; never connected, so that no server is needed. */
export class CountedPool extends Pool {
  ends = 0;

  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void): Promise<void> | void {
    this.ends += 1;
    return callback === undefined ? super.end() : super.end(callback);
  }
}
