/**
 * Where the service is in its life. Forward only, in this order.
 *
 * - `starting`: booting; start-up gates have not passed yet
 * - `ready`: serving
 * - `lame-duck`: readiness is red, everything is still served, so that routers can look elsewhere
 * - `draining`: no new connections; what is in flight finishes
 * - `closing`: hooks run, then Nest's own
 * - `stopped`: over; the report is complete
 */
export type Phase = 'starting' | 'ready' | 'lame-duck' | 'draining' | 'closing' | 'stopped';

/** The phases in order. */
export const PHASES: readonly Phase[] = ['starting', 'ready', 'lame-duck', 'draining', 'closing', 'stopped'];

/** Whether `phase` comes before `other`. */
export function isBefore(phase: Phase, other: Phase): boolean {
  return PHASES.indexOf(phase) < PHASES.indexOf(other);
}
