import { type Ledger, LiveView, type Timeline } from 'nestjs-lifecycle-rollout';
import { type Terminal } from '../terminal.js';

const FRAME_MS = 250;

/** Shows a rehearsal while it goes on: a picture in a terminal, plain lines elsewhere. The returned function ends that. */
export function showProgress(
  { timeline, ledger }: { readonly timeline: Timeline; readonly ledger: Pick<Ledger, 'sent' | 'inFlight' | 'lost'> },
  { stdout, env }: Terminal,
): () => void {
  const isTerminal = stdout.isTTY === true && env['TERM'] !== 'dumb' && env['CI'] === undefined;
  const view = new LiveView({
    isTerminal,
    colours: isTerminal && env['NO_COLOR'] === undefined,
    ...(stdout.columns && { columns: stdout.columns }),
  });
  const stopReading = timeline.read((event) => {
    const text = view.read(event);
    if (text !== '') stdout.write(text);
  });
  const draw = (): void => {
    const { sent, inFlight, lost } = ledger;
    const frame = view.frame({ at: timeline.now(), sent, inFlight, lost });
    if (frame !== '') stdout.write(frame);
  };
  const timer = setInterval(draw, FRAME_MS);
  return () => {
    clearInterval(timer);
    stopReading();
    const end = view.end();
    if (end !== '') stdout.write(end);
  };
}
