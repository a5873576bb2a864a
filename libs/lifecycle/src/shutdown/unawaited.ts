import { type Deadline } from '../deadline/deadline.js';
import { type EventStream } from '../events/event-stream.js';
import { type HttpTraffic } from '../traffic/http-traffic.js';
import { type UpgradedSocketsReport } from './shutdown-report.js';

/** How long sockets that hooks have told to go have to do so, where Nest has not waited for them already. */
const GOODBYE_MS = 1000;

/** Everything is over: ends what nobody has waited for. */
export async function endUnawaited(traffic: Pick<HttpTraffic, 'upgraded' | 'terminate'>, end: Deadline): Promise<void> {
  await end.within(GOODBYE_MS).settle(traffic.upgraded.whenGone());
  traffic.terminate();
}

/** Names what nobody has waited for and was cut: whatever is cut is told. */
export function tellOfUnawaited(
  traffic: Pick<HttpTraffic, 'upgraded' | 'cutExempt'>,
  events: EventStream,
): UpgradedSocketsReport {
  const items = traffic.cutExempt();
  if (items.length > 0) events.emit({ type: 'exempt-cut', items });
  const { closed, terminated: names } = traffic.upgraded.counts();
  if (names.length > 0) events.emit({ type: 'upgraded-terminated', names });
  return { closed, terminated: names.length };
}

/** What has become of upgraded sockets by now, without ending any. */
export function upgradedSoFar({ upgraded }: Pick<HttpTraffic, 'upgraded'>): UpgradedSocketsReport {
  const { closed, terminated } = upgraded.counts();
  return { closed, terminated: terminated.length };
}
