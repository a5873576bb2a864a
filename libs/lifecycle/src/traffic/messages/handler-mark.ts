import { type Longevity } from '../long-lived/long-lived.decorator.js';

/** What decorators say of the handlers of one pattern. */
export interface HandlerMark {
  readonly longevity: Longevity;
}
