import type { GracefulShutdown, InFlight } from 'nestjs-lifecycle';

/** Prints every phase as the service passes it, and what is in flight by then. */
export function showPhases(shutdown: GracefulShutdown): void {
  shutdown.phase$.subscribe((phase) => console.log(`phase: ${phase}${describeInFlight(shutdown.inFlight())}`));
}

/** As in `, 3 in flight: GET /report, 2 × POST /orders`; nothing when there is nothing. */
function describeInFlight({ total, items }: InFlight): string {
  if (total === 0) return '';
  const counts = new Map<string, number>();
  for (const { name } of items) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts].map(([name, count]) => (count === 1 ? name : `${count} × ${name}`));
  return `, ${total} in flight: ${names.join(', ')}`;
}
