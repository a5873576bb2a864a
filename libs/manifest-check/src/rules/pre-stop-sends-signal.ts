import { serviceRule } from '../rule-kinds/rule.js';
import { preStopOf } from '../manifest/pre-stop.js';
import { isHeard, type SentSignal, signalSentBy } from '../manifest/signals-in-pre-stop.js';
import { formatMs } from '../settings/duration.js';

/** How long after the first signal another one counts as the same; see `repeated-signals.ts` of the library. */
const GUARD_MS = 500;

/** The kubelet sends its signal when preStop has ended: one that came before makes it the second. */
export const preStopSendsSignal = serviceRule({
  isOfAnyServer: true,
  id: 'pre-stop-sends-signal',
  severity: 'error',
  summary: 'preStop sends the service a signal, so that of the kubelet is the second one and ends it at once',
  *check({ main, settings }) {
    const preStop = preStopOf(main);
    const sent = signalSentBy(preStop);
    if (sent === undefined || !isHeard(sent, settings.signals)) return;
    const isKill = sent.signal === 'SIGKILL';
    // What does not wait may end within the guard, or not.
    const isGuarded = !isKill && preStop.ms !== undefined && preStop.ms <= GUARD_MS;
    const wait = preStop.ms === undefined || preStop.ms === 0 ? '' : ` and waits ${formatMs(preStop.ms)}`;
    yield {
      at: preStop.field,
      severity: isKill || !isGuarded ? 'error' : 'warning',
      message: `preStop sends ${sent.signal} by itself (${sent.command})${wait}`,
      why: isKill
        ? 'SIGKILL cannot be listened to: nothing is drained, and every request in flight is cut.'
        : 'The service begins to stop, and the signal of the kubelet, when preStop has ended, is its second one: like Ctrl-C pressed twice it ends the process at once, and cuts what is still in flight.',
      remedy: remedyFor(sent),
    };
  },
});

/** What waits besides has waited for the end of the service; what does something else stays. */
function remedyFor({ others }: SentSignal): string {
  const isNeedless = others.every((text) => /^(?:exec\s+)?(?:\S*\/)?(?:sleep|wait|true|:)(?:\s|$)/.test(text));
  if (isNeedless)
    return 'Delete preStop: the kubelet sends the signal by itself, and the lame duck of the service waits after it.';
  return `preStop:\n  exec:\n    command: ["sh", "-c", ${JSON.stringify(others.join('; '))}]   # without the signal, which the kubelet sends by itself`;
}
