import { workloadRule } from '../findings/rule.js';
import { preStopOf } from '../manifest/pre-stop.js';

/** Images without a shell and without `sleep`. */
const BARE_IMAGE = /distroless|^scratch|cgr\.dev\/|chainguard/;

/** `sleep` in a container needs a `sleep` in its image; Kubernetes' own needs nothing (G4). */
export const preStopExec = workloadRule({
  id: 'pre-stop-exec',
  severity: 'note',
  summary: "preStop waits with Kubernetes' own sleep, not with one from the image",
  *check({ main }) {
    const preStop = preStopOf(main);
    if (preStop.kind !== 'exec') return;
    const image = main.field.at('image').text ?? '';
    const isBare = BARE_IMAGE.test(image);
    if (!isBare && preStop.ms === undefined) return;
    const command = preStop.field.items.map(({ text }) => text).join(' ');
    yield {
      at: preStop.field,
      severity: isBare ? 'error' : 'note',
      message: isBare
        ? `preStop runs "${command}", which the image ${image} most likely does not have`
        : `preStop runs "${command}" from the image`,
      why: 'When the program is missing, preStop fails at once and waits for nothing: the signal comes while requests are still routed here.',
      remedy: `preStop:\n  sleep:\n    seconds: ${Math.ceil((preStop.ms ?? 5000) / 1000)}   # Kubernetes 1.30 and later`,
    };
  },
});
