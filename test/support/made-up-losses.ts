import { MadeUpRollout } from './made-up-rollout.js';

/** What a hostile log line or body may hold. */
export const HOSTILE =
  '</script><img src=x onerror=alert(1)> "quoted" \u0000\u001b[31mred\u001b[0m & ]]> `code` | @all \ud800';

/** A rollout that loses a few requests in two ways, with texts that try to break out of every format. */
export function lossyRollout(): MadeUpRollout {
  return new MadeUpRollout({ command: ['node', 'plain.js'] })
    .happen(10_030, { type: 'listener-closed', pod: 'old' })
    .happen(10_031, { type: 'service-phase', pod: 'old', phase: 'closing' })
    .exit(12_000)
    .requests(3, { sentAt: 10_800, pod: 'old', connect: 'refused', fate: 'reset', detail: 'ECONNRESET' })
    .request({
      sentAt: 10_200,
      pod: 'old',
      fate: 'server-error',
      status: 500,
      kind: `GET ${HOSTILE}`,
      detail: HOSTILE,
    });
}

/** The same update, and nothing lost. */
export function quietRollout(): MadeUpRollout {
  return new MadeUpRollout().happen(16_000, { type: 'listener-closed', pod: 'old' }).exit(17_000);
}
