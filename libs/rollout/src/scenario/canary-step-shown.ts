import { time } from 'nestjs-lifecycle-shared';
import { type CanaryStep } from './scenario.js';

/** As in `setWeight 20` or `pause 5 s`. */
export function canaryStepShown(step: CanaryStep): string {
  return step.kind === 'pause' ? `pause ${time(step.ms)}` : `setWeight ${step.weight}`;
}
