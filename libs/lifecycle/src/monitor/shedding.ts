import { type Clock } from '../deadline/clock.js';
import { type EventStream } from '../events/event-stream.js';
import { type ShedSettings } from '../options/health-monitor-option.js';
import { Hysteresis, type Reading } from './hysteresis.js';

/** What readiness answers call the condition. */
export const SCORE_CONDITION = 'health-score';

/** Makes the service not ready while its score is low, and ready again once it is well. */
export class Shedding {
  readonly #hysteresis: Hysteresis;
  #shedAt = 0;

  constructor(
    private readonly clock: Clock,
    private readonly events: Pick<EventStream, 'emit'>,
    private readonly settings: ShedSettings,
  ) {
    this.#hysteresis = new Hysteresis(settings.checks);
  }

  get isShed(): boolean {
    return this.#hysteresis.isUnwell;
  }

  /** A round of checks is over. Without a score nothing changes. */
  scored(score: number | undefined): void {
    if (score === undefined || !this.#hysteresis.read(this.#reading(score))) return;
    const { below, above, checks } = this.settings;
    const limit = this.isShed ? `below ${below}` : `${above} or more`;
    const why = `the score was ${limit} in ${checks} rounds in a row, ${Math.round(score * 100) / 100} in the last`;
    const now = this.clock.now();
    if (this.isShed) {
      this.#shedAt = now;
      this.events.emit({ type: 'readiness-shed', by: SCORE_CONDITION, why });
    } else {
      this.events.emit({ type: 'readiness-restored', by: SCORE_CONDITION, why, durationMs: now - this.#shedAt });
    }
  }

  #reading(score: number): Reading {
    if (score < this.settings.below) return 'unwell';
    return score >= this.settings.above ? 'well' : 'between';
  }
}
